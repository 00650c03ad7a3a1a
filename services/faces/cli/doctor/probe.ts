import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { functionName } from '../../../../infra/topology.ts';
import { probeRequested } from '../../../../contracts/probe-event.ts';
import { type ProbeRecord, probeKey, type Reached } from '../../../core/ports/probe.ts';
import type { RecordStore } from '../../../core/ports/record-store.ts';
import type { Requests } from '../../../core/ports/requests.ts';
import { deciders, type WokenService } from '../../../../contracts/services.ts';
import { fault, type Finding, ok } from './finding.ts';

/** The hops of one service's probe, in ms. */
export interface Hops {
  readonly service: WokenService;
  /** From PutEvents to the function: by two clocks, so that it may be off by what they differ. */
  readonly busMs: number;
  /** A read, what was asked of DRS, and the way to the write. */
  readonly tableMs: number;
  /** From the write to the function again, by way of its timer queue. */
  readonly queueMs: number;
}

export interface Probe {
  readonly hops: readonly Hops[];
  readonly reached: readonly (Reached & { readonly service: WokenService })[];
  readonly findings: readonly Finding[];
}

export interface ProbeDeps extends Requests {
  readonly store: RecordStore;
  /** The time there, epoch ms. */
  readonly now: () => Promise<number>;
  readonly by: string;
  /** A cold function, its queue and a retry fit into this. */
  readonly patienceMs: number;
}

const pauseMs = 250;

const lookAt = async (store: RecordStore, probeId: string) =>
  new Map(
    await Promise.all(
      deciders.map(
        async (service) =>
          [service, (await store.read<ProbeRecord>(probeKey(probeId, service)))?.body] as const,
      ),
    ),
  );

const isBack = (record: ProbeRecord | undefined): boolean => record?.timerAt !== undefined;

const forget = async (store: RecordStore, probeId: string): Promise<void> => {
  for (const service of deciders) {
    const stored = await store.read(probeKey(probeId, service));
    // One that arrives later finds nothing and is ignored.
    if (stored !== undefined) await store.remove(probeKey(probeId, service), stored.revision);
  }
};

const lost = (service: WokenService, record: ProbeRecord | undefined): Finding =>
  record === undefined
    ? fault(
        'probe',
        `${functionName(service)} did not receive the event: the path bus → rule → function → table is broken`,
        `its log says why, if it ran: aws logs tail /aws/lambda/${functionName(service)}; else the rule may not invoke it`,
      )
    : fault(
        'probe',
        `the timer of ${functionName(service)} did not come back: the path function → queue → function is broken`,
        `check the queue groundswell-timers-${service} and its event source mapping`,
      );

/**
 * Sends one event through every service that can be woken, and a timer of each back to it. Nothing is decided by it,
 * and what it wrote is removed.
 */
export const runProbe = async (deps: ProbeDeps): Promise<Probe> => {
  const { store, now, by, patienceMs } = deps;
  const probeId = `probe-${randomUUID()}`;
  const sentAt = await now();
  await deps.say(probeRequested.name, { probeId, by });
  const until = Date.now() + patienceMs;
  let records = await lookAt(store, probeId);
  while (![...records.values()].every(isBack) && Date.now() < until) {
    await sleep(pauseMs);
    records = await lookAt(store, probeId);
  }
  await forget(store, probeId);
  const hops = [...records].flatMap(([service, record]) =>
    record?.timerAt === undefined
      ? []
      : [
          {
            service,
            busMs: Math.max(0, record.eventAt - sentAt),
            tableMs: record.recordedAt - record.eventAt,
            queueMs: record.timerAt - record.recordedAt,
          },
        ],
  );
  const reached = [...records].flatMap(([service, record]) =>
    (record?.reached ?? []).map((each) => ({ ...each, service })),
  );
  const missing = [...records].filter(([, record]) => !isBack(record));
  return {
    ...{ hops, reached },
    findings:
      missing.length > 0
        ? missing.map(([service, record]) => lost(service, record))
        : [ok('probe', `an event and a timer passed through ${hops.length} services`)],
  };
};

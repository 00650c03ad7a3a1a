import type { Recorded } from '../../../contracts/envelope.ts';
import { closingWaveIds, type Target } from '../../../contracts/plan.ts';
import { type WokenService, wokenServices } from '../../../contracts/services.ts';
import { functions, hearsEvent } from '../../../infra/topology.ts';
import { isBeforeStart } from '../../../services/core/domain/execution-state.ts';
import { onEvents } from '../../../services/core/ports/aws/delivery.ts';
import type { EventBus } from '../../../services/core/ports/event-bus.ts';
import { pagedRecords } from '../../../services/core/ports/paged-records.ts';
import type { Wake } from '../../../services/core/ports/timers.ts';
import { hasEnded, readExecution } from '../../../services/core/streams/execution-stream.ts';
import { createReconcile } from '../../../services/functions/reconcile/service.ts';
import { createMemoryRecordStore } from '../../memory/record-store.ts';
import { createMemoryTimers } from '../../memory/timers.ts';
import { createAgenda } from '../agenda.ts';
import type { Prng } from '../prng.ts';
import { createHomewardDrs } from './drs.ts';
import { drawLateness, faultNames, type FailbackFault, type Rates } from './faults.ts';
import { createFailbackPorts, type FailbackPorts } from './ports.ts';
import { createRun, type Run } from './run.ts';
import { createServices, type Cause, type Core } from './services.ts';

const minute = 60_000;
const epoch = Date.UTC(2026, 0, 5);
/** No handler that read its right to a server before another took it lives longer. */
const handlerLifeMs = 30_000;
const log = { info: () => undefined, warn: () => undefined };

/** A mistake that somebody could make, as another view of the world or another call. */
export type FailbackMutant = (ports: FailbackPorts, service: WokenService) => FailbackPorts;

export interface FailbackWorldDeps {
  readonly prng: Prng;
  readonly away: Target;
  readonly home: Target;
  readonly serverIds: readonly string[];
  /** Those that want the servers. */
  readonly executionIds: readonly string[];
  readonly rates: Rates;
  readonly healAtMs: number;
  readonly mutant?: FailbackMutant;
  readonly keepTrace?: boolean;
  readonly onEvent: (event: Recorded) => void;
}

class Unavailable extends Error {
  override name = 'ThrottlingException';
}

const subjectOf = ({
  executionId,
  waveId,
}: {
  readonly executionId: string;
  readonly waveId?: string;
}): Omit<Wake, 'service'> => ({ executionId, ...(waveId !== undefined && { waveId }) });

/** The product over two places of DRS, in virtual time, where runs die, events are lost, and answers, too. */
export const createFailbackWorld = (deps: FailbackWorldDeps) => {
  const { prng, rates, away, home } = deps;
  const agenda = createAgenda(epoch);
  const clock = { now: agenda.now };
  const counts: Record<string, number> = {};
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  const lines: string[] = [];
  const trace = (text: string): void => {
    if (deps.keepTrace === true) lines.push(`${String(agenda.now() - epoch).padStart(10)} ${text}`);
  };
  let violation: { readonly invariant: string; readonly what: string; readonly atMs: number } | undefined;
  const fail = (invariant: string, what: string): void =>
    void (violation ??= { invariant, what, atMs: agenda.now() - epoch });
  const isHealed = (): boolean => agenda.now() >= epoch + deps.healAtMs;
  const strikes = (fault: FailbackFault): boolean => {
    if (isHealed() || !prng.chance(rates[fault])) return false;
    count(faultNames[fault]);
    return true;
  };
  const drs = createHomewardDrs({
    ...{ prng: prng.fork(), now: agenda.now, away, home, serverIds: deps.serverIds },
    ...{ isHealed, fail, count },
  });
  const items = createMemoryRecordStore();
  const store = pagedRecords(items);
  const serve = createServices(away, clock);
  let runs = 0;

  /** S52: while one execution has the servers, no other acts on them; the clean-up of a drill gives way. */
  const checkHold = async (run: Run): Promise<{ readonly isDrill: boolean }> => {
    const own = await readExecution(store, run.executionId);
    for (const id of deps.executionIds) {
      if (id === run.executionId) continue;
      const other = await readExecution(store, id);
      if (isBeforeStart(other) || hasEnded(other)) continue;
      const isGivingWay = hasEnded(own) && agenda.now() - other.startedAt <= handlerLifeMs;
      if (!isGivingWay) fail('S52', `${run.executionId} acts on servers that ${id} has`);
    }
    return { isDrill: own.mode === 'DRILL' };
  };

  const timers = createMemoryTimers({
    scheduler: agenda,
    redeliverAfterMs: 180_000,
    fire: async (wake) => {
      const { service } = wake;
      if (!(await invoke({ service, type: 'timer', eventId: `timer-${service}`, wake })))
        throw new Error('failed');
    },
  });
  const ports = createFailbackPorts({
    ...{ drs, items, timers, now: agenda.now, strikes, count, trace },
    mutates: checkHold,
  });
  const busOf = (run: Run): EventBus => ({
    publish: (events) =>
      run.call(() => {
        const isFailing = strikes('partialPut');
        for (const event of events) if (!isFailing || prng.chance(0.5)) accept(event);
        if (isFailing) throw new Unavailable('not every entry is known to be accepted');
      }),
  });

  const invoke = (cause: Cause): Promise<boolean> =>
    new Promise<boolean>((done) => {
      runs += 1;
      trace(
        `${cause.service} runs for ${cause.type} of ${cause.wake.executionId} ${cause.wake.waveId ?? ''}`,
      );
      const run = createRun({ agenda, prng, strikes, count }, cause.wake.executionId, () => {
        trace(`${cause.service} died`);
        done(false);
      });
      const own = ports.portsOf(run);
      const core: Core = {
        ...(deps.mutant?.(own, cause.service) ?? own),
        ...{ bus: busOf(run), timers: ports.timersOf(run), clock, log },
      };
      const end = (succeeded: boolean): void => {
        if (!run.isDead()) done(succeeded);
        run.end();
      };
      const work = cause.hostile === 'replayed' ? refuseReplay(core, cause) : serve(core, cause);
      work.then(
        () => end(true),
        () => end(false),
      );
    });

  /** S4: through the code that refuses it on AWS. */
  const refuseReplay = async (core: Core, { service, type, eventId, wake }: Cause): Promise<void> => {
    const own = Object.assign(() => core, {
      receiver: { receive: async () => undefined, complete: async () => undefined },
      park: async () => undefined,
    });
    const handler = onEvents(
      own,
      service,
      () => async () => fail('S4', `${eventId} was replayed, and acted upon`),
    );
    const envelope = {
      ...{ id: eventId, source: 'groundswell', 'detail-type': type, account: away.account },
      ...{ region: away.region, time: new Date(epoch).toISOString(), resources: [] },
      detail: { metadata: { eventId, executionId: wake.executionId, schemaVersion: 1 }, data: {} },
      'replay-name': 'an-audit',
    };
    await handler(envelope, { awsRequestId: eventId });
  };

  const deliver = (cause: Cause, delayMs: number, tries = 0): void => {
    agenda.after(delayMs, () => {
      void invoke(cause).then((succeeded) => {
        if (!succeeded && tries < 2) deliver(cause, (tries + 1) * minute, tries + 1);
      });
    });
  };
  const hopMs = (): number => 50 + prng.int(400);
  const route = (
    type: string,
    eventId: string,
    subject: Omit<Wake, 'service'>,
    data: unknown,
    asked?: unknown,
  ): void => {
    for (const topology of functions) {
      const service = wokenServices.find((name) => name === topology.service);
      if (service === undefined || topology.events === 'live-and-replayed') continue;
      if (!hearsEvent(topology, { type, data })) continue;
      const cause: Cause = { service, type, eventId, wake: { ...subject, service }, asked };
      if (strikes('replayed')) deliver({ ...cause, hostile: 'replayed' }, drawLateness(prng));
      if (strikes('lostEvent')) continue;
      deliver(cause, hopMs() + (strikes('late') ? drawLateness(prng) : 0));
      if (strikes('duplicate')) deliver(cause, hopMs() + drawLateness(prng));
    }
  };
  /** Somebody who may put events makes one up: all that a service takes from it is whom to look at. */
  const forge = (executionId: string, waveId: string | undefined): void => {
    const service = prng.pick(wokenServices);
    const named = prng.pick([waveId, waveId, closingWaveIds.undo]);
    const wake = { service, executionId, ...(named !== undefined && { waveId: named }) };
    deliver(
      { service, type: 'forged', eventId: `forged-${runs}`, wake, hostile: 'forged' },
      drawLateness(prng),
    );
  };
  const accept = (event: Recorded): void => {
    trace(`${event.type} ${JSON.stringify(event.data).slice(0, 400)}`);
    deps.onEvent(event);
    const { waveId } = event.data as { readonly waveId?: string };
    const { executionId, eventId } = event.metadata;
    if (strikes('forged')) forge(executionId, waveId);
    route(
      event.type,
      eventId,
      subjectOf({ executionId, ...(waveId !== undefined && { waveId }) }),
      event.data,
    );
  };

  const sweep = (): void => {
    void createReconcile({ store, timers, clock, log }).sweep();
    agenda.after(10 * minute, sweep);
  };

  return {
    ...{ store, drs, counts, agenda, isHealed, fail, count, sweep, lines },
    violation: () => violation,
    runs: () => runs,
    /** People and other systems say something; a request does not name the execution that it will be. */
    say: (
      type: string,
      eventId: string,
      data: object,
      subject: Parameters<typeof subjectOf>[0] = data as Parameters<typeof subjectOf>[0],
    ) => route(type, eventId, subjectOf(subject), data, data),
    since: epoch,
  };
};
export type FailbackWorld = ReturnType<typeof createFailbackWorld>;

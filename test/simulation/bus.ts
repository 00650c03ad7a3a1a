import type { Recorded } from '../../contracts/envelope.ts';
import { functions, hearsEvent, isFirstResult } from '../../infra/topology.ts';
import type { EventBus } from '../../services/core/ports/event-bus.ts';
import { type WokenService, wokenServices } from '../../contracts/services.ts';
import type { Wake } from '../../services/core/ports/timers.ts';
import type { Agenda } from './agenda.ts';
import type { RecoveryPath } from './coverage.ts';
import type { Delivery, StartRun } from './delivery.ts';
import { spreadMs, type FaultForm, type Faults, type Spread } from './faults.ts';
import type { Invariants } from './invariants.ts';
import { Unavailable, type Luck } from './luck.ts';
import type { Prng } from './prng.ts';
import type { Run } from './sandbox.ts';
import type { Timing } from './timing.ts';
import type { Trace } from './trace.ts';

const minute = 60_000;

/** Who of the product is told of what stands on the bus. The audit acts on nothing and is left out. */
type Subscriber = WokenService | 'schedule-drills';
const simulated: readonly Subscriber[] = [...wokenServices, 'schedule-drills'];
const subscribers = new Map<string, readonly Subscriber[]>();
const readied: Subscriber[] = [];
for (const { service, events, isReadied, hearsWorkers } of functions) {
  const known = simulated.find((name) => name === service);
  if (known === undefined || typeof events === 'string') continue;
  if (isReadied) readied.push(known);
  for (const name of hearsWorkers ? [...events, 'TaskReported'] : events)
    subscribers.set(name, [...(subscribers.get(name) ?? []), known]);
}

const subscribersTo = ({ type, data }: Pick<Recorded, 'type' | 'data'>): readonly Subscriber[] =>
  isFirstResult({ type, data })
    ? readied
    : (subscribers.get(type) ?? []).filter((service) => isHeard(service, { type, data }));

/** Some hear of the start of waves of a failback alone. */
const ofPhases = new Map(
  functions.flatMap((each) => (each.phases === undefined ? [] : [[each.service, each] as const])),
);
const isHeard = (service: Subscriber, event: Pick<Recorded, 'type' | 'data'>): boolean => {
  const topology = ofPhases.get(service);
  return topology === undefined || hearsEvent(topology, { type: event.type, data: event.data ?? {} });
};

const duplicateForms: Readonly<Record<Spread, FaultForm>> = {
  moments: 'duplicate: within moments',
  minutes: 'duplicate: after minutes',
  hours: 'duplicate: after hours',
};

export interface BusDeps {
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly luck: Luck;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly invariants: Invariants;
  /** The typical latency of a hop. */
  readonly busMs: number;
  readonly timing: Timing | undefined;
  readonly reach: (path: RecoveryPath) => void;
  readonly mutates: (run: Run) => void;
  readonly startRun: StartRun;
  readonly onDeadLetter: (delivery: Delivery) => void;
}

type Said = Omit<Delivery, 'service' | 'attempts'>;

/** EventBridge, and Lambda's asynchronous invocations behind it: late, doubled, lost, out of order. */
export const createBus = (deps: BusDeps) => {
  const { agenda, faults, luck, prng, trace, invariants, reach, mutates } = deps;

  const hopMs = (): number =>
    deps.timing?.hopMs() ?? deps.busMs * (0.5 + prng.float()) + (prng.chance(0.01) ? prng.int(2_000) : 0);

  const deliver = (delivery: Delivery, delayMs: number): void => {
    agenda.after(delayMs, () => invoke(delivery));
  };
  const invoke = (delivery: Delivery): void => {
    if (luck.strikes('throttle'))
      return void deliver(delivery, prng.pick([1_000, 5 * minute, 6 * 60 * minute]));
    deps.startRun(delivery, (succeeded) => {
      if (succeeded) return;
      delivery.attempts += 1;
      if (delivery.attempts > 2) return void deps.onDeadLetter(delivery);
      reach('delivery retried');
      deliver(delivery, delivery.attempts * minute);
    });
  };
  /** Hands an event to its subscribers, with what may befall it on the way. */
  const route = (said: Said, to: readonly Subscriber[]): void => {
    for (const service of to) {
      const wake = wakeFor(said.wake, service);
      const send = (delayMs: number): void =>
        deliver({ ...said, service, attempts: 0, ...(wake && { wake }) }, delayMs);
      if (luck.strikes('lost-event')) continue;
      const lateMs = luck.strikes('delay') ? prng.int(faults.delayMaxMs) : 0;
      if (lateMs > 60 * minute) luck.count('delay: over an hour');
      const coldMs = luck.strikes('cold-start') ? prng.between(300, 8_000) : 0;
      send(hopMs() + lateMs + coldMs);
      if (luck.strikes('duplicate')) {
        luck.count(duplicateForms[faults.duplicateSpread]);
        send(hopMs() + lateMs + spreadMs(prng, faults.duplicateSpread));
      }
      if (luck.strikes('replay'))
        deliver(
          { ...said, service, hostile: 'replayed', attempts: 0, ...(wake && { wake }) },
          hopMs() + spreadMs(prng, 'hours'),
        );
    }
  };
  const archive: Recorded[] = [];
  const accept = (event: Recorded): void => {
    archive.push(event);
    invariants.onAccepted(event);
    const { type, metadata } = event;
    trace.add('publish', metadata.eventId, 0);
    route({ type, eventId: metadata.eventId, wake: wakeOf(event) }, subscribersTo(event));
  };

  return {
    hopMs,
    route,
    busOf: (run: Run): EventBus => ({
      publish: (events) =>
        run.call(() => {
          mutates(run);
          if (luck.isOut('bus')) {
            reach('publishing failed');
            throw new Unavailable('the bus is down');
          }
          const failing = luck.strikes('put-partial');
          for (const event of events) if (!failing || prng.chance(0.5)) accept(event);
          if (failing || luck.strikes('put-ambiguous')) {
            reach('publishing failed');
            throw new Unavailable('not every entry is known to be accepted');
          }
        }),
    }),
    /** Somebody replays everything to every rule, to rebuild a read model or by mistake. */
    replayArchive(): void {
      if (archive.length > 0) luck.count('replay: whole archive');
      for (const event of archive) {
        const { type, metadata } = event;
        const { eventId } = metadata;
        for (const service of subscribersTo(event))
          deliver(
            { type, eventId, service, hostile: 'replayed', ...wokenBy(wakeOf(event), service), attempts: 0 },
            prng.int(minute),
          );
      }
    },
    /** Somebody outside says something: requests, decisions, and what an attacker makes up. */
    say(type: string, eventId: string, content: Pick<Said, 'asked' | 'wake' | 'isForged' | 'hostile'>): void {
      trace.add('say', `${type} ${eventId}`, 0);
      const told = (subscribers.get(type) ?? []).filter((to) => isHeard(to, { type, data: content.asked }));
      route({ type, eventId, ...content }, told);
    },
  };
};
export type Bus = ReturnType<typeof createBus>;

/** Schedules are no subject of a timer. */
const wakeFor = (wake: Wake | undefined, service: Subscriber): Wake | undefined =>
  service === 'schedule-drills' ? undefined : wake && { ...wake, service };
const wokenBy = (subject: Wake, service: Subscriber): { readonly wake?: Wake } => {
  const wake = wakeFor(subject, service);
  return wake === undefined ? {} : { wake };
};

/** What a handler reads from an event: whom it is about, and nothing that it could believe. */
const wakeOf = (event: Recorded): Wake => {
  const { waveId } = event.data as { readonly waveId?: string };
  const { executionId } = event.metadata;
  return { service: 'reconcile', executionId, ...(waveId !== undefined && { waveId }) };
};

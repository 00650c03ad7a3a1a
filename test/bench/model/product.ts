import { noWayHome } from '../../memory/homeward-reader.ts';
import { createMemoryCalendarReader } from '../../memory/calendar-reader.ts';
import { createAwsTimers, type TimerReceiver } from '../../../services/core/ports/aws/timers.ts';
import { createAcceptExecution } from '../../../services/functions/accept-execution/service.ts';
import { createAdvanceExecution } from '../../../services/functions/advance-execution/service.ts';
import { launchKnobs } from '../../../services/functions/launch-wave/launch.ts';
import { createLaunchWave } from '../../../services/functions/launch-wave/service.ts';
import { isTerminal } from '../../../services/core/domain/execution-state.ts';
import { planHeadKey, planVersionKey } from '../../../services/core/domain/plan-version.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import type { ExecutionIndex } from '../../../services/core/ports/record-store.ts';
import { reconcileKnobs } from '../../../services/functions/reconcile/reconcile-ports.ts';
import { createCleanUpDrill } from '../../../services/functions/clean-up-drill/service.ts';
import { createReconcile } from '../../../services/functions/reconcile/service.ts';
import { createRunActions, actionKnobs } from '../../../services/functions/run-actions/service.ts';
import {
  createFirstLook,
  createLookAtHint,
  createWatchJobs,
  watchKnobs,
} from '../../../services/functions/watch-jobs/service.ts';
import { auditIdOf, auditRecordOf } from '../../../services/functions/record-audit/audit-record.ts';
import type { Recorded } from '../../../contracts/envelope.ts';
import type { FiringTimers } from '../../../services/core/ports/timers.ts';
import { home } from '../../simulation/draw.ts';
import type { Workload as DrawnWorkload } from '../../simulation/workload.ts';
import { faultKinds, type FaultKind, type Faults } from '../../simulation/faults.ts';
import { createPrng, type Prng } from '../../simulation/prng.ts';
import type { Delivery, RunPorts } from '../../simulation/delivery.ts';
import { createWorld, epoch, type World } from '../../simulation/world.ts';
import type { Timing } from '../../simulation/timing.ts';
import { drawMs, latencies } from './latency.ts';
import { count, createMeter, itemBytes, writeUnits, type Meter } from './meter.ts';
import { anythingAllowed } from '../../support/anything-allowed.ts';
import { meteredBus, meteredRecovery, meteredStore, queueClient } from './ports.ts';
import { createSandboxPool, type Keeping, type SandboxPool } from './sandbox-pool.ts';
import { criticalPathMs, jobMsOf, type Workload } from './workload.ts';

export interface ProductOptions {
  readonly seed: bigint;
  readonly workload: Workload;
  readonly keep: Keeping;
  /** Share of the hints that arrive. */
  readonly hints: number;
  /** Earlier executions of the plan, oldest first: what the product has learned of it. */
  readonly learned?: readonly Workload[];
}

export interface ProductRun {
  /** From the request on the bus to the end of the execution as its record says it. */
  readonly makespanMs: number;
  readonly overheadMs: number;
  /** From the request to the first call of StartRecovery: the intake and two hops. */
  readonly firstStartMs: number;
  /** The waves in the order in which StartRecovery was called for them. */
  readonly launched: readonly string[];
  readonly meter: Meter;
  readonly sandboxes: number;
  readonly peakJobs: number;
  readonly peakServers: number;
}

const year = 365 * 24 * 3_600_000;
const redeliveryMs = 180_000;

/** Hints are lost at this rate, and nothing else goes wrong. */
const faultsOf = (hints: number): Faults => ({
  rate: {
    ...(Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>),
    hints: 1 - hints,
  },
  has: (kind) => kind === 'hints' && hints < 1,
  duplicateSpread: 'moments',
  delayMaxMs: 0,
  pauseMaxMs: 0,
  lagMaxMs: 0,
  skewMaxMs: 0,
  jobShape: 'normal',
  guarded: true,
  serverFailure: 0,
  neverEnds: 0,
  outageOf: 'store',
  outageMs: 0,
});

export const timingOf = (prng: Prng, pool: SandboxPool, { jobs }: Workload, meter: Meter): Timing => ({
  hopMs: () => drawMs(prng, latencies.bus),
  beginMs: (service, now) => {
    const ms = pool.begin(service, now);
    meter.invocations += 1;
    meter.billedMs += ms;
    return ms;
  },
  callMs: (port) => {
    if (port === 'store') return drawMs(prng, latencies.store);
    return drawMs(prng, port === 'bus' || port === 'timers' ? latencies.send : latencies.drs);
  },
  timerMs: (delayMs) => Math.ceil(delayMs / 1_000) * 1_000 + drawMs(prng, latencies.queue),
  jobTimes: ({ tags, servers }) => {
    const times = jobs.get(tags['groundswell:wave'] ?? '');
    if (times === undefined) throw new Error(`no job is drawn for ${JSON.stringify(tags)}`);
    if (times.doneAfterMs.length < servers.length)
      throw new Error('a job has more servers than were drawn for it');
    return times;
  },
  onRunEnd: (service, beganAt, endedAt) => {
    pool.end(service, endedAt);
    meter.billedMs += endedAt - beganAt;
  },
});

export const drawnWorkload = (workload: Workload): DrawnWorkload => ({
  plans: [workload.plan],
  requests: [],
  knobs: {
    launch: launchKnobs,
    watch: watchKnobs,
    actions: actionKnobs,
    reconcile: reconcileKnobs,
  },
  interleaved: 0,
  busMs: 0,
});

/** What each handler.ts does with a delivery, over the ports of one run. */
const handle = async (delivery: Delivery, ports: RunPorts): Promise<void> => {
  const { service, wake, eventId, type, asked } = delivery;
  const fromTimer = type === 'timer';
  // The handler of a hint reads whose job it is about.
  if (type === 'hint')
    await ports.store.read({ kind: 'job', id: eventId.replace(/^hint-(drsjob-\d+)-.*$/, '$1') });
  if (service === 'accept-execution') {
    const intake = createAcceptExecution({
      ...{ ...ports, homeward: noWayHome, home },
      allowed: { ...anythingAllowed, documents: [] },
    });
    if (asked === undefined) return wake && intake.resume(wake, eventId);
    return intake.accept(asked as Parameters<typeof intake.accept>[0], eventId);
  }
  if (wake === undefined) throw new Error(`${service} was invoked without a subject`);
  switch (service) {
    case 'advance-execution':
      return createAdvanceExecution({ ...ports, calendars: createMemoryCalendarReader() }).advance(
        wake,
        eventId,
      );
    case 'launch-wave':
      return createLaunchWave(ports)(wake, eventId);
    case 'watch-jobs':
      if (fromTimer) return createWatchJobs(ports)([wake], eventId);
      return type === 'hint' ? createLookAtHint(ports)(wake, eventId) : createFirstLook(ports)(wake);
    case 'run-actions':
      return createRunActions(ports).run(wake, eventId);
    case 'clean-up-drill':
      return createCleanUpDrill(ports).cleanUp(wake, eventId);
    case 'reconcile':
      return createReconcile(ports).reconcile(wake);
    case 'reverse-replication':
    case 'retire-servers':
    case 'schedule-drills':
    case 'redrive-dead-letters':
      throw new Error('no event leads to failbacks, schedules and dead letters here');
  }
};

/** Stores what the audit's function would: one more record for each event, and at most one more invocation. */
const audit = (meter: Meter, prng: Prng, pool: SandboxPool, event: Recorded, now: number): void => {
  const envelope = {
    version: '0',
    id: event.metadata.eventId,
    'detail-type': event.type,
    source: 'groundswell',
    account: home.account,
    time: event.metadata.emittedAt,
    region: home.region,
    resources: [],
    detail: { metadata: event.metadata, data: event.data },
  };
  const key = { kind: 'audit' as const, id: auditIdOf(envelope) };
  count(meter.writes, 'audit');
  // One unit more for its entry in the index of kinds.
  meter.writeUnits += 1 + writeUnits(itemBytes(key, auditRecordOf(envelope)));
  meter.invocations += 1;
  // Into its queue, out of it and off it.
  meter.queueRequests += 3;
  const lastsMs = drawMs(prng, latencies.store);
  meter.billedMs += pool.begin('record-audit', now) + lastsMs;
  pool.end('record-audit', now + lastsMs);
};

/** Runs one execution of the product: its services over the simulated world, with latencies and a meter. */
export const runProduct = async (options: ProductOptions): Promise<ProductRun> => {
  const { workload } = options;
  const prng = createPrng(options.seed);
  const meter = createMeter();
  const draws = prng.fork();
  const pool = createSandboxPool(
    options.keep,
    () => drawMs(draws, latencies.cold),
    () => drawMs(draws, latencies.warm),
  );
  const indexes = new Map<string, ExecutionIndex>();
  const bodies = new Map<string, string>();
  let messages = 0;
  let endedAt = 0;
  let firstStartAt = 0;
  const launched: string[] = [];
  let peakJobs = 0;
  let peakServers = 0;
  const timing = timingOf(prng.fork(), pool, workload, meter);
  const onEnd = (world: World): void => {
    if (endedAt === 0 && isTerminal(world.executionState(executionId).status)) endedAt = world.now();
  };

  const world = createWorld({
    prng: prng.fork(),
    faults: faultsOf(options.hints),
    workload: drawnWorkload(workload),
    healAtMs: year,
    timing,
    onEvent: onEnd,
    alter: (ports, run, within) => {
      const store = meteredStore(ports.store, meter, indexes);
      const fire = (eventId: string): void =>
        within.startRun(deliveries.get(eventId)!, (succeeded) => {
          // Receiving and deleting the message.
          meter.queueRequests += 2;
          if (!succeeded) within.agenda.after(redeliveryMs, () => fire(eventId));
        });
      const client = queueClient((message) =>
        run.call(() => {
          const eventId = `timer:${++messages}`;
          meter.queueRequests += 1;
          bodies.set(eventId, message.body);
          deliveries.set(eventId, timerDelivery(eventId, message));
          within.agenda.after(timing.timerMs(message.delayMs), () => fire(eventId));
        }, 'timers'),
      );
      const timers = createAwsTimers({
        store,
        client,
        clock: ports.clock,
        queueUrl: (service) => service,
        newToken: () => `token-${++messages}`,
      });
      const bus = meteredBus(ports.bus, meter, (event) => audit(meter, draws, pool, event, within.now()));
      const recovery = meteredRecovery(ports.recovery, meter);
      return {
        ...{ ...ports, store, timers, bus },
        recovery: {
          ...recovery,
          startRecovery: (target, request) => {
            if (firstStartAt === 0) firstStartAt = within.now();
            launched.push(request.tags['groundswell:wave'] ?? '');
            return recovery.startRecovery(target, request);
          },
        },
      };
    },
    handle: async (_world, delivery, ports) => {
      const body = bodies.get(delivery.eventId);
      if (body === undefined) return handle(delivery, ports);
      // Only createAwsTimers makes these ports.
      const receiver = ports.timers as FiringTimers & TimerReceiver;
      const fired = await receiver.receive(body);
      if (fired === undefined) return;
      await handle({ ...delivery, wake: fired.wake }, ports);
      await receiver.complete(fired);
    },
  });
  const deliveries = new Map<string, Delivery>();
  const executionId = executionIdOf('bench');
  storePlan(world, workload, options.learned ?? [], options.hints > 0.5);
  count(meter.events, 'ExecutionRequested');
  world.say('ExecutionRequested', 'ask', {
    asked: { requestId: 'bench', planId: workload.plan.planId, mode: 'DRILL', requestedBy: 'bench' },
  });
  for (let steps = 0; steps < 4_000_000; steps++) {
    if (!world.agenda.step()) break;
    await world.settled();
    const live = world.drs.live(world.now());
    peakJobs = Math.max(peakJobs, live.length);
    peakServers = Math.max(
      peakServers,
      live.reduce((sum, job) => sum + job.servers.length, 0),
    );
    if (world.invariants.violation() !== undefined) break;
  }
  const violation = world.invariants.violation();
  if (violation !== undefined) throw new Error(`${violation.invariant}: ${violation.what}`);
  const { status } = world.executionState(executionId);
  if (status !== 'COMPLETED') throw new Error(`the execution ended as ${status}`);
  const makespanMs = endedAt - epoch;
  return {
    makespanMs,
    overheadMs: makespanMs - criticalPathMs(workload),
    firstStartMs: firstStartAt - epoch,
    launched,
    meter,
    sandboxes: pool.started(),
    peakJobs,
    peakServers,
  };
};

const timerDelivery = (
  eventId: string,
  { service, body }: { service: Delivery['service']; body: string },
) => ({
  service,
  type: 'timer',
  eventId,
  wake: (JSON.parse(body) as { wake: NonNullable<Delivery['wake']> }).wake,
  attempts: 0,
});

export const storePlan = (
  world: World,
  { plan }: Workload,
  learned: readonly Workload[],
  learnedFromHints: boolean,
): void => {
  const { planId } = plan;
  const storedAt = new Date(epoch).toISOString();
  world.put(planVersionKey(planId, 1), { planId, version: 1, hash: planId, plan, storedAt }, 0, undefined);
  world.put(planHeadKey(planId), { latest: 1, latestHash: planId }, 0, undefined);
  for (const waveId of learned.length === 0 ? [] : plan.waves.map((wave) => wave.waveId)) {
    const recentMs = learned.map((earlier) => jobMsOf(earlier, waveId));
    const body = { jobMs: recentMs.at(-1), hinted: learnedFromHints, recentMs };
    world.put({ kind: 'durations', id: `${planId}/${waveId}` }, body, 0, undefined);
  }
};

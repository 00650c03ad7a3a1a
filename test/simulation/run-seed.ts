import { closingWaveIds } from '../../contracts/plan.ts';
import { isTerminal } from '../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { checkBudget } from './budget.ts';
import { withCalendars } from './calendars.ts';
import { withActionsFirst } from './before-clean-up.ts';
import type { Counts } from './coverage.ts';
import { drawKnobs, drawWorkload, withCleanUps } from './draw.ts';
import { enlarge } from './enlarge.ts';
import type { Workload } from './workload.ts';
import { enrich, withChosenPoints, withEnds } from './enrich.ts';
import { allFaults, drawFaults, faultKinds, type FaultKind, type Faults } from './faults.ts';
import { lastSignAt } from './drs.ts';
import { createHandle } from './handle.ts';
import type { Violation } from './invariants.ts';
import { withLaunchActions } from './launch-actions.ts';
import { withMachines } from './machines.ts';
import type { Mutant } from './mutants.ts';
import { createOperators, unknownExecution } from './operators.ts';
import { putPlan, putSchedule } from './plans.ts';
import { occurrencesOf, withSchedules } from './schedules.ts';
import { createPrng } from './prng.ts';
import { withStopAlarms } from './stop-alarms.ts';
import { withTraffic } from './traffic.ts';
import { withTasks } from './workers.ts';
import { allWarnings, createWorld, epoch, type World } from './world.ts';

const minute = 60_000;
/** Makes of a seed another one, for what is drawn apart from the rest. */
const apart = 0x9d5c_0fb3n;
const apartToo = 0x51f1_5e0dn;
const apartAgain = 0x2b99_2ddfn;
const apartAtLast = 0x7c3e_64a1n;
const apartOfEnds = 0x3a6d_9e41n;
const apartForTasks = 0x3d10_77d3n;
const apartForWorkers = 0x61aa_05e3n;
const apartForStops = 0x1f83_d9abn;
const apartForTraffic = 0x2f1a_88c3n;
const apartForChanges = 0x5bb0_1d47n;
const farther = 0x51f1_5e2an;
const apartFinally = 0x6a09_e667n;
const apartOnceMore = 0x3c6e_f372n;
const apartForSchedules = 0x1f83_d9abn;
const apartForDueTimes = 0x5be0_cd19n;
const apartForCalendars = 0x4c1d_93a5n;
const apartForActions = 0x71c9_2e55n;
const apartForSkips = 0x2be4_6d17n;
const apartForNotes = 0x3f6a_81d3n;
const apartForPoints = 0x1d5b_c0a7n;
const hour = 60 * minute;

export interface SeedOptions {
  readonly allowed?: ReadonlySet<FaultKind>;
  readonly mutant?: Mutant;
  readonly keepTrace?: boolean;
  /** How waves are made large; by default that is drawn, and rare. */
  readonly enlarge?: typeof enlarge;
  /** Makes the case smaller, to find what a violation needs. */
  readonly shrink?: (workload: Workload) => Workload;
}

export interface SeedResult {
  readonly seed: bigint;
  readonly violation?: Violation;
  readonly traceHash: string;
  readonly lines: readonly string[];
  readonly calls: number;
  readonly runs: number;
  readonly simulatedMs: number;
  readonly counts: Counts;
  readonly injected: Counts;
  readonly faults: Faults;
}

/** Nothing that is well may stand still for longer: sweeps, quarantines and the waits of refused launches included. */
const quietMaxMs = 50 * minute;
/** What is saved as a run ends may still be published for so long: a crash leaves it to the sweep, every ten minutes. */
const outboxMs = 50 * minute;

/** Runs one seed: first everything may break, then the faults heal and every execution has to end. */
export const runSeed = async (seed: bigint, options: SeedOptions = {}): Promise<SeedResult> => {
  const prng = createPrng(seed);
  const faults = drawFaults(prng.fork(), options.allowed ?? allFaults);
  const ended = withEnds(createPrng(seed ^ apartOfEnds), drawWorkload(prng.fork()));
  const plain = withChosenPoints(createPrng(seed ^ apartForPoints), enrich(createPrng(seed ^ apart), ended));
  const tasked = withTasks(createPrng(seed ^ apartForTasks), plain);
  const stopped = withStopAlarms(createPrng(seed ^ apartForStops), tasked);
  const enriched = withTraffic(createPrng(seed ^ apartForTraffic), stopped);
  // What people do to machines is a fault like their decisions, and what DRS runs on them one like the course of jobs.
  const placed = (options.allowed ?? allFaults).has('operators')
    ? withMachines(createPrng(seed ^ apartToo), enriched)
    : enriched;
  const isShaped = (options.allowed ?? allFaults).has('job-shape');
  const ordinary = isShaped ? withLaunchActions(createPrng(seed ^ apartAgain), placed) : placed;
  const enlarged = options.mutant?.enlarge ?? options.enlarge ?? (isShaped ? enlarge : undefined);
  const tidy = withCleanUps(createPrng(seed ^ apartOnceMore), ordinary);
  const first = withActionsFirst(createPrng(seed ^ apartForActions), tidy);
  const dated = withCalendars(createPrng(seed ^ apartForCalendars), first);
  const scheduled = withSchedules(createPrng(seed ^ apartForSchedules), dated);
  const drawn = enlarged?.(createPrng(seed ^ farther), scheduled) ?? scheduled;
  const workload = options.shrink?.(drawn) ?? drawn;
  const operators = createOperators(
    prng.fork(),
    createPrng(seed ^ apartAtLast),
    createPrng(seed ^ apartFinally),
    createPrng(seed ^ apartForSkips),
    createPrng(seed ^ apartForNotes),
  );
  const healAtMs = prng.pick([10 * minute, 20 * minute, hour]) + faults.outageMs;
  const mutated = options.mutant?.knobs?.(workload.knobs) ?? workload.knobs;
  let lastChange = epoch;
  const world = createWorld({
    prng: prng.fork(),
    workers: createPrng(seed ^ apartForWorkers),
    traffic: createPrng(seed ^ apartForChanges),
    faults,
    workload,
    healAtMs,
    handle:
      options.mutant?.handle?.(mutated) ??
      createHandle(mutated, options.mutant?.knobs === undefined ? drawKnobsLike(workload, prng) : mutated),
    ...(options.mutant?.alter !== undefined && { alter: options.mutant.alter }),
    onStartForgotten: operators.onStartForgotten,
    onEvent: (within, event) => {
      lastChange = within.now();
      operators.onEvent(within, event);
    },
  });
  if (options.keepTrace === true) world.keepTrace();

  const requested = [...new Set(workload.requests.map((request) => executionIdOf(request.requestId)))];
  const executionIds = (): readonly string[] => [...requested, ...world.scheduleRules.executionIds()];
  for (const plan of workload.plans) putPlan(world, plan);
  for (const request of workload.requests) ask(world, request);
  sweeping(world);
  scheduling(world, createPrng(seed ^ apartForDueTimes));
  redriving(world);
  if (faults.has('replay') && prng.chance(0.3)) world.agenda.after(prng.int(healAtMs), world.replayArchive);
  world.agenda.after(healAtMs, () => heal(world));
  for (let at = 0; at < 200; at++)
    world.agenda.after(healAtMs + at * 10 * minute, () =>
      executionIds().forEach((id) => operators.tidyUp(world, id)),
    );

  const isFinished = (): boolean => {
    const indexes = world.openIndexes();
    if (world.scheduleRules.open().length > 0) return false;
    return executionIds().every((id) =>
      indexes.some(
        (index) => index.executionId === id && !index.open && isTerminal(world.executionState(id).status),
      ),
    );
  };
  let closed = 0;
  let endsAt = Number.POSITIVE_INFINITY;
  const afterwardsMs = prng.chance(0.02) ? 24 * hour : 25 * minute;
  for (let steps = 1; world.invariants.violation() === undefined; steps++) {
    if (!world.agenda.step()) break;
    if (world.isSettling()) await world.settled();
    if (world.now() > endsAt && (world.now() > endsAt + outboxMs || !world.invariants.hasUnpublished()))
      break;
    const closings = world.counts['books closed'] ?? 0;
    if (endsAt === Number.POSITIVE_INFINITY && (closings !== closed || steps % 512 === 0)) {
      closed = closings;
      if (isFinished()) endsAt = Math.max(world.now(), world.healAt) + afterwardsMs;
      else checkProgress(world, lastChange, executionIds());
    }
  }
  if (world.invariants.violation() === undefined) world.invariants.atEnd(world.automations.all());
  if (world.invariants.violation() === undefined) world.taskRules.atEnd();
  if (world.invariants.violation() === undefined) checkRest(world);
  if (world.invariants.violation() === undefined && isFaultFree(faults)) checkBudget(world);
  const { hash, calls, runs, lines } = world.trace();
  const violation = world.invariants.violation();
  return {
    seed,
    ...(violation && { violation }),
    traceHash: hash,
    lines,
    calls,
    runs,
    simulatedMs: world.now() - epoch,
    counts: world.counts,
    injected: world.injected,
    faults,
  };
};

/** The intervals of another version of the code; capacity is a matter of the account, not of the code. */
export const drawKnobsLike = (workload: Workload, prng: ReturnType<typeof createPrng>) => {
  const { limits } = workload.knobs.launch;
  const other = drawKnobs(prng.fork());
  return {
    launch: { ...other.launch, limits },
    watch: { ...other.watch, limits },
    actions: other.actions,
    reconcile: { ...other.reconcile, limits },
  };
};

/** Whoever asked and hears nothing asks again, under the same id. */
const ask = (world: World, request: Workload['requests'][number]): void => {
  const executionId = executionIdOf(request.requestId);
  const { requestId, planId, mode } = request;
  if (request.allowDrillOverRecovery) world.allowDrillOverRecovery(executionId);
  const asked = {
    requestId,
    planId,
    mode,
    requestedBy: 'somebody',
    ...(request.allowDrillOverRecovery && { allowDrillOverRecovery: true }),
    acceptWarnings: request.acceptWarnings ?? allWarnings,
    ...(request.pointInTime !== undefined && { pointInTime: request.pointInTime }),
    ...(request.allowReplacing !== undefined && { allowReplacing: request.allowReplacing }),
  };
  let times = 0;
  const say = (): void => {
    if (world.executionState(executionId).status !== 'NONE') return;
    world.say('ExecutionRequested', `ask-${requestId}-${++times}`, { asked });
    world.agenda.after(15 * minute, say);
  };
  world.agenda.after(request.atMs, say);
};

const sweeping = (world: World): void => {
  world.agenda.after(10 * minute, () => {
    if (world.strikes('timers', 5)) world.count('timers: sweep missed');
    else
      world.startRun(
        { service: 'reconcile', type: 'schedule', eventId: 'schedule', attempts: 0 },
        () => undefined,
      );
    sweeping(world);
  });
};

/** What Scheduler says, at least once and not always in time, and the look at all schedules every ten minutes. */
const scheduling = (world: World, prng: ReturnType<typeof createPrng>): void => {
  const { schedule } = world.workload;
  if (schedule === undefined) return;
  putSchedule(world, schedule);
  for (const { scheduledAt } of occurrencesOf(world.workload, epoch)) {
    const asked = { scheduleId: schedule.scheduleId, scheduledAt };
    const say = (lateMs: number): void =>
      void world.agenda.after(Date.parse(scheduledAt) - epoch + lateMs, () =>
        world.say('DrillDue', `due-${world.nextId()}`, { asked }),
      );
    say(prng.pick([0, 500, 30_000, 4 * minute]));
    if (world.faults.has('duplicate') && prng.chance(0.5)) say(prng.pick([0, 600, 20 * minute]));
  }
  const look = (): void => {
    world.agenda.after(10 * minute, () => {
      if (!world.strikes('timers', 5))
        world.startRun(
          { service: 'schedule-drills', type: 'schedule', eventId: 'schedule', attempts: 0 },
          () => undefined,
        );
      look();
    });
  };
  look();
};

/** Dead letters are looked through every five minutes, if there are any. */
const redriving = (world: World): void => {
  world.agenda.after(5 * minute, () => {
    if (!world.letters.isEmpty())
      world.startRun(
        { service: 'redrive-dead-letters', type: 'schedule', eventId: 'schedule', attempts: 0 },
        () => undefined,
      );
    redriving(world);
  });
};

const isFaultFree = (faults: Faults): boolean => faultKinds.every((kind) => !faults.has(kind));

/** Jobs that would never end go on long enough for an operator to be asked about them, and are then ended. */
const heal = (world: World): void => {
  world.agenda.after(6 * hour, () => {
    for (const job of world.neverEnding) {
      const { owner } = job;
      if (owner === undefined) continue;
      const progress = world.executionState(owner.executionId).waves[owner.waveId];
      if (progress?.status === 'STARTED' && progress.attempt === owner.attempt && !progress.timedOut)
        world.invariants.fail('L1', `nobody was asked about ${owner.waveId}, which never ends`);
      const known = world.invariants.waveOf(owner.executionId, owner.waveId).jobs;
      if (known.some(({ jobId, settled, stuck }) => jobId === job.jobId && settled === true && !stuck))
        world.invariants.fail('L1', `nobody was told that ${job.jobId} does not end`);
      job.endsAt = world.now() + minute;
    }
  });
};

const checkProgress = (world: World, lastChange: number, executionIds: readonly string[]): void => {
  const now = world.now();
  if (now < world.healAt) return;
  const jobEnds = world.drs.jobs
    .map((job) => Math.min(lastSignAt(job), now))
    .reduce((a, b) => Math.max(a, b), 0);
  const actionEnds = Math.min(now, Math.max(world.automations.latestEnd(), latestWait(world, executionIds)));
  const awaitedUntil = Math.min(now, latestAwaited(world, executionIds));
  const { lastDueAt, open } = world.scheduleRules;
  world.calendarRules.check(world.healAt);
  const [untold] = open();
  if (untold !== undefined && now > Math.max(world.healAt, lastDueAt + hour) + quietMaxMs)
    world.invariants.fail('S41', `nobody knows what becomes of ${untold}`);
  const dueAt = Math.min(now, lastDueAt + hour);
  const quietSince = Math.max(world.healAt, lastChange, jobEnds, actionEnds, awaitedUntil, dueAt);
  if (now - quietSince > quietMaxMs)
    world.invariants.fail(
      'L1',
      `nothing has moved since ${quietSince - epoch} ms: ${executionIds.map((id) => `${id} ${world.executionState(id).status}`).join(', ')}`,
    );
};

const bounds = { beginMs: 30 * minute, endMs: 2 * hour };

/**
 * Until when launch actions that never begin or never end are awaited (L1): the wait begins anew with each sign of
 * them, and with the first that an outage of DRS kept back.
 */
const latestAwaited = (world: World, executionIds: readonly string[]): number => {
  let latest = 0;
  for (const executionId of executionIds)
    for (const waveId of Object.keys(world.executionState(executionId).waves))
      for (const { jobId = '', awaiting = [] } of world.invariants.waveOf(executionId, waveId).jobs) {
        const job = world.drs.jobById(jobId);
        if (job === undefined || awaiting.length === 0) continue;
        const hasBegun = job.servers.some(
          ({ id, actions = [] }) =>
            awaiting.includes(id) && actions.some(({ beginsAfterMs }) => beginsAfterMs < Infinity),
        );
        const until = Math.max(world.healAt, lastSignAt(job)) + (hasBegun ? bounds.endMs : bounds.beginMs);
        if (world.now() > until + quietMaxMs)
          world.invariants.fail('L1', `${waveId} of ${executionId} awaits launch actions of ${jobId} still`);
        latest = Math.max(latest, until);
      }
  return latest;
};

const latestWait = (world: World, executionIds: readonly string[]): number => {
  let latest = 0;
  for (const executionId of executionIds)
    for (const waveId of [
      ...Object.keys(world.executionState(executionId).waves),
      closingWaveIds.beforeCleanUp,
    ])
      for (const action of Object.values(world.invariants.waveOf(executionId, waveId).actions))
        if (action.status === 'RUNNING') latest = Math.max(latest, action.endsBy);
  return latest;
};

/** At the end nothing is held or left lying: capacity that leaks would stop somebody else. */
const checkRest = (world: World): void => {
  const [forgotten] = world.letters.waitingFor(15 * minute);
  if (forgotten !== undefined)
    world.invariants.fail('L2', `a dead letter was dealt with by nobody: ${forgotten}`);
  if (world.invariants.streams.has(unknownExecution))
    world.invariants.fail('S5', 'a forged event made an execution that nobody asked for');
  for (const place of new Set(world.drs.jobs.map((job) => job.place))) {
    const ledger = world.peek<{ holds: readonly { holdId: string }[]; waiting: readonly unknown[] }>(
      'capacity',
      place,
    );
    if (ledger !== undefined && ledger.holds.length + ledger.waiting.length > 0)
      world.invariants.fail(
        'S9',
        `capacity is still held at the end: ${ledger.holds.map((hold) => hold.holdId).join(', ')}`,
      );
  }
};

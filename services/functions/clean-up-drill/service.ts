import {
  decideCleanUp,
  decideOnDrill,
  isEndedDrill,
  warningAt,
  type DrillDecision,
} from '../../core/domain/clean-up/decide.ts';
import {
  runsActions,
  undoes,
  type CleanUpState,
  type Termination,
} from '../../core/domain/clean-up/state.ts';
import {
  concludeRun,
  type Obstacle,
  isOutOfPatience,
  remaining,
  settleJobs,
  unseenFacts,
  type ShownJob,
} from '../../core/domain/clean-up/work.ts';
import { createTransact } from '../../core/kernel/transact.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { isLasting, reasonOf } from '../../core/readiness/lasting-error.ts';
import { openBooks } from '../../core/streams/books.ts';
import { cleanUpAddress, cleanUpKind, readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { givePlaceBack } from './capacity.ts';
import { cleanUpKnobs, type CleaningUp, type CleanUpKnobs, type CleanUpPorts } from './clean-up.ts';
import { readLaunched, type Launched } from '../../core/streams/launched.ts';
import { actionsFirst } from './actions-first.ts';
import { holdServers, lookAtAll } from './drill.ts';
import { obstaclesOf } from './obstacles.ts';
import { endInstances } from './terminate.ts';
import { undoLast } from './undo.ts';

/** Awaited and due at once is two decisions; there are no longer chains. */
const decisionsMax = 3;

/** SQS carries a timer over 15 minutes by a chain of messages: an hour is few of them. */
const sleepMaxMs = 3_600_000;

/**
 * Ends what a drill has launched, and nothing else: the only service that may call TerminateRecoveryInstances, and
 * one that starts nothing. A claim with the ids is saved before each call. A call without an answer may be repeated
 * for the same ids once DRS and EC2 have been asked about them again: ids of launched instances are never reused;
 * a machine that a launch went into keeps its id, and is left out for that very reason.
 */
export const createCleanUpDrill = (ports: CleanUpPorts, knobs: CleanUpKnobs = cleanUpKnobs) => {
  const open = async (executionId: string, causationId: string): Promise<CleaningUp> => {
    const transact = createTransact('clean-up-drill', ports, cleanUpKind);
    const execution = await readExecution(ports.store, executionId);
    const change: CleaningUp['change'] = (decide, publishing) =>
      transact(cleanUpAddress(executionId), causationId, decide, publishing);
    return { ports, knobs, executionId, causationId, execution, change };
  };

  return {
    /** EC2 hints that an instance has ended: the next look of a clean-up that runs comes sooner. DRS and EC2 decide. */
    hint: async ({ executionId }: Wake): Promise<void> => {
      const { status } = await readCleanUp(ports.store, executionId);
      if (status === 'RUNNING')
        await ports.timers.setIfSooner({ service: 'clean-up-drill', executionId }, knobs.gatherMs);
    },

    cleanUp: async ({ executionId }: Wake, causationId: string): Promise<void> => {
      const cleaning = await open(executionId, causationId);
      if (isEndedDrill(cleaning.execution)) await goOn(cleaning);
      // What a crash left in its outbox nobody else would publish.
      else await cleaning.change(() => []);
    },

    /** Acts on an operator's decision, then goes on with the clean-up as it has become. */
    decide: async (executionId: string, decision: DrillDecision, causationId: string): Promise<void> => {
      const cleaning = await open(executionId, causationId);
      if (cleaning.execution.status === 'NONE') return;
      const launched =
        decision.instances === undefined
          ? []
          : await readLaunched(ports.store, executionId, cleaning.execution);
      const instanceIds = new Set(launched.flatMap((place) => [...place.instanceIds]));
      const { state } = await cleaning.change((current, now) =>
        decideOnDrill(cleaning.execution, current, decision, instanceIds, now),
      );
      if (state.status === 'RUNNING' || state.status === 'AWAITED') await openBooks(ports.store, executionId);
      if (isEndedDrill(cleaning.execution)) await goOn(cleaning);
    },
  };
};

/** What time alone brings, then the work of a clean-up that runs. */
const goOn = async (cleaning: CleaningUp): Promise<void> => {
  const { ports, execution, change, executionId } = cleaning;
  let decided = await change((state, now) => decideCleanUp(execution, state, now));
  for (let count = 1; decided.facts.length > 0 && count < decisionsMax; count++)
    decided = await change((state, now) => decideCleanUp(execution, state, now));
  const { state } = decided;
  const wake = { service: 'clean-up-drill' as const, executionId };
  if (state.status === 'AWAITED') {
    const now = ports.clock.now();
    const next = [warningAt(state), state.dueAt].find((at) => at > now);
    if (next !== undefined) await ports.timers.set(wake, Math.min(next - now, sleepMaxMs));
  }
  if (state.status !== 'RUNNING') return;
  // First: if this look dies, the next comes all the same.
  const { lookAgainMs, lookAtActionsMs } = cleaning.knobs;
  const isOthersTurn = runsActions(state) || undoes(state);
  await ports.timers.set(wake, isOthersTurn ? lookAtActionsMs : lookAgainMs);
  try {
    await work(cleaning, state);
  } catch (error) {
    if (!isLasting(error)) throw error;
    await change((current, now) => unseenFacts(current, reasonOf(error), now));
  }
};

const jobsShown = async (
  { ports: { recovery } }: CleaningUp,
  places: readonly Launched[],
  { jobs }: CleanUpState,
): Promise<(jobId: string) => ShownJob> => {
  const shown = new Map<string, ShownJob>();
  for (const { target } of places) {
    const ids = jobs.flatMap(({ jobId, account, region }) =>
      jobId !== undefined && account === target.account && region === target.region ? [jobId] : [],
    );
    if (ids.length === 0) continue;
    for (const { jobId, status } of await recovery.describeJobs(target, ids))
      shown.set(jobId, status === 'COMPLETED' ? 'ended' : 'running');
  }
  return (jobId) => shown.get(jobId);
};

const work = async (cleaning: CleaningUp, before: CleanUpState): Promise<void> => {
  const { ports, change, executionId } = cleaning;
  const places = await readLaunched(ports.store, executionId, cleaning.execution);
  const begun = await actionsFirst(cleaning, places, before);
  if (begun === undefined) return;
  if (runsActions(before))
    await ports.timers.set({ service: 'clean-up-drill', executionId }, cleaning.knobs.lookAgainMs);
  if (begun.startedAt === begun.progressAt) await holdServers(cleaning, places);
  const sightings = await lookAtAll(cleaning, places, begun);
  const shown = await jobsShown(cleaning, places, begun);
  // Of a job that another handler has claimed since, nothing was asked.
  const wasAsked = ({ job }: Termination): boolean => begun.jobs.some((each) => each.job === job);
  const settled = await change((state, now) =>
    settleJobs({ ...state, jobs: state.jobs.filter(wasAsked) }, sightings, shown, now),
  );
  for (const fact of settled.facts)
    if (fact.type === 'TerminationEnded') await givePlaceBack(cleaning, fact.data);
  if (settled.state.status !== 'RUNNING') return;
  if (settled.state.jobs.some(({ instances }) => instances.length === 0))
    await ports.timers.setIfSooner({ service: 'clean-up-drill', executionId }, cleaning.knobs.nearEndMs);
  const called = await endInstances(cleaning, places, sightings, settled.state);
  const { state: ended, isQueued, blocked } = called;
  if (isQueued || ended.jobs.length > 0) return;
  const isLast = remaining(ended, sightings).length === 0;
  const state = isLast ? await undoLast(cleaning, sightings, ended) : ended;
  if (state === undefined) return;
  const obstacles = isOutOfPatience(state, ports.clock.now())
    ? await obstaclesOf(ports.recovery, places, remaining(state, sightings), blocked)
    : new Map<string, Obstacle>();
  const concluded = await change((current, now) =>
    concludeRun(current, sightings, (id) => obstacles.get(id), now),
  );
  if (concluded.state.status !== 'RUNNING')
    for (const { target } of places) await givePlaceBack(cleaning, target);
};

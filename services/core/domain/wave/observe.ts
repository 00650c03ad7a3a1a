import type { LaunchAction, ServerPhase, ServerResult, WaveFact } from '../../../../contracts/wave-events.ts';
import { listedBytesMax, listings } from '../listed-servers.ts';
import { isWatched, type Wave } from './wave.ts';
import type { JobState } from './state.ts';
import { lettersOf } from './evolve.ts';
import type { JobLogEntry, RecoveryJob } from '../recovery-job.ts';
import { hasResult, phaseInLog } from './job-log.ts';
import { toldActions } from './launch-actions.ts';
import { launchActionsVerdict, launchStatusOf, resultOf, runsOf, type Observation } from './server-result.ts';

export interface ObserveKnobs {
  /** A job in one phase for longer than this is reported. */
  readonly stuckMs: number;
  /** Launch actions that have not begun so long after their job's last sign are awaited no longer. */
  readonly actionsBeginMs: number;
  /** Nor are those that have begun, after this. */
  readonly actionsEndMs: number;
}

const phaseByStatus = (launchStatus: string): ServerPhase | undefined =>
  ({ LAUNCHED: 'LAUNCHED' as const, FAILED: 'FAILED' as const })[launchStatus];

/** Where a server is: by its status, by the log, and once it is launched by its launch actions. */
const phaseOf = (state: JobState, observation: Observation, id: string): ServerPhase | undefined => {
  const { job, log = [] } = observation;
  const phase = phaseByStatus(launchStatusOf(job, id)) ?? phaseInLog(log, id);
  if (phase !== 'LAUNCHED' && (phase === 'FAILED' || runsOf(job, id).length === 0)) return phase;
  const verdict = launchActionsVerdict(observation, state, id);
  if (verdict === 'failed') return 'FAILED';
  return verdict === 'open' ? 'LAUNCH_ACTIONS' : phase;
};

/**
 * Whether a job's log has to be read, beside what was read of it while DRS described the job: results are new, or
 * the job has ended and the log, which may be older than its end, does not say how each server did.
 */
export const needsLog = (
  state: JobState,
  job: RecoveryJob,
  known: readonly JobLogEntry[] | undefined,
): boolean => {
  if (job.status === 'COMPLETED')
    return !job.servers.every(({ sourceServerId: id }) => known !== undefined && hasResult(known, id));
  if (known !== undefined) return false;
  return job.servers.some(({ sourceServerId, launchStatus }) => {
    const phase = phaseByStatus(launchStatus);
    const told = state.phases[sourceServerId];
    return phase !== undefined && told !== phase && told !== 'LAUNCH_ACTIONS';
  });
};

/**
 * Whether DRS has to be asked which launch actions the servers of a job are to have: once, before the first of
 * them is launched, and for their names again when they are about to be given up.
 */
export const needsPlanned = (
  state: JobState,
  { job, log = [] }: Observation,
  now: number,
  { actionsBeginMs }: ObserveKnobs,
): readonly string[] => {
  if (state.awaiting !== undefined) return now - state.phaseSince >= actionsBeginMs ? state.awaiting : [];
  if (state.launchActions !== undefined) return [];
  const isLaunching = ({ sourceServerId: id, launchStatus }: RecoveryJob['servers'][number]): boolean =>
    ['IN_PROGRESS', 'LAUNCHED'].includes(launchStatus) ||
    ['LAUNCH', 'LAUNCHED'].includes(phaseInLog(log, id) ?? '');
  if (job.status !== 'COMPLETED' && !job.servers.some(isLaunching)) return [];
  return state.servers.filter((id) => launchStatusOf(job, id) !== 'FAILED');
};

export const running = (wave: Wave): readonly JobState[] => wave.state.jobs.filter(isWatched);

/** What follows for the wave from what DRS shows of its jobs, or from a job's silence. */
export const factsOf = (
  wave: Wave,
  observations: readonly Observation[],
  now: number,
  knobs: ObserveKnobs,
): readonly WaveFact[] =>
  running(wave).flatMap((state) => {
    const observation = observations.find(({ job }) => job.jobId === state.jobId);
    if (state.awaiting !== undefined) return awaitedFacts(wave, state, observation, now, knobs);
    const facts = observation === undefined ? [] : observedFacts(wave, state, observation);
    return facts.length === 0 ? stuckFacts(wave, state, now, knobs.stuckMs) : facts;
  });

const inJob = (wave: Wave, jobId: string) => ({
  ...{ waveId: wave.definition.waveId, attempt: wave.state.attempt, jobId },
});

const stuckFacts = (wave: Wave, state: JobState, now: number, stuckMs: number): readonly WaveFact[] => {
  if (state.stuck || state.jobId === undefined || now - state.phaseSince < stuckMs) return [];
  const phase =
    Object.values(state.phases).find((each) => each !== 'LAUNCHED' && each !== 'FAILED') ?? 'NONE';
  const sinceMinutes = Math.round((now - state.phaseSince) / 60_000);
  return [{ type: 'DRSJobStuck', data: { ...inJob(wave, state.jobId), phase, sinceMinutes } }];
};

/** What follows from an answer of DescribeJobs, the only thing that completes a job. */
const observedFacts = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] =>
  observation.job.status === 'COMPLETED'
    ? completed(wave, state, observation)
    : progressed(wave, state, observation, state.servers);

const isChanged = (state: JobState, id: string, actions: readonly LaunchAction[]): boolean =>
  (state.launchActions?.[id]?.runs ?? '') !== lettersOf(actions);

/** What of the launch actions is new: which are expected, once, and later each that began or ended. */
const actionsProgress = (state: JobState, { job, planned, unread }: Observation, ids: readonly string[]) => {
  const isFirst = state.launchActions === undefined && (planned !== undefined || unread !== undefined);
  const told = ids.flatMap((id) => {
    const actions = toldActions(runsOf(job, id), planned?.get(id));
    const isNew = isFirst ? actions.length > 0 : isChanged(state, id, actions);
    return isNew && (isFirst || state.launchActions !== undefined) ? [[id, actions] as const] : [];
  });
  const expected = [...(planned ?? [])].flatMap(([id, actions]) =>
    actions.length === 0 ? [] : [[id, actions.length] as const],
  );
  return {
    ...(told.length > 0 && { launchActions: Object.fromEntries(told) }),
    ...(isFirst && { expected: Object.fromEntries(expected) }),
    ...(isFirst && unread !== undefined && { unread }),
  };
};

const progressed = (
  wave: Wave,
  state: JobState,
  observation: Observation,
  ids: readonly string[],
): readonly WaveFact[] => {
  const changed = ids.flatMap((id) => {
    const phase = phaseOf(state, observation, id);
    return phase === undefined || state.phases[id] === phase ? [] : [[id, phase] as const];
  });
  const actions = actionsProgress(state, observation, ids);
  if (changed.length === 0 && Object.keys(actions).length === 0) return [];
  const data = { ...inJob(wave, observation.job.jobId), phases: Object.fromEntries(changed), ...actions };
  const isLong = ids.length > 1 && JSON.stringify(data).length * 2 > listedBytesMax;
  if (!isLong) return [{ type: 'DRSJobProgressed', data }];
  const half = ids.length >> 1;
  return [ids.slice(0, half), ids.slice(half)].flatMap((some) => progressed(wave, state, observation, some));
};

const completed = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] => {
  const { job } = observation;
  const isAwaited = (id: string): boolean =>
    launchStatusOf(job, id) === 'LAUNCHED' && launchActionsVerdict(observation, state, id) === 'open';
  const awaiting = state.servers.filter(isAwaited);
  const results = state.servers
    .filter((id) => !isAwaited(id))
    .map((id) => resultOf({ ...observation, wave, state, sourceServerId: id }));
  const runs = listings(results);
  const its = { ...inJob(wave, job.jobId), job: state.job };
  return [
    // What is awaited is reported first, so that it is known which launch actions these are.
    ...(awaiting.length === 0 ? [] : progressed(wave, state, observation, awaiting)),
    ...runs
      .slice(0, -1)
      .map((servers): WaveFact => ({ type: 'DRSJobResultsListed', data: { ...its, servers: [...servers] } })),
    {
      type: 'DRSJobCompleted',
      data: {
        ...its,
        servers: [...(runs.at(-1) ?? [])],
        ...(awaiting.length > 0 && { awaiting }),
        createdAt: new Date(job.createdAt).toISOString(),
        endedAt: new Date(job.endedAt ?? job.createdAt).toISOString(),
      },
    },
  ];
};

/** A job that DRS does not list any more tells nothing of launch actions: they are not known to have ended. */
const forgotten = (state: JobState, jobId: string): Observation => ({
  job: {
    ...{ jobId, type: 'LAUNCH', isDrill: false, status: 'COMPLETED', createdAt: 0, tags: {} },
    servers: state.servers.map((sourceServerId) => ({ sourceServerId, launchStatus: 'LAUNCHED' })),
  },
});

/** What follows for servers whose launch actions go on after their job has ended. */
const awaitedFacts = (
  wave: Wave,
  state: JobState,
  seen: Observation | undefined,
  now: number,
  { actionsBeginMs, actionsEndMs }: ObserveKnobs,
): readonly WaveFact[] => {
  const { jobId, awaiting = [] } = state;
  // A view of the job from before its end says nothing of its servers that is not known better.
  if (jobId === undefined || (seen !== undefined && seen.job.status !== 'COMPLETED')) return [];
  const observation = seen ?? forgotten(state, jobId);
  const results = awaiting.flatMap((id): readonly ServerResult[] => {
    const observed = { ...observation, wave, state, sourceServerId: id };
    const isOpen =
      launchStatusOf(observation.job, id) === 'LAUNCHED' &&
      launchActionsVerdict(observation, state, id) === 'open';
    if (!isOpen) return [resultOf(observed)];
    const runs = runsOf(observation.job, id);
    const limit = runs.some(({ status }) => status === 'IN_PROGRESS') ? actionsEndMs : actionsBeginMs;
    // Which of them are optional has to have been asked in this very look, whose clock may have been another.
    const isNamed = seen === undefined || seen.planned !== undefined;
    const isOverdue = isNamed && now - state.phaseSince >= limit;
    return isOverdue ? [resultOf(observed, Math.round(limit / 60_000))] : [];
  });
  const ended = new Set(results.map(({ sourceServerId }) => sourceServerId));
  const left = awaiting.filter((id) => !ended.has(id));
  return [
    ...(seen === undefined || left.length === 0 ? [] : progressed(wave, state, seen, left)),
    ...(results.length === 0 ? [] : listings(results)).map((servers): WaveFact => ({
      type: 'LaunchActionsEnded',
      data: { ...inJob(wave, jobId), job: state.job, servers: [...servers] },
    })),
  ];
};

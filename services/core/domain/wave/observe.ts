import type { ServerResult, WaveFact } from '../../../../contracts/wave-events.ts';
import { listings } from '../listed-servers.ts';
import { isWatched, type Wave } from './wave.ts';
import type { JobState } from './state.ts';
import type { JobLogEntry, RecoveryJob } from '../recovery-job.ts';
import { hasResult, phaseInLog } from './job-log.ts';
import { completed, completedAfterResults, isSettled, launchesEnded } from './job-end.ts';
import { inJob, isResult, phaseByStatus, progressed } from './progress.ts';
import { launchActionsVerdict, launchStatusOf, resultOf, runsOf, type Observation } from './server-result.ts';

export interface ObserveKnobs {
  /** A job in one phase for longer than this is reported. */
  readonly stuckMs: number;
  /** Launch actions that have not begun so long after their job's last sign are awaited no longer. */
  readonly actionsBeginMs: number;
  /** Nor are those that have begun, after this. */
  readonly actionsEndMs: number;
}

/** Whether a job has ended with a server that is not there: of those whose results are known, only that is news. */
export const hasFailedAtLast = (job: RecoveryJob): boolean =>
  job.status === 'COMPLETED' && job.servers.some(({ launchStatus }) => launchStatus !== 'LAUNCHED');

/**
 * Whether a job's log has to be read, beside what was read of it while DRS described the job: results are new, or
 * the job has ended and the log, which may be older than its end, does not say how each server did.
 */
export const needsLog = (
  state: JobState,
  job: RecoveryJob,
  known: readonly JobLogEntry[] | undefined,
): boolean => {
  if (state.settled === true) return known === undefined && hasFailedAtLast(job);
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
  if (state.launchActions !== undefined || state.settled === true) return [];
  const isLaunching = ({ sourceServerId: id, launchStatus }: RecoveryJob['servers'][number]): boolean =>
    ['IN_PROGRESS', 'LAUNCHED'].includes(launchStatus) ||
    ['LAUNCH', 'LAUNCHED'].includes(phaseInLog(log, id) ?? '');
  if (job.status !== 'COMPLETED' && !job.servers.some(isLaunching)) return [];
  return state.servers.filter((id) => launchStatusOf(job, id) !== 'FAILED');
};

/** Whether the next result of a job may be its last. */
export const awaitsLastResult = ({ settled, servers, phases }: JobState): boolean =>
  settled !== true && servers.filter((id) => !isResult(phases[id])).length <= 1;

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

const stuckFacts = (wave: Wave, state: JobState, now: number, stuckMs: number): readonly WaveFact[] => {
  if (state.stuck || state.jobId === undefined || now - state.phaseSince < stuckMs) return [];
  const phase =
    Object.values(state.phases).find((each) => each !== 'LAUNCHED' && each !== 'FAILED') ??
    (state.settled === true ? 'LAUNCHED' : 'NONE');
  const sinceMinutes = Math.round((now - state.phaseSince) / 60_000);
  return [{ type: 'DRSJobStuck', data: { ...inJob(wave, state.jobId), phase, sinceMinutes } }];
};

/** What follows from an answer of DescribeJobs, the only thing that completes a job or gives a server its result. */
const observedFacts = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] => {
  if (observation.job.status === 'COMPLETED')
    return state.settled === true
      ? completedAfterResults(wave, state, observation)
      : completed(wave, state, observation);
  if (state.settled === true) return [];
  return isSettled(wave, state, observation)
    ? launchesEnded(wave, state, observation)
    : progressed(wave, state, observation, state.servers);
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

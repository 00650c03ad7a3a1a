import type { ServerResult, WaveFact } from '../../../../contracts/wave-events.ts';
import { boundedList } from '../../kernel/bounded-texts.ts';
import { listings } from '../listed-servers.ts';
import type { RecoveryJob } from '../recovery-job.ts';
import { hasResult } from './job-log.ts';
import { inJob, phaseByStatus, progressed } from './progress.ts';
import { launchActionsVerdict, launchStatusOf, resultOf, type Observation } from './server-result.ts';
import type { JobState } from './state.ts';
import type { Wave } from './wave.ts';

/**
 * Whether each server of a job that runs has its result: DRS shows how its launch ended, the instance is known, and
 * no launch action of it is open or could be. An entry of the log alone is no result.
 */
export const isSettled = (wave: Wave, state: JobState, observation: Observation): boolean => {
  const { job, unread = state.unread } = observation;
  const isPlanKnown = (observation.planned ?? state.launchActions) !== undefined && unread === undefined;
  return (
    wave.definition.endsWith !== 'job' &&
    state.servers.every((id) => {
      const status = launchStatusOf(job, id);
      // Why it failed stands in the log, which may be behind.
      if (status === 'FAILED') return hasResult(observation.log ?? [], id);
      const { instanceId } = resultOf({ ...observation, wave, state, sourceServerId: id });
      const hasEnded = isPlanKnown && launchActionsVerdict(observation, state, id) !== 'open';
      return status === 'LAUNCHED' && instanceId !== undefined && hasEnded;
    })
  );
};

/** Whether DRS shows how each server's launch ended, so that all else of them is to be read. */
export const hasEveryStatus = (state: JobState, job: RecoveryJob): boolean =>
  state.servers.every((id) => phaseByStatus(launchStatusOf(job, id)) !== undefined);

const resultsIn = (wave: Wave, state: JobState, observation: Observation, ids: readonly string[]) =>
  ids.map((sourceServerId) => resultOf({ ...observation, wave, state, sourceServerId }));

/** Results before those that the event to come has room for, and those. */
const listed = (its: ReturnType<typeof ofJob>, results: readonly ServerResult[]) => {
  const runs = listings(results);
  const before = runs
    .slice(0, -1)
    .map((servers): WaveFact => ({ type: 'DRSJobResultsListed', data: { ...its, servers: [...servers] } }));
  return { before, servers: [...(runs.at(-1) ?? [])] };
};

const ofJob = (wave: Wave, state: JobState, jobId: string) => ({ ...inJob(wave, jobId), job: state.job });

export const launchesEnded = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] => {
  const its = ofJob(wave, state, observation.job.jobId);
  const { before, servers } = listed(its, resultsIn(wave, state, observation, state.servers));
  return [...before, { type: 'ServerLaunchesEnded', data: { ...its, servers } }];
};

const instantsOf = ({ createdAt, endedAt = createdAt }: RecoveryJob) => ({
  createdAt: new Date(createdAt).toISOString(),
  endedAt: new Date(endedAt).toISOString(),
});

/** The end of a job whose results are known. What DRS shows otherwise by then, an operator has to know. */
export const completedAfterResults = (
  wave: Wave,
  state: JobState,
  observation: Observation,
): readonly WaveFact[] => {
  const { job } = observation;
  const its = ofJob(wave, state, job.jobId);
  const changed = resultsIn(wave, state, observation, state.servers).filter(
    ({ sourceServerId, launchResult }) => wave.state.results[sourceServerId]?.launchResult !== launchResult,
  );
  const { before, servers } = listed(its, changed);
  return [
    ...before,
    { type: 'DRSJobCompleted', data: { ...its, servers, ...instantsOf(job) } },
    ...(changed.length === 0 ? [] : [resultChanged(wave, job.jobId, changed)]),
  ];
};

const resultChanged = (wave: Wave, jobId: string, changed: readonly ServerResult[]): WaveFact => {
  const said = boundedList(
    changed.map(({ sourceServerId, launchResult }) => `${sourceServerId} is ${launchResult}`),
    saidMax,
    (count) => `and ${count} more`,
  ).join(', ');
  const { waveId } = wave.definition;
  const data = { waveId, attempt: wave.state.attempt, about: 'result-changed' as const };
  const why = `${jobId} ended otherwise than DRS had shown while it ran, and the wave may have gone on: ${said}`;
  return { type: 'OperatorNeeded', data: { ...data, why, choices: ['wait', 'cancel'] } };
};

/** In characters: the servers whose results have changed, as they are told to people. */
const saidMax = 1_000;

/** The end of a job, with the results of those servers whose launch actions have ended with it. */
export const completed = (wave: Wave, state: JobState, observation: Observation): readonly WaveFact[] => {
  const { job } = observation;
  const isAwaited = (id: string): boolean =>
    launchStatusOf(job, id) === 'LAUNCHED' && launchActionsVerdict(observation, state, id) === 'open';
  const awaiting = state.servers.filter(isAwaited);
  const its = ofJob(wave, state, job.jobId);
  const ended = state.servers.filter((id) => !isAwaited(id));
  const { before, servers } = listed(its, resultsIn(wave, state, observation, ended));
  return [
    // What is awaited is reported first, so that it is known which launch actions these are.
    ...(awaiting.length === 0 ? [] : progressed(wave, state, observation, awaiting)),
    ...before,
    {
      type: 'DRSJobCompleted',
      data: { ...its, servers, ...(awaiting.length > 0 && { awaiting }), ...instantsOf(job) },
    },
  ];
};

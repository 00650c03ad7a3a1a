import type { LaunchAction, ServerPhase, WaveFact } from '../../../../contracts/wave-events.ts';
import { listedBytesMax } from '../listed-servers.ts';
import { lettersOf } from './evolve.ts';
import { phaseInLog } from './job-log.ts';
import { toldActions } from './launch-actions.ts';
import { launchActionsVerdict, launchStatusOf, runsOf, type Observation } from './server-result.ts';
import type { JobState } from './state.ts';
import type { Wave } from './wave.ts';

/** How a server's launch has ended, where its status says that. */
export const phaseByStatus = (launchStatus: string): ServerPhase | undefined =>
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

export const inJob = (wave: Wave, jobId: string) => ({
  ...{ waveId: wave.definition.waveId, attempt: wave.state.attempt, jobId },
});

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

/** Whether a server's launch has ended in this phase. */
export const isResult = (phase: string | undefined): boolean => phase === 'LAUNCHED' || phase === 'FAILED';

/** Whether a job of several servers has its first results in these changes. */
const isFirstResult = ({ phases, servers }: JobState, changed: readonly (readonly [string, ServerPhase])[]) =>
  servers.length > 1 && !Object.values(phases).some(isResult) && changed.some(([, phase]) => isResult(phase));

/** What is new of these servers of a job: their phases, and their launch actions. */
export const progressed = (
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
  const data = {
    ...inJob(wave, observation.job.jobId),
    ...{ phases: Object.fromEntries(changed), ...actions },
    ...(isFirstResult(state, changed) && { isFirstResult: true as const }),
  };
  const isLong = ids.length > 1 && JSON.stringify(data).length * 2 > listedBytesMax;
  if (!isLong) return [{ type: 'DRSJobProgressed', data }];
  const half = ids.length >> 1;
  return [ids.slice(0, half), ids.slice(half)].flatMap((some) => progressed(wave, state, observation, some));
};

import type { Action, ActionSteps } from '../../../../contracts/action.ts';
import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import type { Mode } from '../../../../contracts/identifiers.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { ActionStage, ServerResult } from '../../../../contracts/wave-events.ts';
import { kindOf } from '../actions/kinds.ts';
import { phaseOf } from '../failback/homeward-waves.ts';
import { meetsPolicy } from '../success-policy.ts';
import { actionKey, beginAttempt, type ActionState, type JobState, type WaveState } from './state.ts';

/** A wave as a service sees it: what it is to do, and what its stream says has been done. */
export interface Wave {
  readonly executionId: string;
  readonly mode: Mode;
  readonly definition: FrozenWave;
  readonly state: WaveState;
  /** The operator who asked for this attempt wants servers launched again whose instance runs. */
  readonly relaunch?: true;
}

/** DRS quota "Source servers in a single job", L-B827C881; the API's model says 200, the quota wins. */
export const serversPerJobMax = 100;

export const waveOf = (
  executionId: string,
  mode: Mode,
  definition: FrozenWave,
  attempt: number,
  state: WaveState,
  relaunch = false,
): Wave => ({
  executionId,
  mode,
  definition,
  state: beginAttempt(state, attempt),
  ...(relaunch && { relaunch }),
});

/** What is due in a wave; `settled` is for the execution to conclude. */
export type WaveStage =
  | { readonly stage: ActionStage; readonly due: readonly Action[] }
  | { readonly stage: 'recover' }
  | { readonly stage: 'stopping' }
  | {
      readonly stage: 'settled';
      readonly outcome: 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'STOPPED';
      readonly reasons: readonly string[];
      /** Whatever it misses runs as an instance, which only a relaunch replaces. */
      readonly needsRelaunch?: true;
    };

const stepsOf = (definition: FrozenWave, stage: ActionStage): ActionSteps =>
  ({
    before: definition.before,
    after: definition.after,
    onFailure: definition.onFailureActions,
    onCancel: definition.onCancelActions,
  })[stage];

/** The actions of a stage that apply in this mode, in groups that run one after the other. */
export const groupsOf = (wave: Wave, stage: ActionStage): readonly (readonly Action[])[] =>
  stepsOf(wave.definition, stage)
    .map((step) => (Array.isArray(step) ? step : [step]))
    .map((group) => group.filter((action) => action.when === 'BOTH' || action.when === wave.mode))
    .filter((group) => group.length > 0);

export const actionOf = (wave: Wave, stage: ActionStage, actionId: string): Action | undefined =>
  groupsOf(wave, stage)
    .flat()
    .find((action) => action.actionId === actionId);

/** Where an action acts: in the target that it names, or where its wave recovers. */
export const targetOfAction = ({ target, targets = {} }: FrozenWave, action: Action): Target => {
  const name = kindOf(action).targetOf(action);
  return name === undefined ? target : (targets[name] ?? target);
};

type StageProgress =
  | { readonly is: 'due'; readonly due: readonly Action[] }
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly reasons: readonly string[] };

const progressOf = (wave: Wave, stage: ActionStage): StageProgress => {
  for (const group of groupsOf(wave, stage)) {
    const stateOf = (action: Action) => wave.state.actions[actionKey(stage, action.actionId)];
    const due = group.filter((action) => !['SUCCEEDED', 'FAILED'].includes(stateOf(action)?.status ?? ''));
    if (due.length > 0) return { is: 'due', due };
    const failed = group.filter((action) => !action.optional && stateOf(action)?.status === 'FAILED');
    if (failed.length > 0)
      return {
        is: 'failed',
        reasons: failed.map((action) => `action ${action.actionId}: ${stateOf(action)?.message ?? 'failed'}`),
      };
  }
  return { is: 'done' };
};

/**
 * The servers that this attempt has to recover: all, or those of which no earlier attempt launched an instance. One
 * that runs although its server counts as failed is kept as it is, since to launch again ends it: that takes an
 * operator who asked for it.
 */
export const serversToRecover = ({ definition, state, relaunch }: Wave): FrozenWave['servers'] =>
  definition.servers.filter(({ sourceServerId }) => {
    const result = state.results[sourceServerId];
    if (result === undefined || result.attempt === state.attempt) return true;
    return result.launchResult === 'FAILED' && (result.keepsInstance !== true || relaunch === true);
  });

/** Of a launch at home those that were reversed; there is nothing else to launch. */
const isLaunchable = ({ definition, state }: Wave, id: string): boolean =>
  definition.homeward === undefined || state.reversed?.[id] !== undefined;

/** Whether the wave launches servers at home of which it is not known yet which those are. */
export const awaitsReversed = ({ definition, state }: Wave): boolean =>
  definition.homeward?.phase === 'launch' && state.reversed === undefined;

/** The jobs that this attempt needs: its servers in the plan's order, 100 at a time. A phase of a failback needs none. */
export const plannedJobs = (
  wave: Wave,
): readonly { readonly job: number; readonly servers: readonly string[] }[] => {
  if (phaseOf(wave.definition) !== undefined) return [];
  const servers = serversToRecover(wave)
    .map((server) => server.sourceServerId)
    .filter((id) => isLaunchable(wave, id));
  const count = Math.ceil(servers.length / serversPerJobMax);
  return Array.from({ length: count }, (_, index) => ({
    job: index + 1,
    servers: servers.slice(index * serversPerJobMax, (index + 1) * serversPerJobMax),
  }));
};

/** Each of its servers has its result, or will never have one. */
const hasResults = (job: JobState | undefined): boolean =>
  job?.settled === true ||
  (job?.status === 'COMPLETED' && job.awaiting === undefined) ||
  job?.status === 'REFUSED';
/** DRS has to be asked about it: it runs, or launch actions of its servers do. */
export const isWatched = (job: JobState): boolean => job.status === 'STARTED' || job.awaiting !== undefined;
/** The jobs that DRS has still to call COMPLETED. */
export const runningJobs = ({ jobs }: Pick<WaveState, 'jobs'>): readonly string[] =>
  jobs.flatMap(({ status, jobId }) => (status === 'STARTED' && jobId !== undefined ? [jobId] : []));
export const isLive = (job: JobState): boolean => job.status === 'CLAIMED' || isWatched(job);
export const isLiveAction = ({ status }: ActionState): boolean =>
  status === 'CLAIMED' || status === 'RUNNING';
export const jobNumbered = (wave: Wave, job: number): JobState | undefined =>
  wave.state.jobs.find((each) => each.job === job);

/** Whether there is a result of all that this attempt has to do, be it launches or a phase of a failback. */
const hasAllResults = (wave: Wave): boolean => {
  if (awaitsReversed(wave)) return false;
  if (phaseOf(wave.definition) !== undefined)
    return serversToRecover(wave).every(
      ({ sourceServerId: id }) => wave.state.results[id]?.attempt === wave.state.attempt,
    );
  return plannedJobs(wave).every(({ job }) => hasResults(jobNumbered(wave, job)));
};

/** Calls of a phase of which nobody has said yet what came of them. */
const hasOpenCalls = ({ state }: Wave): boolean => (state.homeward?.open.length ?? 0) > 0;

/** Why there is nothing of a server that no job was made for. */
const notTried = ({ definition }: Wave): string => {
  const phase = definition.homeward?.phase;
  if (phase === undefined) return 'not launched';
  return phase === 'launch'
    ? 'not launched: its replication was not reversed'
    : `not come to the end of ${phase}`;
};

/** Each server's result, where a server that was never launched is FAILED with the reason known. */
export const resultsOf = (wave: Wave): readonly ServerResult[] =>
  wave.definition.servers.map(({ sourceServerId, name }) => {
    const result = wave.state.results[sourceServerId];
    if (result !== undefined) {
      const { attempt: _attempt, ...rest } = result;
      return rest;
    }
    const refused = wave.state.jobs.find((job) => job.servers.includes(sourceServerId));
    return {
      sourceServerId,
      name,
      launchResult: 'FAILED' as const,
      failure: refused?.message ?? notTried(wave),
      phases: {},
    };
  });

const settleStopped = (wave: Wave, reason: string): WaveStage => {
  if (wave.state.jobs.some(isLive) || hasOpenCalls(wave)) return { stage: 'recover' };
  const running = Object.values(wave.state.actions).some(
    (action) => isLiveAction(action) && action.stage !== 'onCancel',
  );
  if (running) return { stage: 'stopping' };
  const progress = progressOf(wave, 'onCancel');
  if (progress.is === 'due') return { stage: 'onCancel', due: progress.due };
  return { stage: 'settled', outcome: 'STOPPED', reasons: [reason] };
};

/** A failed wave may be retried, and DRS launches no server again while it calls its job running. */
const settleFailed = (wave: Wave, reasons: readonly string[], needsRelaunch = false): WaveStage => {
  const running = liveActions(wave, 'after');
  if (running.length > 0) return { stage: 'after', due: running };
  if (runningJobs(wave.state).length > 0) return { stage: 'recover' };
  const progress = progressOf(wave, 'onFailure');
  if (progress.is === 'due') return { stage: 'onFailure', due: progress.due };
  return { stage: 'settled', outcome: 'FAILED', reasons, ...(needsRelaunch && { needsRelaunch }) };
};

const failedOf = (wave: Wave): readonly ServerResult[] =>
  resultsOf(wave).filter((result) => result.launchResult === 'FAILED');

const keepsAllThatItMisses = (wave: Wave): boolean =>
  failedOf(wave).every(({ keepsInstance }) => keepsInstance === true);

/** Why the servers of a wave miss its success policy, one by one; undefined when they meet it. */
export const missingServers = (wave: Wave): readonly string[] | undefined => {
  const failed = failedOf(wave);
  const ids = new Set(failed.map(({ sourceServerId }) => sourceServerId));
  const outcomes = wave.definition.servers.map(({ critical, sourceServerId }) => ({
    critical,
    launched: !ids.has(sourceServerId),
  }));
  return meetsPolicy(wave.definition.success, outcomes)
    ? undefined
    : failed.map(({ name, failure = 'launch failed' }) => `${name}: ${failure}`);
};

/** What runs of a stage that was begun before the wave turned out to have failed. */
const liveActions = (wave: Wave, stage: ActionStage): readonly Action[] =>
  groupsOf(wave, stage)
    .flat()
    .filter(({ actionId }) => {
      const known = wave.state.actions[actionKey(stage, actionId)];
      return known !== undefined && isLiveAction(known);
    });

/**
 * Where the wave stands: before-actions, then the result of every server, then the success policy, then
 * after-actions. A job whose servers all have their result may still run in DRS. A failure of any of these leads to the failure actions; a stop leads to the cancel
 * actions once everything that runs has finished.
 */
export const stageOf = (wave: Wave): WaveStage => {
  if (wave.state.stopped !== undefined) return settleStopped(wave, wave.state.stopped);
  const before = progressOf(wave, 'before');
  if (before.is === 'due') return { stage: 'before', due: before.due };
  if (before.is === 'failed') return settleFailed(wave, before.reasons);
  if (!hasAllResults(wave)) return { stage: 'recover' };

  const missing = missingServers(wave);
  if (missing !== undefined) return settleFailed(wave, missing, keepsAllThatItMisses(wave));

  const after = progressOf(wave, 'after');
  if (after.is === 'due') return { stage: 'after', due: after.due };
  if (after.is === 'failed') return settleFailed(wave, after.reasons);
  return { stage: 'settled', outcome: failedOf(wave).length === 0 ? 'COMPLETED' : 'PARTIAL', reasons: [] };
};

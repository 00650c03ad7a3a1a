import type { ExecutionSnapshot, WaveSnapshot } from '../../../contracts/api.ts';
import type { Action } from '../../../contracts/action.ts';
import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { ActionStage, HomewardProgress } from '../../../contracts/wave-events.ts';
import { kindOf } from '../domain/actions/kinds.ts';
import { awaitsActions, runsActions, type CleanUpState } from '../domain/clean-up/state.ts';
import { isBeforeCleanUp, isUndo } from '../domain/closing.ts';
import type { Seen } from '../domain/failback/homeward-state.ts';
import type { ExecutionState, WaveProgress } from '../domain/execution-state.ts';
import { actionKey, type WaveState } from '../domain/wave/state.ts';

/** An execution's records, read one after the other: none of them is older than the answer to the one before. */
export interface ExecutionRecords {
  readonly executionId: string;
  readonly state: ExecutionState;
  readonly waves: readonly { readonly definition: FrozenWave; readonly state: WaveState }[];
  /** Of the whole plan; undefined before its start. */
  readonly timeoutMinutes?: number;
  /** Of a drill that has ended. */
  readonly cleanUp?: CleanUpState;
}

const pausedOf = ({ by, reason, at, opensAt, openedAt }: NonNullable<ExecutionState['paused']>) => ({
  ...{ by, reason, at: instant(at) },
  ...(opensAt !== undefined && { opensAt: instant(opensAt) }),
  ...(openedAt !== undefined && { openedAt: instant(openedAt) }),
});
const instant = (at: number): string => new Date(at).toISOString();

const stages: readonly (readonly [ActionStage, (wave: FrozenWave) => FrozenWave['before']])[] = [
  ['before', ({ before }) => before],
  ['after', ({ after }) => after],
  ['onFailure', ({ onFailureActions }) => onFailureActions],
  ['onCancel', ({ onCancelActions }) => onCancelActions],
];

const actionsOf = (wave: FrozenWave): readonly (readonly [ActionStage, Action])[] =>
  stages.flatMap(([stage, steps]) =>
    steps(wave)
      .flat()
      .map((action) => [stage, action] as const),
  );

const progressOf = ({ stage, doneBytes }: Seen): HomewardProgress => ({
  stage,
  ...(doneBytes !== undefined && { doneBytes }),
});

const serverOf = (
  { sourceServerId, name, critical }: FrozenWave['servers'][number],
  state: WaveState,
): WaveSnapshot['servers'][number] => {
  const result = state.results[sourceServerId];
  const phase = state.jobs.map((job) => job.phases[sourceServerId]).find((known) => known !== undefined);
  const seen = state.homeward?.seen[sourceServerId];
  const base = { sourceServerId, name, critical, ...(seen && { homeward: progressOf(seen) }) };
  if (result === undefined) return { ...base, phase: phase ?? 'NONE' };
  const { launchResult, instanceId, failure, keepsInstance, warnings, recoveryPoint, launchActions } = result;
  return {
    ...base,
    phase: phase ?? launchResult,
    launchResult,
    ...(instanceId !== undefined && { instanceId }),
    ...(failure !== undefined && { failure }),
    ...(keepsInstance && { keepsInstance }),
    ...(warnings && { warnings }),
    ...(recoveryPoint && { recoveryPoint }),
    ...(launchActions && { launchActions }),
  };
};

/** What people are asked, and what their silence means. */
const questionOf = (action: Action) => {
  const question = kindOf(action).question(action);
  if (question === undefined) return undefined;
  const silence = kindOf(action).atDeadline(action)?.succeeds === true ? 'approves' : 'declines';
  return { ...question, silence } as const;
};

const overdueSince = (timedOut: boolean | undefined, startedAt: number, minutes: number | undefined) =>
  timedOut === true && minutes !== undefined && { overdueSince: instant(startedAt + minutes * 60_000) };

const actionOf = (stage: ActionStage, action: Action, state: WaveState): WaveSnapshot['actions'][number] => {
  const known = state.actions[actionKey(stage, action.actionId)];
  return {
    stage,
    actionId: action.actionId,
    kind: action.kind,
    // A claim is the product's own business: seen from outside, nothing has begun.
    status: known === undefined || known.status === 'CLAIMED' ? 'WAITING' : known.status,
    ...questionOf(action),
    ...(known?.message !== undefined && { message: known.message }),
    ...(known?.status === 'RUNNING' && {
      startedAt: instant(known.startedAt),
      endsBy: instant(known.endsBy),
    }),
  };
};

type Progress = Pick<WaveProgress, 'status' | 'attempt' | 'startedAt' | 'heldAt' | 'timedOut'>;

/** The actions before a clean-up, as a wave has it. */
const progressOfActions = (cleanUp: CleanUpState | undefined): Progress | undefined => {
  const { status, startedAt } = cleanUp?.actions ?? {};
  if (cleanUp === undefined || startedAt === undefined || status === undefined) return undefined;
  const known = status === 'STARTED' || status === 'COMPLETED' ? status : 'FAILED';
  return { status: known, attempt: cleanUp.run, startedAt, timedOut: false };
};

/** The same of what is taken back. */
const progressOfUndo = (cleanUp: CleanUpState | undefined): Progress | undefined => {
  if (cleanUp?.undo === undefined) return undefined;
  const { status, startedAt } = cleanUp.undo;
  const known = status === 'STARTED' || status === 'COMPLETED' ? status : 'FAILED';
  return { status: known, attempt: cleanUp.run, startedAt, timedOut: false };
};

const waveOf = (
  { state, cleanUp }: ExecutionRecords,
  { definition, state: wave }: ExecutionRecords['waves'][number],
): WaveSnapshot => {
  const { waveId, dependsOn, target, onFailure, success } = definition;
  const progress: Progress | undefined = isBeforeCleanUp(waveId)
    ? progressOfActions(cleanUp)
    : isUndo(waveId)
      ? progressOfUndo(cleanUp)
      : state.waves[waveId];
  return {
    waveId,
    ...(definition.homeward && { phase: definition.homeward.phase }),
    dependsOn,
    account: target.account,
    region: target.region,
    status: progress?.status ?? 'WAITING',
    attempt: progress?.attempt ?? 0,
    ...(progress !== undefined && progress.startedAt > 0 && { startedAt: instant(progress.startedAt) }),
    onFailure,
    success,
    awaitingCapacity: wave.awaitingCapacity,
    ...(progress?.status === 'HELD' && { heldAt: instant(progress.heldAt ?? progress.startedAt) }),
    ...(progress?.status === 'STARTED' &&
      overdueSince(progress.timedOut, progress.startedAt, definition.timeoutMinutes)),
    ...(wave.stopped !== undefined && { stopped: wave.stopped }),
    jobIds: [...wave.jobIds],
    servers: definition.servers.map((server) => serverOf(server, wave)),
    actions: actionsOf(definition).map(([stage, action]) => actionOf(stage, action, wave)),
  };
};

const cleanUpOf = (state: CleanUpState | undefined): ExecutionSnapshot['cleanUp'] => {
  if (state === undefined || state.status === 'NONE') return undefined;
  const { status, policy, dueAt, startedAt, endedAt, terminated, keptBy, kept, queuedIn } = state;
  return {
    ...{ status, terminated, kept: { ...kept } },
    ...(policy !== undefined && { policy }),
    ...(dueAt > 0 && { dueAt: instant(dueAt) }),
    ...(startedAt > 0 && { startedAt: instant(startedAt) }),
    ...(endedAt > 0 && { endedAt: instant(endedAt) }),
    ...(keptBy !== undefined && { keptBy }),
    ...(queuedIn && { awaitingCapacity: [...queuedIn] }),
    ...(awaitsActions(state) && shownActions(state)),
  };
};

const shownActions = (state: CleanUpState): { readonly actions?: 'running' | 'failed' } => {
  if (runsActions(state)) return { actions: 'running' };
  return state.status === 'FAILED' ? { actions: 'failed' } : {};
};

/** What the records say of an execution, without what only they need; undefined when there is none. */
export const snapshotOf = (records: ExecutionRecords, now: number): ExecutionSnapshot | undefined => {
  const { executionId, state } = records;
  if (state.status === 'NONE') return undefined;
  const cleanUp = cleanUpOf(records.cleanUp);
  return {
    executionId,
    planId: state.planId,
    planVersion: state.planVersion,
    ...(state.direction && { direction: state.direction }),
    status: state.status,
    mode: state.mode,
    requestedBy: state.requestedBy,
    startedAt: instant(state.startedAt),
    ...(state.endedAt > 0 && { endedAt: instant(state.endedAt) }),
    ...(state.rtoMinutes > 0 && { rtoMinutes: state.rtoMinutes }),
    ...(state.approval && {
      approval: {
        planHash: state.planHash,
        expiresAt: instant(state.approval.expiresAt),
        ...(state.approval.approvedBy !== undefined && { approvedBy: state.approval.approvedBy }),
      },
    }),
    ...(state.allowReplacing && { allowReplacing: [...state.allowReplacing] }),
    ...(state.calendars && { calendars: [...state.calendars] }),
    ...(state.paused && { paused: pausedOf(state.paused) }),
    ...(state.endedAt === 0 && overdueSince(state.timedOut, state.startedAt, records.timeoutMinutes)),
    ...(state.request?.reason !== undefined && { reason: state.request.reason }),
    ...(state.request?.pointInTime && { pointInTime: state.request.pointInTime }),
    ...(state.request?.acceptWarnings && { acceptWarnings: [...state.request.acceptWarnings] }),
    ...(state.inCharge && {
      inCharge: { ...state.inCharge, since: instant(state.inCharge.since) },
    }),
    ...(cleanUp !== undefined && { cleanUp }),
    now: instant(now),
    waves: records.waves.map((wave) => waveOf(records, wave)),
  };
};

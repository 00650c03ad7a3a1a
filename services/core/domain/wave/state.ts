import type { Action } from '../../../../contracts/action.ts';
import type { TrafficMove } from '../../../../contracts/traffic.ts';
import type { ActionStage, ServerPhase, ServerResult } from '../../../../contracts/wave-events.ts';
import type { HomewardState } from '../failback/homeward-state.ts';

/** One DRS job of the current attempt. Instants in epoch ms. */
export interface JobState {
  readonly job: number;
  readonly tryNumber: number;
  /** OPEN: nothing of ours can be running for it. CLAIMED: StartRecovery may have been called. */
  readonly status: 'OPEN' | 'CLAIMED' | 'STARTED' | 'COMPLETED' | 'REFUSED';
  readonly servers: readonly string[];
  readonly claimedAt: number;
  readonly refusals: number;
  /** Claims of which DRS knew no job after their quarantine. */
  readonly lost: number;
  readonly jobId?: string;
  readonly phases: Readonly<Record<string, ServerPhase>>;
  readonly phaseSince: number;
  readonly stuck: boolean;
  readonly message?: string;
  /** Of each server with launch actions: how far they are. Absent until DRS was asked which it is to run. */
  readonly launchActions?: Readonly<Record<string, LaunchActionsState>>;
  /** Why DRS did not say which launch actions it is to run. */
  readonly unread?: string;
  /** Every server has its result, and DRS has still to call the job COMPLETED. */
  readonly settled?: true;
  /** Servers of a completed job whose launch actions have not ended; absent when there are none. */
  readonly awaiting?: readonly string[];
}

/** Small, since a wave may have a thousand of them: how many are expected, and a letter for each that has begun. */
export interface LaunchActionsState {
  readonly expected: number;
  /** By order: R runs, S succeeded, F failed; small letters for optional ones. */
  readonly runs: string;
}

export const actionStatuses = ['CLAIMED', 'RUNNING', 'AGAIN', 'SUCCEEDED', 'FAILED'] as const;

export interface ActionState {
  readonly stage: ActionStage;
  readonly actionId: string;
  readonly tryNumber: number;
  /** CLAIMED: SSM, Lambda or a worker may have been asked to start it. */
  readonly status: (typeof actionStatuses)[number];
  /** Absent until its start says it. */
  readonly kind?: Action['kind'];
  readonly startedAt: number;
  readonly endsBy: number;
  readonly automationExecutionId?: string;
  /** The task that was requested of a worker. */
  readonly taskId?: string;
  readonly durableExecutionArn?: string;
  /** Of a traffic action: the change that Route 53 has accepted. */
  readonly changeId?: string;
  /** What was last said of how far it is. */
  readonly progress?: string;
  /** When that was; absent until then. */
  readonly heardAt?: number;
  /** It fails unless its worker is heard of before. */
  readonly heartbeatBy?: number;
  /** Reports that were refused and said to be. */
  readonly refusedReports?: number;
  readonly cause?: string;
  readonly message?: string;
  /** Said that its time-out is near. */
  readonly warned?: boolean;
}

/** What a wave's stream says so far. Results of earlier attempts stay; jobs are the current attempt's. */
export interface WaveState {
  readonly attempt: number;
  readonly jobs: readonly JobState[];
  readonly results: Readonly<Record<string, ServerResult & { readonly attempt: number }>>;
  readonly actions: Readonly<Record<string, ActionState>>;
  readonly awaitingCapacity: boolean;
  /** Every DRS job that this wave ever had, of any attempt. */
  readonly jobIds: readonly string[];
  readonly stopped?: string;
  /** Epoch ms. */
  readonly stoppedAt?: number;
  /** What traffic actions of any attempt have claimed to move, by the action's key: the way back, which no retry forgets. */
  readonly moves?: Readonly<Record<string, readonly TrafficMove[]>>;
  /** Ids of approvers' answers that were acted on or refused: none is handled twice. */
  readonly decisions?: readonly string[];
  /** Of a launch at home: the servers there that this attempt launches, by those of the plan. Absent until they were found. */
  readonly reversed?: Readonly<Record<string, string>>;
  /** Of a phase of a failback: how far this attempt is. */
  readonly homeward?: HomewardState;
  /** Servers whose replication a call of any attempt has reversed. */
  readonly madeReversed?: readonly string[];
}

export const initialWave: WaveState = {
  attempt: 0,
  jobs: [],
  results: {},
  actions: {},
  awaitingCapacity: false,
  jobIds: [],
};

export const actionKey = (stage: ActionStage, actionId: string): string => `${stage}/${actionId}`;

/** A new attempt has no jobs yet, and what succeeded before is not done again. */
export const beginAttempt = (state: WaveState, attempt: number): WaveState => {
  if (attempt <= state.attempt) return state;
  const succeeded = Object.entries(state.actions).filter(([, action]) => action.status === 'SUCCEEDED');
  return {
    ...initialWave,
    attempt,
    results: state.results,
    actions: Object.fromEntries(succeeded),
    jobIds: state.jobIds,
    ...(state.moves && { moves: state.moves }),
    ...(state.decisions && { decisions: state.decisions }),
    ...(state.madeReversed && { madeReversed: state.madeReversed }),
  };
};

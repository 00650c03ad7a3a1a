import type { Action } from '../../../contracts/action.ts';
import type { ExecutionSnapshot, WaveSnapshot } from '../../../contracts/api.ts';
import type { Recorded } from '../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type {
  ActionStage,
  LaunchAction,
  RecoveryPoint,
  ServerPhase,
  ServerResult,
  WaveFact,
} from '../../../contracts/wave-events.ts';

/** An event of an execution or of one of its waves. */
export type ViewEvent = Recorded<ExecutionFact | WaveFact>;

export type ExecutionStatus = ExecutionSnapshot['status'];
export type WaveStatus = WaveSnapshot['status'];

export interface ServerView {
  readonly sourceServerId: string;
  readonly name: string;
  readonly phase: ServerPhase;
  readonly instanceId?: string;
  readonly failure?: string;
  /** How long DRS took for each phase, once it has ended. */
  readonly took?: ServerResult['phases'];
  /** An instance of it runs although it counts as failed; a retry keeps that. */
  readonly keepsInstance?: true;
  /** What went wrong and did not fail it. */
  readonly warnings?: readonly string[];
  readonly recoveryPoint?: RecoveryPoint;
  /** What DRS itself runs on it after its launch. */
  readonly launchActions?: readonly LaunchAction[];
}

export interface ActionView {
  readonly stage: ActionStage;
  readonly actionId: string;
  readonly kind: Action['kind'];
  readonly status: 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly prompt: string;
  readonly approvers: readonly string[];
  readonly message: string;
  readonly startedAt?: number;
  readonly endsBy?: number;
}

export type SpanKind =
  | 'ACTION'
  | 'APPROVAL'
  | 'CAPACITY'
  | 'STARTING'
  | 'SNAPSHOT'
  | 'CONVERSION'
  | 'LAUNCH'
  | 'LAUNCH_ACTIONS'
  | 'HELD';

/** What a wave was doing for a while. Epoch ms; without an end it still does. */
export interface SpanView {
  readonly kind: SpanKind;
  readonly label: string;
  readonly from: number;
  readonly to?: number;
  readonly failed: boolean;
}

/** A DRS job of a wave. Epoch ms; without an end it still runs. */
export interface JobView {
  readonly jobId: string;
  readonly from: number;
  readonly to?: number;
}

export interface WaveView {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
  readonly place: string;
  readonly status: WaveStatus;
  readonly attempt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly servers: readonly ServerView[];
  /** How many servers the plan promises while they are not known by name. */
  readonly serversExpected: number;
  readonly jobs: readonly JobView[];
  readonly actions: readonly ActionView[];
  readonly spans: readonly SpanView[];
  /** How many are ahead in the queue for capacity, while it waits there. */
  readonly ahead?: number;
  /** Why it ended as it did, or what is odd about it. */
  readonly notes: readonly string[];
}

/** Something that an operator has to decide. */
export interface NeedView {
  readonly about: string;
  readonly why: string;
  readonly choices: readonly string[];
  readonly waveId?: string;
}

export interface ExecutionView {
  readonly executionId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly status: ExecutionStatus;
  readonly requestedBy: string;
  /** EC2 instances that whoever asked allowed it to end or overwrite. */
  readonly allowReplacing?: readonly string[];
  readonly reason: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly rtoMinutes?: number;
  readonly rpoMinutes?: number;
  /** Replication lagged beyond the objective at the start. */
  readonly didLag?: true;
  readonly waves: readonly WaveView[];
  readonly needs: readonly NeedView[];
  readonly faults: readonly string[];
  /** What a second person has to approve, while that is awaited. Epoch ms. */
  readonly awaitedApproval?: {
    readonly planVersion: number;
    readonly planHash: string;
    readonly requestedBy: string;
    readonly expiresAt: number;
  };
  /** The second person who approved it. */
  readonly approvedBy?: string;
  /** Who paused or cancelled it, and why. */
  readonly note?: string;
  /** The last decision that was refused. */
  readonly refusal?: string;
}

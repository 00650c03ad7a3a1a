import type { ServerPhase, ServerResult } from '../../contracts/wave-events.ts';

export type WaveState = 'PENDING' | 'RUNNING' | 'STOPPED' | 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'SKIPPED';
export type ExecutionState =
  | 'REQUESTED'
  | 'RUNNING'
  | 'PAUSED'
  | 'CANCELLING'
  | 'COMPLETED'
  | 'PARTIAL'
  | 'FAILED'
  | 'CANCELLED'
  | 'REJECTED';

export interface ServerView {
  readonly sourceServerId: string;
  readonly name: string;
  readonly phase: ServerPhase;
  readonly result?: ServerResult;
}

/** Something in a wave that takes time. Epoch ms; without an end it still runs. */
export interface SpanView {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

export interface ActionView extends SpanView {
  readonly kind: 'automation' | 'approval' | 'wait';
  readonly state: 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly note: string;
}

export interface WaveView {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
  readonly state: WaveState;
  /** 0 before the first. */
  readonly attempt: number;
  readonly servers: readonly ServerView[];
  /** How many servers the plan promises while they are not known by name. */
  readonly serversExpected: number;
  readonly jobs: readonly SpanView[];
  readonly actions: readonly ActionView[];
  readonly startedAt?: number;
  readonly endedAt?: number | undefined;
  /** What it waits for, or why it ended as it did. */
  readonly note: string;
}

/** What an operator is asked. */
export interface NeedView {
  readonly why: string;
  readonly choices: readonly string[];
  readonly waveId?: string;
}

export interface ExecutionView {
  readonly executionId: string;
  readonly planId: string;
  readonly planVersion?: number;
  readonly mode?: 'DRILL' | 'RECOVERY';
  readonly state: ExecutionState;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly waves: readonly WaveView[];
  readonly needs: readonly NeedView[];
  readonly faults: readonly string[];
  readonly note: string;
}

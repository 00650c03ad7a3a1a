import type { Permission } from '../../../contracts/access.ts';
import type { Action } from '../../../contracts/action.ts';
import type { ExecutionSnapshot, WaveSnapshot } from '../../../contracts/api.ts';
import type { LeftInstance } from '../../../contracts/clean-up-events.ts';
import type { Fault, FrozenWave, Homeward } from '../../../contracts/execution-events.ts';
import type { ChosenPoint } from '../../../contracts/plan.ts';
import type { TrafficMove } from '../../../contracts/traffic.ts';
import type {
  ActionStage,
  HomewardProgress,
  ServerPhase,
  ServerResult,
} from '../../../contracts/wave-events.ts';

export type ExecutionStatus = ExecutionSnapshot['status'];
export type WaveStatus = WaveSnapshot['status'];

/** A server of a wave, with DRS's result once that is known. */
export interface ServerView extends Readonly<Omit<ServerResult, 'launchResult' | 'phases'>> {
  readonly phase: ServerPhase;
  /** How long DRS took for each phase; there once its result is known. */
  readonly took?: ServerResult['phases'];
  /** In a phase of a failback: how far it is on its way home. */
  readonly homeward?: HomewardProgress;
  /** When it was first said to be at each stage of that, epoch ms. */
  readonly reached?: Readonly<Record<string, number>>;
  /** While its replication does not move: since when, epoch ms. */
  readonly stalledSince?: number;
}

export interface ActionView {
  readonly stage: ActionStage;
  readonly actionId: string;
  readonly kind: Action['kind'];
  readonly status: 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly prompt: string;
  readonly approvers: readonly string[];
  /** Of what asks people: what happens when nobody answers in time. */
  readonly silence?: 'approves' | 'declines';
  /** Who approved or declined it, and why; or why it failed. */
  readonly message: string;
  /** How often it was started, and how long those tries took that have ended. */
  readonly tries: number;
  readonly tookMs: number;
  /** Of the try that runs now, and when its time is over. Epoch ms. */
  readonly startedAt?: number;
  readonly endsBy?: number;
  /** Of a runbook: what SSM calls its run, and what that gave out. */
  readonly automationExecutionId?: string;
  readonly outputs?: Readonly<Record<string, readonly string[]>>;
  /** Of a move of traffic: each record or routing control, with what it was and what it is to be. */
  readonly moves?: readonly TrafficMove[];
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
  | 'HOMEWARD'
  | 'HELD';

/** What a wave was doing for a while. Epoch ms; without an end it still does. */
export interface SpanView {
  readonly kind: SpanKind;
  readonly label: string;
  /** Of an action. */
  readonly action?: Pick<ActionView, 'stage' | 'kind'>;
  readonly from: number;
  readonly to?: number;
  readonly failed: boolean;
}

/** A DRS job of a wave. Epoch ms; without an end it still runs. */
export interface JobView {
  readonly jobId: string;
  /** As DRS says, once it has ended. */
  readonly from: number;
  readonly to?: number;
  /** When the events said so. */
  readonly saidFrom: number;
  readonly saidTo?: number;
  /** The longest that any of its servers was in each phase. */
  readonly slowest: ServerResult['phases'];
  readonly failed: boolean;
  readonly hasLaunchActions: boolean;
  /** How many servers have launch actions that outlast it, and until when those of the others ran. */
  readonly awaiting: number;
  readonly launchActionsTo?: number;
}

export interface WaveView {
  readonly waveId: string;
  /** Of a failback: what it does with its servers. */
  readonly phase?: Homeward['phase'];
  readonly dependsOn: readonly string[];
  /** Account and Region. */
  readonly place: string;
  readonly success?: FrozenWave['success'];
  readonly status: WaveStatus;
  /** The execution was cancelled, or failed, while it ran. */
  readonly stopped?: true;
  /** How its last attempt ended, whatever was decided then. */
  readonly outcome?: 'COMPLETED' | 'PARTIAL' | 'FAILED';
  /** Why it failed. */
  readonly reasons: readonly string[];
  /** Why it was left out, and whether it counts as done. */
  readonly skipped?: { readonly reason: string; readonly satisfiesDependants: boolean };
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

/** Who decided an approval that nobody answered in time. */
export const timeOut = 'the time-out';

export interface DecisionView {
  /** ISO 8601. */
  readonly at: string;
  /** A name, or `timeOut`. */
  readonly by: string;
  readonly what: string;
  readonly reason: string;
}

/** What somebody noted; with `to`, to whom it was handed over. */
export interface NoteView {
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly to?: string;
}

export interface ProblemView {
  /** ISO 8601. */
  readonly at: string;
  readonly where: string;
  readonly what: string;
}

/** Something that an operator has to decide. */
export interface NeedView {
  readonly about: string;
  readonly why: string;
  readonly choices: readonly string[];
  readonly waveId?: string;
  /** Epoch ms. */
  readonly since: number;
}

/** What became of the instances of a drill after its end. Instants in epoch ms. */
export interface CleanUpView {
  readonly status: 'AWAITED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'KEPT';
  readonly policy?: 'auto' | 'ask';
  /** When they are ended, or an operator is asked. */
  readonly dueAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Where their end waits for the DRS quota, as `account/region`. */
  readonly queuedIn?: readonly string[];
  /** While the plan's actions before it keep instances from being ended: they run, or did not succeed. */
  readonly actions?: 'running' | 'failed';
  /** While what the drill of a failback has reversed is stopped and deleted. */
  readonly undoing?: true;
  /** Why it failed before any instance could be ended. */
  readonly reason?: string;
  /** Those that are gone, with how long they ran, where that is known. */
  readonly terminated: Readonly<Record<string, { readonly at: number; readonly ranMinutes?: number }>>;
  /** Who keeps all instances, or some. */
  readonly keptBy?: string;
  readonly kept: Readonly<Record<string, string>>;
  /** Why instances run on, that are the drill's. */
  readonly left: readonly LeftInstance[];
  /** Instances of its servers that are not the drill's. */
  readonly spared: readonly LeftInstance[];
}

export interface ExecutionView {
  readonly executionId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly planHash: string;
  readonly frozenHash: string;
  readonly mode: 'DRILL' | 'RECOVERY';
  /** It brings home what a recovery launched. */
  readonly direction?: 'failback';
  readonly status: ExecutionStatus;
  readonly requestedBy: string;
  /** What access rules let whoever looks do with it; absent where the deployment has none. */
  readonly may?: readonly Permission[];
  /** Checks that the requester overrode. */
  readonly overrides: readonly string[];
  /** EC2 instances that the requester allowed it to end or overwrite. */
  readonly allowReplacing?: readonly string[];
  /** SSM Change Calendars that hold up its waves if it is a drill. */
  readonly calendars?: readonly string[];
  /** Which data the request chose for all servers, whatever the plan says. */
  readonly pointInTime?: ChosenPoint;
  /** Warnings that the request accepts, by name. */
  readonly acceptWarnings?: readonly string[];
  readonly reason: string;
  readonly requestedAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly serverCount: number;
  readonly rtoMinutes?: number;
  readonly rpoMinutes?: number;
  /** Replication lagged beyond the objective at the start. */
  readonly didLag?: true;
  readonly waves: readonly WaveView[];
  /** What it waited for as a whole: a second person, or to be resumed. */
  readonly spans: readonly SpanView[];
  readonly needs: readonly NeedView[];
  readonly decisions: readonly DecisionView[];
  readonly problems: readonly ProblemView[];
  /** In their order. */
  readonly notes: readonly NoteView[];
  /** To whom it was handed over last; absent: whoever requested it is in charge. */
  readonly inCharge?: string;
  /** Why it was rejected. */
  readonly faults: readonly Fault[];
  /** What a second person has to approve, while that is awaited. Epoch ms. */
  readonly awaitedApproval?: {
    readonly planVersion: number;
    readonly planHash: string;
    readonly requestedBy: string;
    readonly expiresAt: number;
  };
  /** The second person who approved it. */
  readonly approvedBy?: string;
  /** Of a drill that has ended, as far as something was said of its instances. */
  readonly cleanUp?: CleanUpView;
  /** Who paused or cancelled it, and why. */
  readonly note?: string;
  /** The last decision that was refused. */
  readonly refusal?: string;
}

import type { Mode } from '../../contracts/identifiers.ts';
import type { ChosenPoint, Plan } from '../../contracts/plan.ts';
import type { Schedule } from '../../contracts/schedule.ts';
import type { LaunchKnobs } from '../../services/functions/launch-wave/launch.ts';
import type { PlannedLaunchAction } from '../../services/core/domain/recovery-job.ts';
import type { ReconcileKnobs } from '../../services/functions/reconcile/reconcile-ports.ts';
import type { ActionKnobs } from '../../services/functions/run-actions/action-effects.ts';
import type { WatchKnobs } from '../../services/functions/watch-jobs/service.ts';
import type { Estate } from './estate.ts';

/** An instance that DRS would end with the next launch of its server, and of which it has no record. */
export interface HiddenMachine {
  readonly instanceId: string;
  readonly serverId: string;
  /** What launched it; `unknown` where its job is forgotten. */
  readonly origin: 'drill' | 'recovery' | 'unknown';
  /** Ms from the start. */
  readonly appearsMs: number;
  /** Against termination: DRS then leaves it running. */
  readonly isProtected: boolean;
  /** An earlier drill's of which DRS still has a record, since data flow back from it. */
  readonly failsBack: boolean;
}

/** A launch configuration that names an instance which exists. */
export interface IntoMachine {
  readonly instanceId: string;
  readonly serverId: string;
  readonly appearsMs: number;
  readonly fits: boolean;
}

/** What a place holds beside what DRS lists, drawn apart from everything else. */
export interface MachinePark {
  readonly hidden: readonly HiddenMachine[];
  readonly into: readonly IntoMachine[];
  /** EC2 may not be asked. */
  readonly isDenied: boolean;
  /** People delete DRS's record of what a job has launched, so long after it. */
  readonly recordsDeletedAfterMs?: number;
  /** People begin to fail back from what a job has launched. */
  readonly failback?: Failback;
}

export interface Failback {
  /** So long after the job. */
  readonly afterMs: number;
  /** Undefined: it never ends. */
  readonly lastsMs?: number;
  /** Of the instances that a job launches. */
  readonly rate: number;
}

/** Which launch actions the launch configurations have, drawn apart from everything else. */
export interface LaunchActionsDrawn {
  readonly of: ReadonlyMap<string, readonly PlannedLaunchAction[]>;
  /** The role may not ask which these are. */
  readonly isDenied: boolean;
}

export interface DrawnRequest {
  readonly requestId: string;
  readonly planId: string;
  readonly mode: Mode;
  readonly atMs: number;
  readonly allowDrillOverRecovery: boolean;
  /** Default: all that need to be. */
  readonly acceptWarnings?: readonly string[];
  /** Instances that whoever asks allows a drill to end or overwrite. */
  readonly allowReplacing?: readonly string[];
  /** Which data whoever asks chooses for all servers; default: those of the plan. */
  readonly pointInTime?: ChosenPoint;
}

export interface Knobs {
  readonly launch: LaunchKnobs;
  readonly watch: WatchKnobs;
  readonly actions: ActionKnobs;
  readonly reconcile: ReconcileKnobs;
}

/** What one seed runs: plans, requests, and the product's own intervals. */
export interface Workload {
  readonly plans: readonly Plan[];
  readonly requests: readonly DrawnRequest[];
  /** What DRS knows; default: the servers that the plans name. */
  readonly estate?: Estate;
  /** What EC2 holds beside what DRS lists; default: nothing. */
  readonly machines?: MachinePark;
  /** What DRS runs on servers that it has launched; default: nothing. */
  readonly launchActions?: LaunchActionsDrawn;
  /** The runbooks that plans may name; default: those of the simulation. */
  readonly allowedDocuments?: readonly string[];
  /** Whether any of its plans moves traffic. */
  readonly movesTraffic?: true;
  /** When drills of one of its plans start by themselves. */
  readonly schedule?: Schedule;
  readonly knobs: Knobs;
  /** Waves of up to a thousand servers, with texts as long as they may be: records and events are measured. */
  readonly large?: { readonly everyServerFails: boolean };
  /** How many of the runs have latencies between their calls, so that others come in between. */
  readonly interleaved: number;
  readonly busMs: number;
}

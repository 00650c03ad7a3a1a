import type { Fault } from '../../../contracts/execution-events.ts';
import type { ChosenPoint } from '../../../contracts/plan.ts';
import type { TrafficMove } from '../../../contracts/traffic.ts';
import type { ServerResult } from '../../../contracts/wave-events.ts';
import type { Verdict } from '../../core/domain/audit/discrepancy.ts';
import type { DrillInstanceView } from '../../core/view/clean-up-text.ts';
import type { AchievedPoint } from '../../core/domain/recovery-point.ts';
import type { HomewardSummary } from '../../core/view/homeward-summary.ts';
import type { DecisionView, NoteView, ProblemView, WaveView } from '../../core/view/execution-view.ts';

export const reportPhases = [
  'snapshot',
  'conversion',
  'launch',
  'action',
  'way home',
  'waiting for people',
  'waiting for quota',
  'orchestration',
] as const;
export type ReportPhase = (typeof reportPhases)[number];

/** What a wave was doing for a while. Epoch ms. */
export interface ReportSpan {
  readonly phase: ReportPhase;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

export interface ReportAction {
  readonly stage: string;
  readonly actionId: string;
  readonly kind: string;
  readonly outcome: 'running' | 'succeeded' | 'failed';
  readonly tries: number;
  readonly durationMs: number;
  /** Who approved or declined, and why; or why it failed. */
  readonly note: string;
  /** Of a move of traffic: each record or routing control, with what it was and what it is to be. */
  readonly moves?: readonly TrafficMove[];
}

/** From the start until the servers were launched, and until the alarms that were waited for after that were OK. */
export interface ReportTimes {
  readonly launchMs?: number;
  readonly greenMs?: number;
  /** Whether alarms were waited for after a recovery. */
  readonly isGated: boolean;
}

export interface ReportWave extends ReportTimes {
  readonly waveId: string;
  /** Of a failback: what it did with its servers. */
  readonly phase?: NonNullable<WaveView['phase']>;
  readonly dependsOn: readonly string[];
  readonly place: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly policy: string;
  readonly durationMs: number;
  readonly servers: readonly ServerResult[];
  readonly actions: readonly ReportAction[];
  readonly spans: readonly ReportSpan[];
  readonly notes: readonly string[];
}

/** What became of the instances of a drill. */
export interface ReportCleanUp {
  readonly status: string;
  readonly text: string;
  readonly instances: readonly DrillInstanceView[];
  /** Of those that are terminated. */
  readonly instanceHours: number;
  readonly spared: readonly {
    readonly instanceId: string;
    readonly sourceServerId: string;
    readonly reason: string;
  }[];
}

/** What an execution was asked to be, and what it became. Durations in ms, instants in epoch ms. */
export interface ExecutionReport {
  readonly executionId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly planHash: string;
  readonly frozenHash: string;
  readonly mode: string;
  /** It brought home what a recovery had launched. */
  readonly direction?: 'failback';
  readonly status: string;
  readonly requestedBy: string;
  /** A token that the API checked says so; otherwise the name is as it was stated. */
  readonly isRequesterAuthenticated?: true;
  readonly reason: string;
  readonly overrides: readonly string[];
  /** Which data the request chose for all servers, whatever the plan says. */
  readonly pointInTime?: ChosenPoint;
  /** EC2 instances that the requester allowed a drill to end or overwrite. */
  readonly allowReplacing?: readonly string[];
  /** SSM Change Calendars that a drill asked before each wave, and for which a real recovery did not wait. */
  readonly calendars?: readonly string[];
  readonly faults: readonly Fault[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly isOver: boolean;
  readonly launched: number;
  readonly serverCount: number;
  /** From the request, which the recovery time counts from too. */
  readonly times: ReportTimes;
  readonly rto: { readonly targetMinutes?: number; readonly achievedMinutes?: number };
  /** What DRS says of the point that each server was launched from; `wasExceeded`: replication lagged beyond the target at the start. */
  readonly rpo: AchievedPoint & { readonly targetMinutes?: number; readonly wasExceeded: boolean };
  readonly phases: readonly { readonly phase: ReportPhase; readonly ms: number }[];
  readonly waves: readonly ReportWave[];
  readonly decisions: readonly DecisionView[];
  readonly problems: readonly ProblemView[];
  /** Absent: nobody noted anything. */
  readonly notes?: readonly NoteView[];
  /** To whom it was handed over last. */
  readonly inCharge?: string;
  /** Of a failback: who did what, how long each server took, and what could have been lost. */
  readonly homeward?: HomewardSummary;
  /** Of a drill that launched instances. */
  readonly cleanUp?: ReportCleanUp;
  readonly verdict?: Verdict;
}

import type { Identity } from '../sts/session.ts';
import type { AutomationDocument } from './document.ts';
import type { Run } from './run.ts';

/** How one step of one execution will go, drawn when the execution starts and never again. */
export interface ScriptedStep {
  readonly name: string;
  readonly action: string;
  readonly durationMs: number;
  readonly onFailure?: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly isCritical?: boolean;
  readonly maxAttempts?: number;
  readonly timeoutSeconds?: number;
  readonly validNextSteps?: readonly string[];
  readonly end:
    | { readonly result: 'Success' | 'TimedOut' | 'AwaitsApproval' | 'NeverEnds' }
    | { readonly result: 'Failed'; readonly message: string }
    | { readonly result: 'OtherStatus'; readonly status: string };
}

export interface Signal {
  readonly type: 'Approve' | 'Reject' | 'StartStep' | 'Resume';
  readonly at: number;
  /** The ARN of whoever sent it. */
  readonly by?: string;
  readonly comment?: string;
}

export interface Stop {
  /** StopStep is the signal of that name; the others are the types of StopAutomationExecution. */
  readonly type: 'Cancel' | 'Complete' | 'StopStep';
  readonly at: number;
}

export type Parameters = Readonly<Record<string, readonly string[]>>;

/** Everything from which the state of an execution at any time follows. Times in epoch ms. */
export interface ExecutionRecord {
  readonly id: string;
  readonly document: Pick<AutomationDocument, 'name' | 'version'>;
  readonly parameters: Parameters;
  /** The parameters that the caller gave, without defaults: what a repeated client token is compared by. */
  readonly fingerprint: string;
  readonly clientToken?: string;
  readonly mode: 'Auto' | 'Interactive';
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** The ARN of whoever started it. */
  readonly executedBy: string;
  /** The session in which its steps call: that of its role, or of whoever started it; none for the user of this machine. */
  readonly runsAs?: Identity;
  readonly startedAt: number;
  /** Absent while it waits in the queue for one of the account's concurrent automations to end. */
  readonly beganAt?: number;
  readonly steps: readonly ScriptedStep[];
  readonly stepIds: readonly string[];
  readonly outputs: Parameters;
  readonly cancelMs: number;
  /** Which case of the document's scenario it fell under; -1 for none. */
  readonly caseIndex: number;
  readonly signals: readonly Signal[];
  readonly stop?: Stop;
  /** Of a runbook that is carried out: how far. Others go as their steps are scripted. */
  readonly run?: Run;
  /** The automation of whose step it is the child. */
  readonly parentId?: string;
}

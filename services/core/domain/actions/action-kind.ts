import type { Action } from '../../../../contracts/action.ts';
import type { ApprovalAction } from '../../../../contracts/actions/approval.ts';
import type { AutomationAction } from '../../../../contracts/actions/automation.ts';
import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import type { Order } from '../../../../contracts/traffic-order.ts';
import type { Plan } from '../../../../contracts/plan.ts';

/** Where an action stands in its plan. */
export interface ActionPlace {
  readonly plan: Plan;
  /** Such as `waves[0].after[1][0]`. */
  readonly at: string;
  /** Whether the servers of its wave are recovered before it runs. */
  readonly knowsServers: boolean;
}

/** What of the world an action uses: it has to be on its allow-list, where there is one, and is looked up before a start. */
export interface UsedOutside {
  readonly runbook?: AutomationAction;
  readonly alarms?: readonly string[];
  readonly function?: LambdaAction;
  readonly traffic?: Order;
}

/** What people are asked, and who may answer; nobody named: any operator. */
export type Question = Pick<ApprovalAction, 'prompt' | 'approvers'>;

/** What the end of its time makes of an action by itself. */
export type AtDeadline =
  | { readonly succeeds: true; readonly reason?: string }
  | { readonly succeeds: false; readonly message: string };

/**
 * All that the core knows of a kind of action. A kind is asked about actions of its own only; its questions are methods,
 * since the compiler lets a method that takes one kind stand in a collection of all.
 */
export interface ActionKind<A extends Action = Action> {
  /** How long it takes is learned from earlier executions. */
  readonly isLearned: boolean;
  /** Stands for the fields that it cannot be without, where a document lacks them. */
  readonly needed: Readonly<Record<string, unknown>>;

  /** What it is, within a sentence. */
  inWords(action: A): string;
  /** What is wrong with it that its schema cannot say. */
  faults(action: A, place: ActionPlace): readonly Fault[];
  /** The key of the plan's targets in which it acts. Default: where its wave recovers. */
  targetOf(action: A): string | undefined;
  /** Its values that may refer to the execution and to recovered servers, by their names. */
  references(action: A): Readonly<Record<string, readonly string[]>>;
  uses(action: A): UsedOutside;

  /** What it asks of people. */
  question(action: A): Question | undefined;
  /** From its start to its deadline. */
  minutes(action: A): number;
  /** How long whoever carries it out may be silent; undefined: until the deadline. */
  heartbeatMinutes(action: A): number | undefined;
  /** How often it is started in all, should it fail. */
  triesMax(action: A): number;
  /** What its deadline decides without anybody being asked; undefined where somebody has to be. */
  atDeadline(action: A): AtDeadline | undefined;
  /** The warning before its deadline; undefined where there is none. */
  warningOf(action: A): string | undefined;
  /** How long it is expected to take, without the time of people. */
  expectedMs(action: A, learnedMs: number | undefined): number;
}

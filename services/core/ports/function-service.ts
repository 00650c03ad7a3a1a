import type { Target } from '../../../contracts/plan.ts';

/** A function as a plan names it: its name, with a version or an alias after a colon if it has one. */
export interface FunctionCall {
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
}

interface NotNow {
  /** Lambda was too busy, or its answer was lost: the same call may be made again. */
  readonly status: 'later';
  readonly message: string;
}
interface Never {
  /** There is no such function, it may not be invoked, or the payload is too large. */
  readonly status: 'refused';
  readonly message: string;
}

export type HandedOver = { readonly status: 'accepted' } | NotNow | Never;

export type PollAnswer =
  | { readonly status: 'done'; readonly result: string }
  /** It failed, or gave no answer within seconds. */
  | { readonly status: 'not-yet'; readonly message: string }
  | NotNow
  | Never;

export type DurableStart =
  | { readonly status: 'started'; readonly durableExecutionArn: string }
  /** The name was used with another payload: whatever it started may run, and has to be found. */
  | { readonly status: 'used'; readonly message: string }
  | NotNow
  | Never;

/** Lambda: GetDurableExecution. A status that is not known counts as running. */
export interface DurableExecution {
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly lambdaStatus: string;
  readonly failure?: string;
  /** JSON text. */
  readonly result?: string;
}

/** Functions of Lambda in one account and Region, as seen through a target's role. */
export interface FunctionService {
  /** Hands a payload to a function that is run later, at least once; it stays so whoever asks again. */
  handOver(target: Target, call: FunctionCall): Promise<HandedOver>;
  /** Runs a function and waits some seconds for its answer. */
  poll(target: Target, call: FunctionCall): Promise<PollAnswer>;
  /** Starts a durable execution, at most once under its name of up to 64 letters, digits, - and _. */
  startDurable(target: Target, call: FunctionCall, name: string): Promise<DurableStart>;
  /** The ARN of the execution of this name. Undefined when Lambda shows none. Throws to be retried. */
  findDurable(target: Target, functionName: string, name: string): Promise<string | undefined>;
  /** Undefined when Lambda does not know the ARN. Throws to be retried. */
  describeDurable(target: Target, durableExecutionArn: string): Promise<DurableExecution | undefined>;
  /** Asks for the end. Stopping what has ended, or is not known, is no error. */
  stopDurable(target: Target, durableExecutionArn: string, reason: string): Promise<void>;
}

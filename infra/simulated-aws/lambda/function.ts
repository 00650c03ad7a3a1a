import type { LocalClock } from '../clock.ts';

/** A function of the account, and how Lambda treats it. */
export interface LambdaFunction {
  readonly name: string;
  readonly timeoutMs: number;
  /** Reserved concurrency. Default: what the account has left. */
  readonly concurrencyMax?: number;
  /** Retries of an asynchronous invocation, 0..2. Default: 2. */
  readonly retriesMax?: number;
  /** Its versions and aliases beside $LATEST. Default: none. */
  readonly qualifiers?: readonly string[];
  /** Whether its executions are durable. Default: they are not. */
  readonly durable?: DurableSettings;
}

/** How a durable function's executions go; each runs the handler once. */
export interface DurableSettings {
  /** How long an execution lasts beside its run, in ms: its waits. Default: 0. */
  readonly waitsMs?: number;
  /** After which an execution is TIMED_OUT, in ms. Default: an hour. */
  readonly timeoutMs?: number;
}

/** A function that a host runs in this process. */
export interface SimulatedFunction extends LambdaFunction {
  /** Gives the handler; called for each run, so that caching is the host's own affair. */
  readonly load: () => Promise<LambdaHandler>;
  /** A queue of the same account and Region that is told which asynchronous invocation failed for good. */
  readonly onFailureQueueArn?: string;
  /** Default: the account of home. */
  readonly account?: string;
  /** Default: the Region of home. */
  readonly region?: string;
  /** The statements of its resource policy, by which other accounts and services of theirs may invoke it. Default: none. */
  readonly policy?: readonly object[];
}

/** What a handler is told about its invocation; `clock` is the simulated time, which a real Lambda does not have. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: '$LATEST';
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  readonly getRemainingTimeInMillis: () => number;
  readonly clock: LocalClock;
}

export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** How Lambda reports the error of a function. */
export interface FunctionFault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** Thrown to a caller who waits for a function that failed. */
export class FunctionError extends Error {
  readonly fault: FunctionFault;

  constructor(functionName: string, fault: FunctionFault) {
    super(`${functionName} failed: ${fault.errorMessage}`);
    this.name = 'FunctionError';
    this.fault = fault;
  }
}

export const faultOf = (error: unknown): FunctionFault =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: 'Error', errorMessage: String(error), trace: [] };

const partsOf = (nameOrArn: string): readonly string[] => {
  const parts = nameOrArn.split(':');
  return parts.slice(parts.indexOf('function') + 1);
};

/** The name in a name, a full ARN, a partial one, or any of them with a qualifier. */
export const functionNameOf = (nameOrArn: string): string => partsOf(nameOrArn)[0] ?? '';

/** The version or alias in any of them. */
export const qualifierOf = (nameOrArn: string): string | undefined => partsOf(nameOrArn)[1];

/** Lambda: Execution. Instants in epoch ms. */
export interface DurableExecution {
  readonly arn: string;
  readonly name: string;
  readonly functionName: string;
  /** The version or alias that was invoked. */
  readonly qualifier: string;
  /** JSON text. */
  readonly payload: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly result?: unknown;
  readonly fault?: Omit<FunctionFault, 'trace'>;
}

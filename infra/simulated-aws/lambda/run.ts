import type { LocalClock } from '../clock.ts';
import {
  type FunctionFault,
  faultOf,
  type LambdaContext,
  type LambdaFunction,
  type LambdaHandler,
} from './function.ts';

export type Outcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly fault: FunctionFault };

/** One run of a handler, for whoever watches the runtime. Times in epoch ms. */
export interface LambdaRun {
  readonly functionName: string;
  readonly requestId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly fault?: FunctionFault;
}

export interface RunDeps {
  readonly clock: LocalClock;
  readonly account: string;
  readonly region: string;
  /** The handler of a function; loaded anew for each run, so that caching is the loader's own affair. */
  readonly load: (functionName: string) => Promise<LambdaHandler>;
  /** Called with every run when it ends. */
  readonly onRun?: (run: LambdaRun) => void;
}

export const arnOf = ({ account, region }: Pick<RunDeps, 'account' | 'region'>, name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

const contextOf = (
  deps: RunDeps,
  { name, timeoutMs }: LambdaFunction,
  awsRequestId: string,
): LambdaContext => {
  const { clock } = deps;
  const deadline = clock.now() + timeoutMs;
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    awsRequestId,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arnOf(deps, name),
    memoryLimitInMB: '256',
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: `${day}/[$LATEST]${awsRequestId.replaceAll('-', '')}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    clock,
  };
};

/** Lambda writes what a handler returns as JSON; undefined becomes null. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const timedOut = (requestId: string, timeoutMs: number): FunctionFault => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  trace: [],
});

/**
 * Runs a handler until it is done or its time is up. Lambda kills a function that is out of time; here it
 * goes on unseen, since nothing in one process can end another's promise: what it still does, it does.
 */
export const runFunction = async (
  deps: RunDeps,
  fn: LambdaFunction,
  requestId: string,
  payload: string,
): Promise<Outcome> => {
  const { clock, load, onRun } = deps;
  const startedAt = clock.now();
  const attempt = async (): Promise<Outcome> => {
    try {
      const handler = await load(fn.name);
      const event: unknown = JSON.parse(payload);
      return { ok: true, result: asJson(await handler(event, contextOf(deps, fn, requestId))) };
    } catch (error) {
      return { ok: false, fault: faultOf(error) };
    }
  };
  const outcome = await clock.busy(
    () =>
      new Promise<Outcome>((resolve) => {
        const cancel = clock.after(fn.timeoutMs, () =>
          resolve({ ok: false, fault: timedOut(requestId, fn.timeoutMs) }),
        );
        void attempt().then((result) => {
          cancel();
          resolve(result);
        });
      }),
  );
  onRun?.({
    functionName: fn.name,
    requestId,
    startedAt,
    endedAt: clock.now(),
    ...(!outcome.ok && { fault: outcome.fault }),
  });
  return outcome;
};

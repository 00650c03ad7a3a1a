import * as z from 'zod';
import type { Target } from '../../../../contracts/plan.ts';
import type { DurableExecution, FunctionCall, FunctionService } from '../function-service.ts';
import {
  createLambdaCall,
  failureOf,
  functionPath,
  type LambdaCall,
  type LambdaDeps,
} from './lambda-call.ts';
import type { SignedAnswer } from './signed-call.ts';

/** What asking again does not change. */
const neverSucceeds =
  /^(ResourceNotFound|AccessDenied|InvalidParameterValue|InvalidRequestContent|RequestTooLarge|UnsupportedMediaType|UnreachableTarget|UnrecognizedClient|KMS|InvalidRuntime|InvalidZipFile)/;

const notStarted = (error: unknown): { status: 'later' | 'refused'; message: string } => {
  const { name, message } = failureOf(error);
  return { status: neverSucceeds.test(name) ? 'refused' : 'later', message: `${name}: ${message}` };
};

const faultSchema = z.object({ errorMessage: z.string().optional(), errorType: z.string().optional() });

/** Lambda: the body of an answer with X-Amz-Function-Error. */
const faultText = (body: string): string => {
  const parsed = faultSchema.safeParse(JSON.parse(body || '{}'));
  const { errorMessage, errorType } = parsed.success ? parsed.data : {};
  return errorMessage ?? errorType ?? 'the function failed and did not say why';
};

const executionSchema = z.object({
  Status: z.string(),
  Result: z.string().nullish(),
  Error: z.object({ ErrorType: z.string().nullish(), ErrorMessage: z.string().nullish() }).nullish(),
});

const ends: Readonly<Record<string, DurableExecution['status']>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  STOPPED: 'failed',
};

const executionOf = (body: string): DurableExecution => {
  const { Status, Result, Error: fault } = executionSchema.parse(JSON.parse(body));
  const failure = [fault?.ErrorType, fault?.ErrorMessage].filter(Boolean).join(': ');
  return {
    status: ends[Status] ?? 'running',
    lambdaStatus: Status,
    ...(failure !== '' && { failure }),
    ...(Result != null && { result: Result }),
  };
};

const listSchema = z.object({
  DurableExecutions: z
    .array(z.object({ DurableExecutionArn: z.string(), DurableExecutionName: z.string() }))
    .nullish(),
});

const executionPath = (arn: string): string => `/2025-12-01/durable-executions/${encodeURIComponent(arn)}`;

/** A call that is cut off after its ten seconds has an error of this name. */
const isCutOff = (name: string): boolean => name === 'TimeoutError' || name === 'AbortError';

const invokeBy =
  (call: LambdaCall) =>
  (
    target: Target,
    { functionName, payload }: FunctionCall,
    type: 'Event' | 'RequestResponse',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SignedAnswer> =>
    call(target, {
      ...functionPath(functionName, 'invocations'),
      headers: { 'x-amz-invocation-type': type, ...headers },
      body: payload,
    });

export const createAwsFunctionService = (deps: LambdaDeps): FunctionService => {
  const call = createLambdaCall(deps);
  const invoke = invokeBy(call);

  return {
    async handOver(target, asked) {
      try {
        await invoke(target, asked, 'Event');
        return { status: 'accepted' };
      } catch (error) {
        return notStarted(error);
      }
    },
    async poll(target, asked) {
      try {
        const { headers, body } = await invoke(target, asked, 'RequestResponse');
        return headers.get('x-amz-function-error') === null
          ? { status: 'done', result: body }
          : { status: 'not-yet', message: faultText(body) };
      } catch (error) {
        return isCutOff(failureOf(error).name)
          ? { status: 'not-yet', message: 'it did not answer within ten seconds' }
          : notStarted(error);
      }
    },
    async startDurable(target, asked, name) {
      try {
        const answer = await invoke(target, asked, 'Event', { 'x-amz-durable-execution-name': name });
        const durableExecutionArn = answer.headers.get('x-amz-durable-execution-arn');
        return durableExecutionArn === null
          ? { status: 'refused', message: `${asked.functionName} is not durable, and has been invoked` }
          : { status: 'started', durableExecutionArn };
      } catch (error) {
        return failureOf(error).name === 'DurableExecutionAlreadyStartedException'
          ? { status: 'used', message: failureOf(error).message }
          : notStarted(error);
      }
    },
    async findDurable(target, functionName, name) {
      const { path, query = {} } = functionPath(functionName, 'durable-executions', '2025-12-01');
      const { body } = await call(target, {
        ...{ method: 'GET', path },
        query: { ...query, DurableExecutionName: name },
      });
      const { DurableExecutions } = listSchema.parse(JSON.parse(body));
      return DurableExecutions?.find((each) => each.DurableExecutionName === name)?.DurableExecutionArn;
    },
    async describeDurable(target, arn) {
      try {
        return executionOf((await call(target, { method: 'GET', path: executionPath(arn) })).body);
      } catch (error) {
        if (failureOf(error).name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    async stopDurable(target, arn, reason) {
      const body = JSON.stringify({ ErrorType: 'Stopped', ErrorMessage: reason });
      try {
        await call(target, { path: `${executionPath(arn)}/stop`, body });
      } catch (error) {
        if (failureOf(error).name !== 'ResourceNotFoundException') throw error;
      }
    },
  };
};

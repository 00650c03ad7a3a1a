import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { parseInput } from '../protocols/operation.ts';
import { createRestService, jsonAnswer, jsonBody, type Route } from '../protocols/rest-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import type { DurableExecutions } from './durable-execution.ts';
import { type DurableExecution, type LambdaFunction, qualifierOf } from './function.ts';
import type { Outcome } from './run.ts';

export interface LambdaServiceDeps {
  readonly functions: readonly LambdaFunction[];
  readonly functionNamed: (nameOrArn: string) => LambdaFunction;
  readonly functionArn: (name: string) => string;
  readonly invoke: (fn: LambdaFunction, payload: string) => Promise<Outcome>;
  readonly invokeAsync: (fn: LambdaFunction, payload: string) => string;
  readonly durable: DurableExecutions;
  readonly concurrency: ReservedConcurrency;
}

/** What is reserved for functions, and what the account has altogether. */
export interface ReservedConcurrency {
  readonly accountMax: number;
  readonly all: () => ReadonlyMap<string, number>;
  /** Undefined takes the reservation away. */
  readonly reserve: (functionName: string, concurrency: number | undefined) => void;
}

const latest = '$LATEST';

/** Payloads in bytes ("Lambda quotas"). */
const durablePayloadMax = 262_144;
const largest = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 };

type InvocationType = keyof typeof largest;

const isInvocationType = (text: string): text is InvocationType => Object.hasOwn(largest, text);

const typeOf = (request: WireRequest): InvocationType => {
  const text = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (!isInvocationType(text))
    throw new ServiceError('InvalidParameterValueException', `${text} is not an invocation type.`);
  return text;
};

const payloadOf = (request: WireRequest, type: InvocationType): string => {
  const payload = request.body === '' ? '{}' : request.body;
  if (Buffer.byteLength(payload) > largest[type])
    throw new ServiceError(
      'RequestTooLargeException',
      `The payload must be at most ${largest[type]} bytes.`,
      413,
    );
  try {
    JSON.parse(payload);
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
  return payload;
};

const answerOf = (outcome: Outcome): WireResponse => {
  const answer = jsonAnswer(outcome.ok ? outcome.result : outcome.fault);
  const version = { 'x-amz-executed-version': '$LATEST' };
  const failed = outcome.ok ? {} : { 'x-amz-function-error': 'Unhandled' };
  return { ...answer, headers: { ...answer.headers, ...version, ...failed } };
};

const empty = (statusCode: number): WireResponse => ({ statusCode, headers: {}, body: '' });

/** The function that a request names, and its version or alias, which has to exist. */
const askedFor = (
  deps: LambdaServiceDeps,
  name: string,
  { query }: WireRequest,
): { readonly fn: LambdaFunction; readonly qualifier: string | undefined } => {
  const fn = deps.functionNamed(name);
  const qualifier = qualifierOf(name) ?? query['Qualifier'];
  if (qualifier !== undefined && qualifier !== latest && !fn.qualifiers?.includes(qualifier))
    throw new ServiceError(
      'ResourceNotFoundException',
      `Function not found: ${deps.functionArn(fn.name)}:${qualifier}`,
      404,
    );
  return { fn, qualifier };
};

/** "Durable functions": only by a qualified ARN, and each execution under a name; asynchronously 256 KB. */
const startDurable = (
  deps: LambdaServiceDeps,
  fn: LambdaFunction,
  qualifier: string | undefined,
  request: WireRequest,
  payload: string,
): WireResponse => {
  if (qualifier === undefined)
    throw new ServiceError(
      'InvalidParameterValueException',
      'You cannot invoke a durable function using an unqualified ARN.',
    );
  if (Buffer.byteLength(payload) > durablePayloadMax)
    throw new ServiceError('RequestTooLargeException', 'The payload must be at most 262144 bytes.', 413);
  const name = request.headers['x-amz-durable-execution-name'] ?? randomUUID();
  if (!/^[\w-]{1,64}$/.test(name))
    throw new ServiceError('InvalidParameterValueException', `${name} is no name of a durable execution.`);
  const { arn } = deps.durable.start(fn, qualifier, name, payload);
  return { ...empty(202), headers: { 'x-amz-durable-execution-arn': arn } };
};

const invocation = (deps: LambdaServiceDeps): Route => ({
  method: 'POST',
  path: /^\/2015-03-31\/functions\/(?<name>[^/]+)\/invocations$/,
  async run({ name = '' }, request) {
    const { fn, qualifier } = askedFor(deps, name, request);
    const type = typeOf(request);
    const payload = payloadOf(request, type);
    if (type === 'DryRun') return empty(204);
    if (fn.durable !== undefined && type === 'Event')
      return startDurable(deps, fn, qualifier, request, payload);
    if (type === 'RequestResponse') return answerOf(await deps.invoke(fn, payload));
    deps.invokeAsync(fn, payload);
    return empty(202);
  },
});

const configurationOf = (
  { functionArn }: LambdaServiceDeps,
  { name, timeoutMs, durable }: LambdaFunction,
) => ({
  FunctionName: name,
  FunctionArn: functionArn(name),
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Timeout: Math.ceil(timeoutMs / 1000),
  MemorySize: 256,
  PackageType: 'Zip',
  State: 'Active',
  Version: latest,
  ...(durable !== undefined && {
    DurableConfig: {
      ExecutionTimeout: Math.ceil((durable.timeoutMs ?? 3_600_000) / 1000),
      RetentionPeriodInDays: 14,
    },
  }),
});

const list = (deps: LambdaServiceDeps): Route => ({
  method: 'GET',
  path: /^\/2015-03-31\/functions\/?$/,
  run: () => jsonAnswer({ Functions: deps.functions.map((fn) => configurationOf(deps, fn)) }),
});

const configuration = (deps: LambdaServiceDeps): Route => ({
  method: 'GET',
  path: /^\/2015-03-31\/functions\/(?<name>[^/]+)\/configuration$/,
  run({ name = '' }, request) {
    const { fn, qualifier } = askedFor(deps, name, request);
    const FunctionArn = [deps.functionArn(fn.name), qualifier].filter(Boolean).join(':');
    return jsonAnswer({ ...configurationOf(deps, fn), FunctionArn });
  },
});

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

const renderDurable = (
  { functionArn }: LambdaServiceDeps,
  { arn, name, functionName, qualifier, status, startedAt, endedAt }: DurableExecution,
) => ({
  DurableExecutionArn: arn,
  DurableExecutionName: name,
  FunctionArn: `${functionArn(functionName)}:${qualifier}`,
  Status: status,
  StartTimestamp: seconds(startedAt),
  EndTimestamp: seconds(endedAt),
});

const stopSchema = z.object({ ErrorType: z.string().optional(), ErrorMessage: z.string().optional() });

const durableRoutes = (deps: LambdaServiceDeps): readonly Route[] => [
  {
    method: 'GET',
    path: /^\/2025-12-01\/functions\/(?<name>[^/]+)\/durable-executions$/,
    run({ name = '' }, request) {
      const { fn } = askedFor(deps, name, request);
      const found = deps.durable.named(fn, request.query['DurableExecutionName']);
      return jsonAnswer({ DurableExecutions: found.map((each) => renderDurable(deps, each)) });
    },
  },
  {
    method: 'GET',
    path: /^\/2025-12-01\/durable-executions\/(?<arn>[^/]+)$/,
    run({ arn = '' }) {
      const execution = deps.durable.get(arn);
      const { result, fault, payload } = execution;
      return jsonAnswer({
        ...renderDurable(deps, execution),
        InputPayload: payload,
        ...(result !== undefined && { Result: JSON.stringify(result) }),
        ...(fault !== undefined && {
          Error: { ErrorType: fault.errorType, ErrorMessage: fault.errorMessage },
        }),
      });
    },
  },
  {
    method: 'POST',
    path: /^\/2025-12-01\/durable-executions\/(?<arn>[^/]+)\/stop$/,
    run({ arn = '' }, request) {
      const { ErrorType = 'Stopped', ErrorMessage } = parseInput(stopSchema, jsonBody(request));
      const fault =
        ErrorMessage === undefined ? undefined : { errorType: ErrorType, errorMessage: ErrorMessage };
      return jsonAnswer({ StopTimestamp: seconds(deps.durable.stop(arn, fault).endedAt) });
    },
  },
];

const accountSettings = ({ functions, concurrency }: LambdaServiceDeps): Route => ({
  method: 'GET',
  path: /^\/2016-08-19\/account-settings\/?$/,
  run() {
    const { accountMax, all } = concurrency;
    const reserved = [...all().values()].reduce((sum, each) => sum + each, 0);
    return jsonAnswer({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: accountMax,
        UnreservedConcurrentExecutions: accountMax - reserved,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: functions.length },
    });
  },
});

/** Lambda keeps so many for functions without a reservation of their own. */
const unreservedMin = 100;

const reservedSchema = z.object({ ReservedConcurrentExecutions: z.number().int().min(0) });

const reservation = (deps: LambdaServiceDeps): readonly Route[] => {
  const { accountMax, all, reserve } = deps.concurrency;
  const put: Route = {
    method: 'PUT',
    path: /^\/2017-10-31\/functions\/(?<name>[^/]+)\/concurrency$/,
    run({ name = '' }, request) {
      const fn = deps.functionNamed(name);
      const { ReservedConcurrentExecutions: wanted } = parseInput(reservedSchema, jsonBody(request));
      const others = [...all()].filter(([each]) => each !== fn.name).reduce((sum, [, each]) => sum + each, 0);
      if (wanted > 0 && accountMax - others - wanted < unreservedMin)
        throw new ServiceError(
          'InvalidParameterValueException',
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedMin}].`,
        );
      reserve(fn.name, wanted);
      return jsonAnswer({ ReservedConcurrentExecutions: wanted });
    },
  };
  const remove: Route = {
    method: 'DELETE',
    path: put.path,
    run({ name = '' }) {
      reserve(deps.functionNamed(name).name, undefined);
      return empty(204);
    },
  };
  const get: Route = {
    method: 'GET',
    path: /^\/2019-09-30\/functions\/(?<name>[^/]+)\/concurrency$/,
    run({ name = '' }) {
      const wanted = all().get(deps.functionNamed(name).name);
      return jsonAnswer(wanted === undefined ? {} : { ReservedConcurrentExecutions: wanted });
    },
  };
  return [put, remove, get];
};

/** Lambda over the wire: invocation, durable executions, functions as they are, and their concurrency. */
export const lambdaService = (deps: LambdaServiceDeps): LocalService => ({
  ...createRestService('lambda', [
    invocation(deps),
    list(deps),
    configuration(deps),
    accountSettings(deps),
    ...durableRoutes(deps),
    ...reservation(deps),
  ]),
  operations: [
    'Invoke',
    'ListFunctions',
    'GetFunctionConfiguration',
    'ListDurableExecutionsByFunction',
    'GetDurableExecution',
    'StopDurableExecution',
    'GetAccountSettings',
    'PutFunctionConcurrency',
    'DeleteFunctionConcurrency',
    'GetFunctionConcurrency',
  ],
});

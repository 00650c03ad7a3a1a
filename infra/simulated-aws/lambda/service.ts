import * as z from 'zod';
import { parseInput } from '../protocols/operation.ts';
import { createRestService, jsonAnswer, jsonBody, type Route } from '../protocols/rest-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import type { LambdaFunction } from './function.ts';
import type { Outcome } from './run.ts';

export interface LambdaServiceDeps {
  readonly functions: readonly LambdaFunction[];
  readonly functionNamed: (nameOrArn: string) => LambdaFunction;
  readonly functionArn: (name: string) => string;
  readonly invoke: (fn: LambdaFunction, payload: string) => Promise<Outcome>;
  readonly invokeAsync: (fn: LambdaFunction, payload: string) => string;
  readonly concurrency: ReservedConcurrency;
}

/** What is reserved for functions, and what the account has altogether. */
export interface ReservedConcurrency {
  readonly accountMax: number;
  readonly all: () => ReadonlyMap<string, number>;
  /** Undefined takes the reservation away. */
  readonly reserve: (functionName: string, concurrency: number | undefined) => void;
}

/** Payloads in bytes ("Lambda quotas"). */
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

const invocation = (deps: LambdaServiceDeps): Route => ({
  method: 'POST',
  path: /^\/2015-03-31\/functions\/(?<name>[^/]+)\/invocations$/,
  async run({ name = '' }, request) {
    const fn = deps.functionNamed(name);
    const type = typeOf(request);
    const payload = payloadOf(request, type);
    if (type === 'DryRun') return empty(204);
    if (type === 'RequestResponse') return answerOf(await deps.invoke(fn, payload));
    deps.invokeAsync(fn, payload);
    return empty(202);
  },
});

const list = ({ functions, functionArn }: LambdaServiceDeps): Route => ({
  method: 'GET',
  path: /^\/2015-03-31\/functions\/?$/,
  run: () =>
    jsonAnswer({
      Functions: functions.map(({ name, timeoutMs }) => ({
        FunctionName: name,
        FunctionArn: functionArn(name),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: Math.ceil(timeoutMs / 1000),
        MemorySize: 256,
        PackageType: 'Zip',
        State: 'Active',
        Version: '$LATEST',
      })),
    }),
});

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

/** Lambda over the wire: invocation, the list of functions, and their concurrency. */
export const lambdaService = (deps: LambdaServiceDeps): LocalService => ({
  ...createRestService('lambda', [invocation(deps), list(deps), accountSettings(deps), ...reservation(deps)]),
  operations: [
    'Invoke',
    'ListFunctions',
    'GetAccountSettings',
    'PutFunctionConcurrency',
    'DeleteFunctionConcurrency',
    'GetFunctionConcurrency',
  ],
});

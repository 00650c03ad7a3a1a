import { createRestService, jsonAnswer, type Route } from '../protocols/rest-protocol.ts';
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

/** Lambda over the wire: invocation and the list of functions. */
export const lambdaService = (deps: LambdaServiceDeps): LocalService =>
  createRestService('lambda', [invocation(deps), list(deps)]);

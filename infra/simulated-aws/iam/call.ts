import { parseForm } from '../protocols/form.ts';
import { isQuery, queryCall } from '../sqs/sqs-service.ts';
import type { WireRequest } from '../wire.ts';
import { type Input, isRecord } from './access.ts';

/** A request as a call of one operation. */
export interface Call {
  readonly operation: string;
  readonly input: Input;
}

const jsonOf = (text: string): Input => {
  try {
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

const formCall = ({ body, query }: WireRequest): Call => {
  const form = parseForm(body === '' ? new URLSearchParams(query).toString() : body);
  return { operation: typeof form['Action'] === 'string' ? form['Action'] : '', input: form };
};

const tagOperations: Readonly<Record<string, string>> = {
  GET: 'ListTagsForResource',
  POST: 'TagResource',
  DELETE: 'UntagResource',
};

const drsCall = ({ method, path, query, body }: WireRequest): Call => {
  const resourceArn = /^\/tags\/(.+)$/.exec(path)?.[1];
  const input = { ...query, ...jsonOf(body) };
  if (resourceArn === undefined) return { operation: path.slice(1), input };
  return {
    operation: tagOperations[method] ?? '',
    input: { ...input, resourceArn: decodeURIComponent(resourceArn) },
  };
};

const concurrencyOperations: Readonly<Record<string, string>> = {
  PUT: 'PutFunctionConcurrency',
  DELETE: 'DeleteFunctionConcurrency',
  GET: 'GetFunctionConcurrency',
};

const namedOperations: readonly (readonly [method: string, form: RegExp, operation: string])[] = [
  ['GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/configuration$/, 'GetFunctionConfiguration'],
  [
    'GET',
    /^\/2025-12-01\/functions\/(?<FunctionName>[^/]+)\/durable-executions$/,
    'ListDurableExecutionsByFunction',
  ],
  ['GET', /^\/2025-12-01\/durable-executions\/(?<DurableExecutionArn>[^/]+)$/, 'GetDurableExecution'],
  ['POST', /^\/2025-12-01\/durable-executions\/(?<DurableExecutionArn>[^/]+)\/stop$/, 'StopDurableExecution'],
];

/** A function as a path and its query name it, with its version or alias. */
const named = (input: Readonly<Record<string, string>>, { Qualifier }: WireRequest['query']): Input =>
  input['FunctionName'] === undefined || Qualifier === undefined
    ? input
    : { ...input, FunctionName: `${input['FunctionName']}:${Qualifier}` };

const lambdaCall = ({ method, path, query }: WireRequest): Call => {
  for (const [ofMethod, form, operation] of namedOperations) {
    const groups = ofMethod === method ? form.exec(path)?.groups : undefined;
    if (groups === undefined) continue;
    const input = Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return { operation, input: named(input, query) };
  }
  const limited = /^\/20\d\d-\d\d-\d\d\/functions\/([^/]+)\/concurrency$/.exec(path)?.[1];
  if (limited !== undefined)
    return {
      operation: concurrencyOperations[method] ?? '',
      input: { FunctionName: decodeURIComponent(limited) },
    };
  if (/^\/2016-08-19\/account-settings\/?$/.test(path)) return { operation: 'GetAccountSettings', input: {} };
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (method === 'POST' && name !== undefined)
    return { operation: 'Invoke', input: named({ FunctionName: decodeURIComponent(name) }, query) };
  const isList = method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(path);
  return { operation: isList ? 'ListFunctions' : '', input: {} };
};

const schedulerOperations: Readonly<Record<string, string>> = {
  POST: 'Create',
  PUT: 'Update',
  GET: 'Get',
  DELETE: 'Delete',
};

const schedulerCall = ({ method, path, query, body }: WireRequest): Call => {
  const [, kind, name] = /^\/(schedules|schedule-groups)\/([^/]+)$/.exec(path) ?? [];
  const input = { ...query, ...jsonOf(body) };
  if (name === undefined)
    return { operation: method === 'GET' && path === '/schedules' ? 'ListSchedules' : '', input };
  const noun = kind === 'schedules' ? 'Schedule' : 'ScheduleGroup';
  const verb = schedulerOperations[method];
  return {
    operation: verb === undefined ? '' : verb + noun,
    input: { ...input, Name: decodeURIComponent(name) },
  };
};

const jsonCall = ({ headers, body }: WireRequest): Call => ({
  operation: (headers['x-amz-target'] ?? '').split('.')[1] ?? '',
  input: jsonOf(body),
});

const route53Paths: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /^\/2013-04-01\/hostedzone\/?$/, 'ListHostedZones'],
  ['GET', /^\/2013-04-01\/hostedzone\/([^/]+)$/, 'GetHostedZone'],
  ['GET', /^\/2013-04-01\/hostedzone\/([^/]+)\/rrset\/?$/, 'ListResourceRecordSets'],
  ['POST', /^\/2013-04-01\/hostedzone\/([^/]+)\/rrset\/?$/, 'ChangeResourceRecordSets'],
  ['GET', /^\/2013-04-01\/change\/([^/]+)$/, 'GetChange'],
];

/** Route 53's operations are methods and paths. */
const route53Call = ({ method, path, body }: WireRequest): Call => {
  for (const [ofMethod, form, operation] of route53Paths) {
    const match = method === ofMethod ? form.exec(path) : null;
    if (match !== null) return { operation, input: { Id: decodeURIComponent(match[1] ?? ''), Body: body } };
  }
  return { operation: '', input: {} };
};

const byService: Readonly<Record<string, (request: WireRequest) => Call>> = {
  drs: drsCall,
  lambda: lambdaCall,
  route53: route53Call,
  ec2: formCall,
  scheduler: schedulerCall,
  iam: formCall,
  sns: formCall,
  sts: formCall,
  sqs: (request) => (isQuery(request) ? queryCall(request) : jsonCall(request)),
};

/** Reads a call as its service's protocol has it. What is not a call of any operation has the name `''`. */
export const callOf = (service: string, request: WireRequest): Call =>
  (byService[service] ?? jsonCall)(request);

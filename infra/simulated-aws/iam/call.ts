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

const lambdaCall = ({ method, path }: WireRequest): Call => {
  const limited = /^\/20\d\d-\d\d-\d\d\/functions\/([^/]+)\/concurrency$/.exec(path)?.[1];
  if (limited !== undefined)
    return {
      operation: concurrencyOperations[method] ?? '',
      input: { FunctionName: decodeURIComponent(limited) },
    };
  if (/^\/2016-08-19\/account-settings\/?$/.test(path)) return { operation: 'GetAccountSettings', input: {} };
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (method === 'POST' && name !== undefined)
    return { operation: 'Invoke', input: { FunctionName: decodeURIComponent(name) } };
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

const byService: Readonly<Record<string, (request: WireRequest) => Call>> = {
  drs: drsCall,
  lambda: lambdaCall,
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

import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { ec2Form, ec2Output } from './ec2-form.ts';

/** The simulated services of the automation's own account and Region, by their signing names. */
export type FindService = (signingName: string) => LocalService | undefined;

/** What an AWS API refuses, by the code that AWS gives it. */
export class ApiError extends Error {}

interface Protocol {
  readonly signingName: string;
  request(api: string, input: Readonly<Record<string, unknown>>): Partial<WireRequest>;
  output(api: string, body: string): unknown;
}

const parsed = (body: string): unknown => (body === '' ? {} : JSON.parse(body));

const json = (signingName: string, prefix: string, version: '1.0' | '1.1'): Protocol => ({
  signingName,
  request: (api, input) => ({
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${prefix}.${api}` },
    body: JSON.stringify(input),
  }),
  output: (_, body) => parsed(body),
});

/** Services by the names that runbooks give them, which are those of boto3. */
const protocols: Readonly<Record<string, Protocol>> = {
  ssm: json('ssm', 'AmazonSSM', '1.1'),
  events: json('events', 'AWSEvents', '1.1'),
  sqs: json('sqs', 'AmazonSQS', '1.0'),
  dynamodb: json('dynamodb', 'DynamoDB_20120810', '1.0'),
  secretsmanager: json('secretsmanager', 'secretsmanager', '1.1'),
  'service-quotas': json('servicequotas', 'ServiceQuotasV20190624', '1.1'),
  drs: {
    signingName: 'drs',
    request: (api, input) => ({
      path: `/${api}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    }),
    output: (_, body) => parsed(body),
  },
  ec2: {
    signingName: 'ec2',
    request: (api, input) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: ec2Form(api, input),
    }),
    output: ec2Output,
  },
};

const errorOf = ({ body, headers, statusCode }: WireResponse, api: string): ApiError => {
  const code =
    headers['x-amzn-errortype'] ??
    /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ??
    /"__type":"([^"]*)"/.exec(body)?.[1] ??
    String(statusCode);
  const message =
    /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? /"[Mm]essage":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1];
  return new ApiError(
    `An error occurred (${code}) when calling the ${api} operation: ${message ?? 'it gives no reason'}`,
  );
};

/** Calls an API of the simulated AWS and gives its answer as the service model names it. */
export const callApi = async (
  find: FindService,
  region: string,
  service: string,
  api: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  const protocol = Object.hasOwn(protocols, service) ? protocols[service] : undefined;
  const there = protocol === undefined ? undefined : find(protocol.signingName);
  if (protocol === undefined || there === undefined)
    throw new ApiError(`The service ${service} is not simulated, so that ${api} cannot be called.`);
  const { headers = {}, ...request } = protocol.request(api, input);
  const scope = `Credential=automation/20260101/${region}/${protocol.signingName}/aws4_request`;
  const answer = await there.handle({
    ...{ method: 'POST', path: '/', query: {}, body: '' },
    ...request,
    headers: { ...headers, authorization: `AWS4-HMAC-SHA256 ${scope}` },
  });
  if (answer.statusCode >= 300) throw errorOf(answer, api);
  return protocol.output(api, answer.body);
};

/** Runs a function and gives its answer, as Lambda's Invoke has it. */
export const invokeFunction = async (
  find: FindService,
  region: string,
  name: string,
  payload: string,
): Promise<{ readonly StatusCode: number; readonly Payload: string; readonly FunctionError?: string }> => {
  const lambda = find('lambda');
  if (lambda === undefined) throw new ApiError('The service lambda is not simulated.');
  const answer = await lambda.handle({
    ...{ method: 'POST', path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, query: {} },
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=automation/20260101/${region}/lambda/aws4_request`,
    },
    body: payload,
  });
  if (answer.statusCode >= 300) throw errorOf(answer, 'Invoke');
  const FunctionError = answer.headers['x-amz-function-error'];
  return {
    ...{ StatusCode: answer.statusCode, Payload: answer.body },
    ...(FunctionError !== undefined && { FunctionError }),
  };
};

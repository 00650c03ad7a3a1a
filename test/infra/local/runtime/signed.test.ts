import { DescribeAlarmsCommand, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeJobsCommand, DrsClient } from '@aws-sdk/client-drs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { accessKeyFor } from '../../../../infra/simulated-aws/sts/access-key.ts';

let runtime: Runtime;
beforeAll(async () => void (runtime = await startRuntime({ speed: 100, verifySignatures: true })));
afterAll(() => runtime.close());

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const optionsFor = (credentials: Credentials) => ({
  ...{ endpoint: runtime.endpoint, region: runtime.region, maxAttempts: 1 },
  credentials,
});

const own = { accessKeyId: 'local', secretAccessKey: 'local' };

interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** A call of each service and protocol, by the service’s signing name. */
const calls: Readonly<Record<string, (credentials: Credentials) => Promise<Answer>>> = {
  events: (by) => new EventBridgeClient(optionsFor(by)).send(new ListEventBusesCommand({})),
  ssm: (by) =>
    new SSMClient(optionsFor(by)).send(new GetParameterCommand({ Name: '/groundswell/allowed-documents' })),
  dynamodb: (by) => new DynamoDBClient(optionsFor(by)).send(new ListTablesCommand({})),
  sqs: (by) => new SQSClient(optionsFor(by)).send(new ListQueuesCommand({})),
  sns: (by) => new SNSClient(optionsFor(by)).send(new ListTopicsCommand({})),
  sts: (by) => new STSClient(optionsFor(by)).send(new GetCallerIdentityCommand({})),
  drs: (by) => new DrsClient(optionsFor(by)).send(new DescribeJobsCommand({})),
  lambda: (by) =>
    new LambdaClient(optionsFor(by)).send(
      new GetFunctionConcurrencyCommand({ FunctionName: 'groundswell-launch-wave' }),
    ),
  monitoring: (by) => new CloudWatchClient(optionsFor(by)).send(new DescribeAlarmsCommand({})),
};

const names = Object.keys(calls);
const call = (name: string, by: Credentials): Promise<Answer> => calls[name]!(by);

/** Services of the Query protocol, and SQS, whose clients go by its codes. */
const goesByOlderCodes = ['sns', 'sts', 'sqs'];

const requestId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each(names)('%s', (name) => {
  it('answers whoever signs with a secret of the runtime, and names the request', async () => {
    expect((await call(name, own)).$metadata.requestId).toMatch(requestId);
  });

  it('refuses another secret, and names the request', async () => {
    await expect(call(name, { ...own, secretAccessKey: 'guessed' })).rejects.toMatchObject({
      name: goesByOlderCodes.includes(name) ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
      $metadata: { requestId: expect.stringMatching(requestId) },
    });
  });

  it('refuses a key of nobody here', async () => {
    const error: unknown = await call(name, { ...own, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      name: goesByOlderCodes.includes(name) ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });
});

describe('a session', () => {
  const assume = async () => {
    const { Credentials: given } = await new STSClient(optionsFor(own)).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::444455556666:role/r', RoleSessionName: 'signed' }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  };

  it.each(names)('calls %s with the keys that it was given', async (name) => {
    // Another account has no such parameter and no such function, which is for its services to say.
    await call(name, await assume()).catch((error: unknown) =>
      expect(error).toMatchObject({
        name: name === 'lambda' ? 'ResourceNotFoundException' : 'ParameterNotFound',
      }),
    );
  });

  it('is nobody without its token, with another account’s, or with another secret', async () => {
    const session = await assume();
    const { accessKeyId, secretAccessKey } = session;
    const other = { ...session, accessKeyId: accessKeyFor('777788889999', () => 0) };
    for (const by of [{ accessKeyId, secretAccessKey }, other])
      await expect(call('sts', by)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(call('sts', { ...session, secretAccessKey: 'local' })).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await expect(call('sts', { ...own, sessionToken: session.sessionToken })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('a request without a signature', () => {
  const post = (headers: Record<string, string>, body: string, path = '/') =>
    fetch(`${runtime.endpoint}${path}`, { method: 'POST', headers, body });

  it('is refused in JSON', async () => {
    const answer = await post(
      { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' },
      '{}',
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(requestId);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('is refused by SQS under the code that its older protocol has', async () => {
    const answer = await post({ 'x-amz-target': 'AmazonSQS.ListQueues' }, '{}');
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-query-error')).toBe('MissingAuthenticationToken;Sender');
  });

  it('is refused in the Query protocol', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const unsigned = await post(form, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(unsigned.status).toBe(403);
    expect(await unsigned.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    const authorization =
      'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host';
    const answer = await post({ ...form, authorization }, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(answer.status).toBe(400);
    const body = await answer.text();
    expect(body).toMatch(/<Code>IncompleteSignature<\/Code>.*requires 'Signature' parameter/s);
    expect(body).toContain(`<RequestId>${answer.headers.get('x-amzn-requestid') ?? ''}</RequestId>`);
  });

  it('is refused in EC2’s dialect', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const day = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const authorization = `AWS4-HMAC-SHA256 Credential=local/${day.slice(0, 8)}/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await post({ ...form, authorization, 'x-amz-date': day }, 'Action=DescribeInstances');
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('<Response><Errors><Error><Code>AuthFailure</Code>');
  });
});

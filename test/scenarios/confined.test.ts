import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeAutomationExecutionsCommand,
  GetAutomationExecutionCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime, type RuntimeEvent } from '../../infra/local/runtime.ts';
import { chooseScenario } from '../../services/faces/cli/scenario-file.ts';
import { readPlanFile } from '../../services/faces/cli/plan-file.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';

const planFile = 'contracts/plans/everything.yaml';
const canary = 'canary8d1f4c';
const hubRegion = 'eu-west-1';
const targetRegion = 'eu-central-1';

let runtime: Runtime;
let receiver: Receiver;
const events: RuntimeEvent[] = [];
const said: string[] = [];
const answers: string[] = [];
/** Temporary credentials of assumed roles, as they are shown to AWS. */
const sessionTokens = new Set<string>();
/** Region and service of each call as they are signed, which AWS checks. */
const called = new Set<string>();

const hear = (headers: Readonly<Record<string, unknown>>): void => {
  const scope = /Credential=[^/]+\/\d{8}\/([\w-]+\/[\w-]+)\/aws4_request/;
  const [, place] = scope.exec(String(headers['authorization'])) ?? [];
  if (place !== undefined) called.add(place);
  const token = headers['x-amz-security-token'];
  if (typeof token === 'string') sessionTokens.add(token);
};

/** What every client of this process sends, the SDK's and fetch alike, is told on these channels of Node. */
const channels = {
  'http.client.request.start': (message: unknown) =>
    hear((message as { readonly request: ClientRequest }).request.getHeaders()),
  'undici:request:create': (message: unknown) => {
    const { headers } = (message as { readonly request: { readonly headers: string | string[] } }).request;
    const flat = Array.isArray(headers) ? headers : headers.split(/\r\n|: /);
    hear(Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []))));
  },
};

const local = () => ({
  endpoint: runtime.endpoint,
  region: runtime.region,
  credentials: { accessKeyId: 'local', secretAccessKey: canary },
});

const plantSecrets = async (): Promise<void> => {
  const ssm = new SSMClient(local());
  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
  await put('/hooks/url', `${receiver.address}/${canary}`);
  await put('/hooks/token', canary);
  const channel = { kind: 'webhook', url: 'ssm:/hooks/url', bearer: 'ssm:/hooks/token' };
  const rules = { channels: { ticket: channel }, rules: [{ channels: ['ticket'] }] };
  await put('/groundswell/notify', JSON.stringify(rules));
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', canary);
};

/** The sample of everything, whose check is given the addresses of the recovered machines too. */
const planWithAddresses = () => {
  const plan = readPlanFile(planFile);
  const text = JSON.stringify(plan).replace(
    '"${servers.instanceIds}"]',
    '"${servers.instanceIds}","${servers.privateAddresses}"]',
  );
  return JSON.parse(text) as typeof plan;
};

const ask = async (path: string, body?: unknown): Promise<void> => {
  const answer = await fetch(`${runtime.endpoint}/api/${path}`, {
    headers: { authorization: `Bearer ${canary}`, cookie: canary, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  answers.push(await answer.text());
};

const drill = async (): Promise<void> => {
  const operator = awsOperatorPorts({ ...local(), busName: 'groundswell', tableName: 'groundswell-state' });
  const plan = planWithAddresses();
  await putPlan(operator.store, plan, '2026-11-23T08:00:00.000Z');
  const ending = () =>
    new Promise<void>((resolve) => {
      runtime.subscribe((event) => {
        if (/^Execution(Completed|Failed|Cancelled|Rejected)$/.test(event['detail-type'])) resolve();
      });
    });
  runtime.subscribe((event) => void events.push(event));
  for (const planId of [plan.planId, 'nowhere']) {
    const ended = ending();
    await operator.say('ExecutionRequested', { planId, mode: 'DRILL', requestId: planId });
    await ended;
  }
};

beforeAll(async () => {
  for (const [channel, listener] of Object.entries(channels)) subscribe(channel, listener);
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
  receiver = await startReceiver();
  const scenario = chooseScenario(undefined, planFile);
  runtime = await startRuntime({ speed: 400, scenario, region: hubRegion, logLevel: 'DEBUG' });
  await plantSecrets();
  await runtime.warm();
  await drill();
  await ask('executions');
  await ask(`executions?token=${canary}`);
  await ask('executions', { planId: 'everything', mode: 'DRILL', password: canary });
}, 240_000);

afterAll(async () => {
  await runtime.close();
  await receiver.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const [channel, listener] of Object.entries(channels)) unsubscribe(channel, listener);
});

const items = async (): Promise<string> => {
  const { Items = [] } = await new DynamoDBClient(local()).send(
    new ScanCommand({ TableName: 'groundswell-state' }),
  );
  return JSON.stringify(Items);
};

/** The addresses of recovered machines, which SSM was given as parameters of a runbook. */
const addresses = async (): Promise<readonly string[]> => {
  const ssm = new SSMClient(local());
  const { AutomationExecutionMetadataList: list = [] } = await ssm.send(
    new DescribeAutomationExecutionsCommand({}),
  );
  const runs = await Promise.all(
    list.map(({ AutomationExecutionId }) =>
      ssm.send(new GetAutomationExecutionCommand({ AutomationExecutionId })),
    ),
  );
  return runs
    .flatMap(({ AutomationExecution }) => AutomationExecution?.Parameters?.['InstanceIds'] ?? [])
    .filter((value) => /^[\d.]+$/.test(value));
};

describe('a drill in two accounts and Regions', () => {
  it('completes, with its receivers told and its roles assumed', async () => {
    expect(events.map((event) => event['detail-type'])).toContain('ExecutionCompleted');
    await expect.poll(() => receiver.taken.length, { timeout: 50_000 }).toBeGreaterThan(3);
    expect(receiver.asked[0]?.path).toContain(canary);
    expect(sessionTokens.size).toBeGreaterThan(0);
  });

  it('calls the other Region for DRS, its quotas, its machines, its alarms and its functions alone, and no third one', () => {
    const inRegion = (region: string) =>
      [...called].filter((scope) => scope.startsWith(`${region}/`)).map((scope) => scope.split('/')[1]);
    expect(inRegion(targetRegion).sort()).toEqual(['drs', 'ec2', 'lambda', 'monitoring', 'servicequotas']);
    expect(inRegion(hubRegion)).toEqual(
      expect.arrayContaining(['dynamodb', 'drs', 'ec2', 'events', 'sqs', 'ssm', 'sts']),
    );
    expect([...called].filter((scope) => !/^eu-(west|central)-1\//.test(scope))).toEqual([]);
  });

  it.each([
    ['the log', () => said.join(''), /request refused/],
    ['an event', () => JSON.stringify(events), /DRSJobCompleted/],
    ['an item', items, /exec-/],
    ['an answer of the API', () => answers.join('\n'), /everything/],
  ])('writes no secret and no address of a machine into %s', async (_where, read, proof) => {
    const text = await read();
    expect(text).toMatch(proof);
    const machines = await addresses();
    expect(machines.length).toBeGreaterThan(0);
    for (const secret of [canary, ...sessionTokens, ...machines]) expect(text).not.toContain(secret);
  });
});

import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { livePattern } from '../../contracts/catalogue.ts';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { runCommand } from '../support/terminal.ts';

const canary = 'canary8d1f4c';
let runtime: Runtime;
let receiver: Receiver;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const options = () => ({ endpoint: runtime.endpoint, region: runtime.region, credentials });

beforeAll(async () => {
  // The schedule's five minutes pass in a third of a second, the day after which a notice is given up in a minute and a half.
  runtime = await startRuntime({ speed: 900 });
  receiver = await startReceiver();
  const ssm = new SSMClient(options());
  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
  await put('/hooks/ticket', `${receiver.address}/${canary}`);
  const channels = { ticket: { kind: 'webhook', url: 'ssm:/hooks/ticket' } };
  await put('/groundswell/notify', JSON.stringify({ channels, rules: [{ channels: ['ticket'] }] }));
  await runtime.warm();
}, 120_000);
afterAll(async () => {
  await runtime.close();
  await receiver.close();
});

/** Asks for a plan that there is not; the refusal is worth a message. */
const ask = (requestId: string) =>
  awsOperatorPorts({ ...options(), busName: 'groundswell', tableName: 'groundswell-state' }).say(
    'ExecutionRequested',
    {
      ...{ requestId, planId: 'nowhere', mode: 'DRILL', requestedBy: 'the-operator' },
    },
  );
const takenAbout = (requestId: string) =>
  receiver.taken.filter(({ text }) => text.includes(executionIdOf(requestId)));

const run = async (...args: string[]) => (await runCommand(...args, '--endpoint', runtime.endpoint)).text;

it(
  'a receiver that was down is told once when it is back, and a replay tells nobody',
  { timeout: 240_000 },
  async () => {
    receiver.mood = { status: 503 };
    await ask('while-down');
    await expect.poll(() => run('status'), { timeout: 60_000 }).toContain('Undelivered notices: 1 waiting');
    receiver.mood = 'well';
    await expect.poll(() => takenAbout('while-down').length, { timeout: 60_000 }).toBe(1);
    await ask('while-up');
    await expect.poll(() => takenAbout('while-up').length, { timeout: 60_000 }).toBe(1);

    const events = new EventBridgeClient(options());
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: 'groundswell' }));
    const asked = receiver.asked.length;
    await events.send(
      new StartReplayCommand({
        ReplayName: 'everything',
        EventSourceArn: archive.ArchiveArn,
        EventStartTime: new Date(runtime.now() - 7 * 24 * 3_600_000),
        EventEndTime: new Date(runtime.now()),
        Destination: { Arn: archive.EventSourceArn },
      }),
    );
    const state = async () =>
      (await events.send(new DescribeReplayCommand({ ReplayName: 'everything' }))).State;
    await expect.poll(state, { timeout: 60_000 }).toBe('COMPLETED');
    await ask('after-the-replay');
    await expect.poll(() => takenAbout('after-the-replay').length, { timeout: 60_000 }).toBe(1);
    expect(receiver.asked.length).toBe(asked + 1);
  },
);

it('an API destination tells without a function, live events only', { timeout: 240_000 }, async () => {
  receiver.mood = 'well';
  receiver.forget();
  const events = new EventBridgeClient(options());
  const { ConnectionArn } = await events.send(
    new CreateConnectionCommand({
      Name: 'chat',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: canary } },
    }),
  );
  const { ApiDestinationArn } = await events.send(
    new CreateApiDestinationCommand({
      ...{ Name: 'chat', ConnectionArn, HttpMethod: 'POST' },
      InvocationEndpoint: `${receiver.address}/chat`,
    }),
  );
  const [Rule, EventBusName] = ['tell-the-chat', 'groundswell'];
  const EventPattern = JSON.stringify(livePattern(['ExecutionRejected']));
  await events.send(new PutRuleCommand({ Name: Rule, EventBusName, EventPattern }));
  const target = {
    ...{ Id: 'chat', Arn: ApiDestinationArn, RoleArn: `arn:aws:iam::${runtime.account}:role/tell-the-chat` },
    InputTransformer: {
      InputPathsMap: { plan: '$.detail.data.planId' },
      InputTemplate: '{"text":"A request to run <plan> was refused."}',
    },
  };
  await events.send(new PutTargetsCommand({ Rule, EventBusName, Targets: [target] }));
  await ask('for-the-chat');
  const told = () => receiver.taken.filter(({ path }) => path === '/chat');
  await expect.poll(() => told().length, { timeout: 60_000 }).toBe(1);
  await expect.poll(() => takenAbout('for-the-chat').length, { timeout: 60_000 }).toBe(1);
  expect(told()).toMatchObject([
    { headers: { 'x-key': canary }, text: '{"text":"A request to run nowhere was refused."}' },
  ]);
});

it(
  'what is refused for good is parked with its reason, shown, and told when an operator says so',
  { timeout: 240_000 },
  async () => {
    receiver.mood = { status: 404 };
    await ask('refused');
    await expect
      .poll(() => run('notices'), { timeout: 60_000 })
      .toMatch(/given-up +ticket +ExecutionRejected .*the receiver answered 404/);
    const sqs = new SQSClient(options());
    const QueueUrl = `${runtime.endpoint}/${runtime.account}/groundswell-parked`;
    const parked: Message[] = [];
    await expect
      .poll(
        async () => {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
          );
          return parked.push(...Messages);
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(0);
    expect(parked.map(({ Body = '' }) => JSON.parse(Body) as unknown)).toMatchObject([
      { service: 'notify', reason: 'the receiver answered 404', delivery: { channelId: 'ticket' } },
    ]);
    expect(JSON.stringify(parked)).not.toContain(canary);
    const shown = await (await fetch(`${runtime.endpoint}/api/notices`)).json();
    expect(shown).toMatchObject({
      notices: expect.arrayContaining([expect.objectContaining({ state: 'given-up', channel: 'ticket' })]),
    });
    receiver.mood = 'well';
    await run('notices', '--again');
    await expect.poll(() => takenAbout('refused').length, { timeout: 60_000 }).toBe(1);
    await expect.poll(() => run('notices'), { timeout: 60_000 }).toBe('No undelivered notices.');
  },
);

import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscribe } from '../../contracts/subscribe.ts';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
}, 120_000);
afterAll(() => runtime.close());

/** The recipe for a subscriber in another account and Region, step by step as the README has it. */
it('a bus of another team gets the events that it asked for, and its subscriber reads them', async () => {
  const { endpoint, region, account } = runtime;
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const [events, sqs] = [new EventBridgeClient(options), new SQSClient(options)];
  const got: unknown[] = [];
  const { pattern, handler } = subscribe(['ExecutionRejected'], async ({ type, data }) => {
    got.push([type, data.planId, data.faults.length > 0]);
  });

  // In the subscriber's account: a bus that lets the hub's account in.
  const bus = await events.send(new CreateEventBusCommand({ Name: 'reporting' }));
  await events.send(
    new PutPermissionCommand({
      EventBusName: 'reporting',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'FromGroundswell',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'events:PutEvents',
            Resource: bus.EventBusArn,
            Condition: { StringEquals: { 'events:source': 'groundswell' } },
          },
        ],
      }),
    }),
  );
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'reporting' }));
  const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await events.send(
    new PutRuleCommand({ Name: 'read', EventBusName: 'reporting', EventPattern: JSON.stringify(pattern) }),
  );
  await events.send(
    new PutTargetsCommand({
      Rule: 'read',
      EventBusName: 'reporting',
      Targets: [{ Id: 'queue', Arn: queue.Attributes?.['QueueArn'] }],
    }),
  );

  // In the hub's account: a rule towards that bus.
  await events.send(
    new PutRuleCommand({
      Name: 'to-reporting',
      EventBusName: 'groundswell',
      EventPattern: JSON.stringify(pattern),
    }),
  );
  await events.send(
    new PutTargetsCommand({
      Rule: 'to-reporting',
      EventBusName: 'groundswell',
      Targets: [
        { Id: 'reporting', Arn: bus.EventBusArn, RoleArn: `arn:aws:iam::${account}:role/to-reporting` },
      ],
    }),
  );

  const operator = awsOperatorPorts({
    endpoint,
    region,
    busName: 'groundswell',
    tableName: 'groundswell-state',
  });
  const requestId = 'from-elsewhere';
  await operator.say('ExecutionRequested', {
    requestId,
    planId: 'nowhere',
    mode: 'DRILL',
    requestedBy: 'the-operator',
  });

  const received: string[] = [];
  await expect
    .poll(
      async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
        received.push(...Messages.map(({ Body = '' }) => Body));
        return received.length;
      },
      { timeout: 100_000 },
    )
    .toBe(1);
  await handler(JSON.parse(received[0]!));
  expect(got).toEqual([['ExecutionRejected', 'nowhere', true]]);
  expect(received[0]).toContain(executionIdOf(requestId));
  const { Policy = '' } = await events.send(new DescribeEventBusCommand({ Name: 'reporting' }));
  expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Sid: 'FromGroundswell', Effect: 'Allow' }] });
}, 120_000);

/** The recipe for a subscriber in another account of the same Region. */
it('a queue of another team gets the events that it asked for from the bus itself', async () => {
  const { endpoint, region, account } = runtime;
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const [events, sqs] = [new EventBridgeClient(options), new SQSClient(options)];
  const { pattern } = subscribe(['ExecutionRejected'], async () => undefined);
  const role = `arn:aws:iam::${account}:role/to-ledger`;

  // In the subscriber's account: a queue that lets the role of the hub's account in.
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'ledger' }));
  const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Arn = queue.Attributes?.['QueueArn'];
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: role }, Action: 'sqs:SendMessage', Resource: Arn }],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));

  // In the hub's account: a rule towards that queue, with the role.
  const rule = { EventBusName: 'groundswell' };
  await events.send(
    new PutRuleCommand({ ...rule, Name: 'to-ledger', EventPattern: JSON.stringify(pattern) }),
  );
  await events.send(
    new PutTargetsCommand({ ...rule, Rule: 'to-ledger', Targets: [{ Id: 'ledger', Arn, RoleArn: role }] }),
  );

  const operator = awsOperatorPorts({
    ...{ endpoint, region },
    busName: 'groundswell',
    tableName: 'groundswell-state',
  });
  const requestId = 'from-the-ledger';
  await operator.say('ExecutionRequested', {
    ...{ requestId, planId: 'nowhere', mode: 'DRILL', requestedBy: 'the-operator' },
  });
  await expect
    .poll(async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body, {
      timeout: 100_000,
    })
    .toContain(executionIdOf(requestId));
}, 120_000);

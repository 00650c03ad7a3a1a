import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';

let runtime: Runtime;
beforeAll(async () => void (runtime = await startRuntime({ speed: 100 })));
afterAll(() => runtime.close());

it('a rule hands events to a FIFO queue in the group that its target names', async () => {
  const options = {
    ...{ endpoint: runtime.endpoint, region: runtime.region },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const [events, sqs] = [new EventBridgeClient(options), new SQSClient(options)];
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'line.fifo', Attributes }));
  await events.send(new PutRuleCommand({ Name: 'line', EventPattern: '{"source":["shop"]}' }));
  const target = {
    Id: 'line',
    Arn: `arn:aws:sqs:${runtime.region}:${runtime.account}:line.fifo`,
    SqsParameters: { MessageGroupId: 'orders' },
  };
  await events.send(new PutTargetsCommand({ Rule: 'line', Targets: [target] }));
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{"number":1}' }] }),
  );
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      ...{ QueueUrl, WaitTimeSeconds: 20 },
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  expect(JSON.parse(Messages?.[0]?.Body ?? '{}')).toMatchObject({ detail: { number: 1 } });
  expect(Messages?.[0]?.Attributes).toEqual({ MessageGroupId: 'orders' });
  events.destroy();
  sqs.destroy();
});

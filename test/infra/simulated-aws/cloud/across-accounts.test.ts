import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutPermissionCommand, CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import {
  type Clients,
  clientsOf,
  home,
  ireland,
  letIn,
  other,
  roleIn,
  tableNamed,
  virginia,
} from './fixture.ts';

const third = '777788889999';
const echo = { name: 'echo', timeoutMs: 1_000, account: other, load: async () => async () => 'heard' };
const closed = { ...echo, name: 'closed' };

let aws: SimulatedAws;
let [ours, theirs, thirds]: Clients[] = [];
beforeAll(async () => {
  aws = await createSimulatedAws({
    speed: 20,
    functions: [
      {
        ...echo,
        policy: [letIn(home, 'lambda:InvokeFunction')],
      },
      closed,
    ],
  });
  [ours, theirs, thirds] = await Promise.all([home, other, third].map((account) => clientsOf(aws, account)));
});
afterAll(() => aws.close());

const bodies = async (by: Clients, url: string, waitSeconds?: number): Promise<readonly unknown[]> =>
  (await by.received(url, waitSeconds)).map(({ Body = '' }) => JSON.parse(Body) as unknown);

const admit = (by: Clients, EventBusName: string, Principal: string) =>
  by.events.send(
    new PutPermissionCommand({
      EventBusName,
      Principal,
      Action: 'events:PutEvents',
      StatementId: `of-${Principal}`,
    }),
  );

const busOf = async (by: Clients, Name: string, ...admitted: readonly string[]): Promise<string> => {
  const { EventBusArn = '' } = await by.events.send(new CreateEventBusCommand({ Name }));
  for (const account of admitted) await admit(by, Name, account);
  return EventBusArn;
};

/** A queue that gets everything of a bus. */
const earOf = async (by: Clients, bus: string): Promise<string> => {
  const { url, arn } = await by.queue(`ear-of-${bus}`);
  await by.rule('ear', { Arn: arn }, { source: ['shop'] }, bus);
  return url;
};

describe('a call for the bus of another account', () => {
  it('is refused until the policy of that bus lets its caller in', async () => {
    const bus = await busOf(theirs!, 'direct');
    const ear = await earOf(theirs!, 'direct');
    await expect(ours!.say('{"n":1}', bus)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('no resource-based policy allows the events:PutEvents action'),
    });
    await admit(theirs!, 'direct', home);
    expect(await ours!.say('{"n":2}', bus)).toMatchObject({ FailedEntryCount: 0 });
    expect(await bodies(theirs!, ear)).toMatchObject([{ account: home, region: ireland, detail: { n: 2 } }]);
    await expect(thirds!.say('{"n":3}', bus)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('takes no bus of another Region', async () => {
    const there = await clientsOf(aws, home, virginia);
    const { Entries } = await ours!.say('{}', await busOf(there, 'far'));
    expect(Entries).toMatchObject([{ ErrorCode: 'InvalidArgument' }]);
  });
});

describe('a rule whose target is a bus', () => {
  it('of another account or Region names a role', async () => {
    for (const Arn of [theirs!.busArn('default'), (await clientsOf(aws, home, virginia)).busArn('default')])
      await expect(ours!.rule('no-role', { Arn })).rejects.toMatchObject({
        name: 'ValidationException',
        message: `RoleArn is required for target ${Arn}.`,
      });
  });

  it('of another account hands on what the bus lets in, in the name of the sender', async () => {
    await busOf(ours!, 'sending');
    const open = await busOf(theirs!, 'open', home);
    const ear = await earOf(theirs!, 'open');
    const shut = await busOf(theirs!, 'shut');
    const letters = await ours!.queue('refused-letters');
    const source = { source: ['shop'] };
    await ours!.rule('to-open', { Arn: open, RoleArn: roleIn(home) }, source, 'sending');
    await ours!.rule(
      'to-shut',
      { Arn: shut, RoleArn: roleIn(home), DeadLetterConfig: { Arn: letters.arn } },
      source,
      'sending',
    );
    await ours!.say('{"n":4}', 'sending');
    expect(await bodies(theirs!, ear)).toMatchObject([{ account: home, region: ireland, detail: { n: 4 } }]);
    const [letter] = await ours!.received(letters.url);
    expect(letter?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      TARGET_ARN: { StringValue: shut },
    });
  });

  it('of another Region hands on without any policy of its own account', async () => {
    const there = await clientsOf(aws, home, virginia);
    const far = await busOf(there, 'regional');
    const ear = await earOf(there, 'regional');
    await busOf(ours!, 'local');
    await ours!.rule('to-far', { Arn: far, RoleArn: roleIn(home) }, { source: ['shop'] }, 'local');
    await ours!.say('{"n":5}', 'local');
    expect(await bodies(there, ear)).toMatchObject([{ account: home, region: ireland, detail: { n: 5 } }]);
  });

  it('hands nothing on that came from another bus', async () => {
    await busOf(ours!, 'a');
    const b = await busOf(theirs!, 'b', home);
    const c = await busOf(thirds!, 'c', other);
    const [earB, earC] = [await earOf(theirs!, 'b'), await earOf(thirds!, 'c')];
    const source = { source: ['shop'] };
    await ours!.rule('a-to-b', { Arn: b, RoleArn: roleIn(home) }, source, 'a');
    await theirs!.rule('b-to-c', { Arn: c, RoleArn: roleIn(other) }, source, 'b');
    await ours!.say('{"n":6}', 'a');
    expect(await bodies(theirs!, earB)).toMatchObject([{ detail: { n: 6 } }]);
    await theirs!.say('{"n":7}', 'b');
    expect(await bodies(thirds!, earC)).toMatchObject([{ account: other, detail: { n: 7 } }]);
    expect(await bodies(thirds!, earC, 1)).toEqual([]);
  });
});

describe('a rule whose target is a queue', () => {
  it('of another account needs a role and the queue’s policy', async () => {
    const open = await theirs!.queue('rule-open', letIn(home, 'sqs:SendMessage'));
    const shut = await theirs!.queue('rule-shut');
    const letters = await ours!.queue('rule-letters');
    await busOf(ours!, 'to-queues');
    const pattern = { source: ['shop'] };
    await expect(ours!.rule('no-role', { Arn: open.arn }, pattern, 'to-queues')).rejects.toMatchObject({
      message: `RoleArn is required for target ${open.arn}.`,
    });
    const RoleArn = roleIn(home);
    await ours!.rule('to-open', { Arn: open.arn, RoleArn }, pattern, 'to-queues');
    const DeadLetterConfig = { Arn: letters.arn };
    await ours!.rule('to-shut', { Arn: shut.arn, RoleArn, DeadLetterConfig }, pattern, 'to-queues');
    await ours!.say('{"n":8}', 'to-queues');
    expect(await bodies(theirs!, open.url)).toMatchObject([{ account: home, detail: { n: 8 } }]);
    expect((await ours!.received(letters.url))[0]?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe(
      'NO_PERMISSIONS',
    );
    expect(await bodies(theirs!, shut.url, 1)).toEqual([]);
  });

  it('is in the Region of its rule', async () => {
    const { arn } = await (await clientsOf(aws, home, virginia)).queue('distant');
    await expect(ours!.rule('distant', { Arn: arn, RoleArn: roleIn(home) })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('is not in the Region of its rule'),
    });
  });
});

describe('a queue of another account', () => {
  it('takes messages from whom its policy lets in, and is found by its owner', async () => {
    const open = await theirs!.queue('inbox', letIn(home, 'sqs:*'));
    const asked = new GetQueueUrlCommand({ QueueName: 'inbox', QueueOwnerAWSAccountId: other });
    expect((await ours!.sqs.send(asked)).QueueUrl).toBe(open.url);
    await ours!.sqs.send(new SendMessageCommand({ QueueUrl: open.url, MessageBody: '{"from":"home"}' }));
    expect(await bodies(theirs!, open.url)).toEqual([{ from: 'home' }]);
    await expect(thirds!.sqs.send(asked)).rejects.toMatchObject({ name: 'AccessDenied' });
    const receive = new ReceiveMessageCommand({ QueueUrl: open.url });
    await expect(thirds!.sqs.send(receive)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('stays its owner’s, whatever its policy says', async () => {
    const { url } = await theirs!.queue('owned', letIn(home, 'sqs:*'));
    await expect(ours!.sqs.send(new DeleteQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(await bodies(theirs!, url, 0)).toEqual([]);
  });
});

describe('a topic of another account', () => {
  const topicOf = async (by: Clients, Name: string, policy?: object): Promise<string> => {
    const Attributes = policy && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [policy] }) };
    return (await by.sns.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn ?? '';
  };
  const say = (TopicArn: string) => new PublishCommand({ TopicArn, Message: '{"n":9}' });

  it('is published to and subscribed to by whom its policy lets in', async () => {
    const TopicArn = await topicOf(theirs!, 'news', letIn(home, 'sns:*'));
    const { url, arn } = await ours!.queue('news', {
      ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
      ...{ Resource: '*', Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } } },
    });
    const raw = { Attributes: { RawMessageDelivery: 'true' } };
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, ...raw });
    await ours!.sns.send(subscribe);
    await ours!.sns.send(say(TopicArn));
    expect(await bodies(ours!, url)).toEqual([{ n: 9 }]);
    for (const command of [subscribe, say(TopicArn)])
      await expect(thirds!.sns.send(command as PublishCommand)).rejects.toMatchObject({
        name: 'AuthorizationErrorException',
      });
  });

  it('reaches queues of other accounts and Regions whose policy lets SNS in, and no others', async () => {
    const TopicArn = await topicOf(theirs!, 'wide', letIn(home, 'sns:Subscribe'));
    const service = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: '*',
      Resource: '*',
    };
    const [far, shut] = [await clientsOf(aws, home, virginia), ours!];
    const queues = [await far.queue('wide', service), await shut.queue('wide-shut')];
    for (const { arn } of queues)
      await ours!.sns.send(
        new SubscribeCommand({
          ...{ TopicArn, Protocol: 'sqs', Endpoint: arn },
          Attributes: { RawMessageDelivery: 'true' },
        }),
      );
    await theirs!.sns.send(say(TopicArn));
    expect(await bodies(far, queues[0]!.url)).toEqual([{ n: 9 }]);
    expect(await bodies(shut, queues[1]!.url, 1)).toEqual([]);
  });

  it('is not one of another Region', async () => {
    const TopicArn = await topicOf(await clientsOf(aws, home, virginia), 'far');
    await expect(ours!.sns.send(say(TopicArn))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a function of another account', () => {
  const arnOf = (name: string, region: string = ireland) =>
    `arn:aws:lambda:${region}:${other}:function:${name}`;
  const invoke = (FunctionName: string) => new InvokeCommand({ FunctionName });

  it('is invoked by its ARN where its policy lets the caller in', async () => {
    for (const name of [arnOf('echo'), `${other}:function:echo`]) {
      const { Payload } = await ours!.lambda.send(invoke(name));
      expect(Buffer.from(Payload ?? []).toString()).toBe('"heard"');
    }
    await expect(ours!.lambda.send(invoke(arnOf('closed')))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(thirds!.lambda.send(invoke(arnOf('echo')))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('is not reached from another Region', async () => {
    await expect(theirs!.lambda.send(invoke(arnOf('echo', virginia)))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Functions from '${virginia}' are not reachable in this region ('${ireland}')`,
    });
  });
});

describe('tables and secrets of another account', () => {
  it('are refused, since their resource policies are not simulated', async () => {
    await theirs!.dynamodb.send(tableNamed('ledger'));
    const TableName = `arn:aws:dynamodb:${ireland}:${other}:table/ledger`;
    await expect(
      ours!.dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: '1' } } })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { ARN } = await theirs!.secrets('CreateSecret', { Name: 'key', SecretString: 'x' });
    expect(await ours!.secrets('GetSecretValue', { SecretId: ARN })).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining(
        'no resource-based policy allows the secretsmanager:GetSecretValue action',
      ),
    });
    expect(await theirs!.secrets('GetSecretValue', { SecretId: ARN })).toMatchObject({ SecretString: 'x' });
  });
});

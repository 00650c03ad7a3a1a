import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import {
  busFixture,
  createBus,
  entry,
  eventsIn,
  ordersFixture,
  putEvents,
  putRule,
  queueArn,
  ruleArn,
} from './fixture.ts';

const EventPattern = '{"source":["shop"]}';

const put = (client: EventBridgeClient, input: Partial<PutRuleCommand['input']> = {}) =>
  client.send(new PutRuleCommand({ Name: 'all', EventPattern, ...input }));

const putTargets = (client: EventBridgeClient, ...Targets: readonly Partial<Target>[]) =>
  client.send(
    new PutTargetsCommand({
      Rule: 'all',
      Targets: Targets.map((target) => ({ Id: 'queue', Arn: queueArn('all'), ...target })),
    }),
  );

describe('a rule', () => {
  it('is described as it was put', async () => {
    const { client } = await ordersFixture();
    const { RuleArn } = await put(client, {
      EventBusName: 'orders',
      Description: 'All of it',
      State: 'DISABLED',
    });
    expect(RuleArn).toBe(ruleArn('orders/all'));
    expect(await client.send(new DescribeRuleCommand({ Name: 'all', EventBusName: 'orders' }))).toMatchObject(
      {
        Name: 'all',
        Arn: ruleArn('orders/all'),
        EventPattern,
        State: 'DISABLED',
        Description: 'All of it',
        EventBusName: 'orders',
        CreatedBy: '111122223333',
      },
    );
  });

  it('has no bus name in its ARN on the default bus', async () => {
    const { client } = busFixture();
    expect((await put(client)).RuleArn).toBe(ruleArn('all'));
  });

  it('keeps its targets when it is put again', async () => {
    const { client } = busFixture();
    await put(client);
    await putTargets(client, {});
    await put(client, { EventPattern: '{"source":["store"]}' });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }));
    expect(Targets).toEqual([{ Id: 'queue', Arn: queueArn('all') }]);
  });

  it('takes events only while it is enabled', async () => {
    const { client, clock, delivered } = await ordersFixture();
    const all = { Name: 'all', EventBusName: 'orders' };
    await client.send(new DisableRuleCommand(all));
    await putEvents(client, entry({ order: 1 }));
    await client.send(new EnableRuleCommand(all));
    await putEvents(client, entry({ order: 2 }));
    await clock.advance(0);
    expect(eventsIn(delivered).map((event) => event.detail)).toEqual([{ order: 2 }]);
  });

  it('is not deleted while it has targets', async () => {
    const { client } = busFixture();
    await put(client);
    await putTargets(client, {});
    await expect(client.send(new DeleteRuleCommand({ Name: 'all' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    await client.send(new RemoveTargetsCommand({ Rule: 'all', Ids: ['queue'] }));
    await client.send(new DeleteRuleCommand({ Name: 'all' }));
    await expect(client.send(new DescribeRuleCommand({ Name: 'all' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule all does not exist on EventBus default.',
    });
  });

  it('carries tags', async () => {
    const { client } = busFixture();
    await put(client, { Tags: [{ Key: 'team', Value: 'shop' }] });
    const ResourceARN = ruleArn('all');
    await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'stage', Value: 'test' }] }));
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'stage', Value: 'test' }]);
  });

  it.each<[Partial<PutRuleCommand['input']>, string, string]>([
    [{ EventBusName: 'ordrs' }, 'ResourceNotFoundException', 'Event bus ordrs does not exist.'],
    [
      { EventPattern: undefined },
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    ],
    [
      { EventPattern: '{"source":"shop"}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: "source" must be an object or an array',
    ],
    [
      { ScheduleExpression: 'rate(5 minute)' },
      'ValidationException',
      'Parameter ScheduleExpression is not valid.',
    ],
    [
      { ScheduleExpression: 'rate(5 minutes)', EventBusName: 'orders' },
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    ],
    [
      { EventPattern: `{"source":["${'s'.repeat(2_048)}"]}` },
      'LimitExceededException',
      'The requested resource exceeds the maximum number allowed.',
    ],
    [
      { Name: 'all of it' },
      'ValidationException',
      "1 validation error detected: Value 'all of it' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [.\\-_A-Za-z0-9]+",
    ],
  ])('is refused as AWS refuses %j', async (given, name, message) => {
    const { client } = await ordersFixture();
    await expect(put(client, given)).rejects.toMatchObject({ name, message });
  });

  it('may use wildcards on thirty of a bus’s rules, and may be put again then', async () => {
    const { client } = busFixture();
    const wild = '{"source":[{"wildcard":"s*p"}]}';
    for (let index = 0; index < 30; index++) await put(client, { Name: `r${index}`, EventPattern: wild });
    await expect(put(client, { EventPattern: wild })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await put(client, { Name: 'r0', EventPattern: wild });
  });

  it('is one of at most three hundred of its bus', async () => {
    const { client } = busFixture();
    for (let index = 0; index < 300; index++) await put(client, { Name: `r${index}` });
    await expect(put(client)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('lists of rules', () => {
  it('come in pages, in the order of names', async () => {
    const { client } = busFixture();
    for (const Name of ['b-2', 'b-3', 'a-1', 'b-1']) await put(client, { Name });
    const first = await client.send(new ListRulesCommand({ NamePrefix: 'b-', Limit: 2 }));
    expect(first.Rules?.map((rule) => rule.Name)).toEqual(['b-1', 'b-2']);
    const second = await client.send(
      new ListRulesCommand({ NamePrefix: 'b-', Limit: 2, NextToken: first.NextToken }),
    );
    expect(second.Rules?.map((rule) => rule.Name)).toEqual(['b-3']);
    expect(second.NextToken).toBeUndefined();
  });

  it('find rules by target', async () => {
    const { client } = await ordersFixture();
    await putRule(client, 'other', { source: ['shop'] });
    const { RuleNames } = await client.send(
      new ListRuleNamesByTargetCommand({ TargetArn: queueArn('other'), EventBusName: 'orders' }),
    );
    expect(RuleNames).toEqual(['other']);
  });

  it('refuse a token that they did not give', async () => {
    const { client } = busFixture();
    await expect(client.send(new ListRulesCommand({ NextToken: '%' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter NextToken is not valid.',
    });
  });
});

describe('targets', () => {
  it('are five at most, and the sixth changes nothing', async () => {
    const { client } = busFixture();
    await put(client);
    const ids = ['1', '2', '3', '4', '5'];
    await putTargets(client, ...ids.map((Id) => ({ Id })));
    await expect(putTargets(client, { Id: '6' })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }));
    expect(Targets?.map(({ Id }) => Id)).toEqual(ids);
  });

  it('replace the target of the same id', async () => {
    const { client } = busFixture();
    await put(client);
    await putTargets(client, {});
    await putTargets(client, { Arn: queueArn('other') });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }));
    expect(Targets).toEqual([{ Id: 'queue', Arn: queueArn('other') }]);
  });

  it('show what the host’s kinds of targets need', async () => {
    const { client } = busFixture();
    await put(client);
    await putTargets(client, { SqsParameters: { MessageGroupId: 'orders' } });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'all' }));
    expect(Targets?.[0]?.SqsParameters).toEqual({ MessageGroupId: 'orders' });
  });

  it.each<[Partial<Target>, string]>([
    [
      { InputPath: '$.detail', InputTransformer: { InputTemplate: '"a"' } },
      'Only one of Input, InputPath, or InputTransformer must be provided for target queue.',
    ],
    [
      { InputTransformer: { InputPathsMap: { order: '$.detail.order' }, InputTemplate: '"<ordr>"' } },
      'InputTemplate for target queue contains invalid placeholder ordr.',
    ],
    [{ Arn: 'queue' }, 'Parameter queue is not valid. Reason: Provided Arn is not in correct format.'],
    [{ Input: 'hello' }, 'Input for target queue is not valid JSON.'],
    [{ InputPath: 'detail' }, 'InputPath for target queue is not valid: detail'],
    [
      { Id: 'a queue' },
      "1 validation error detected: Value 'a queue' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [.\\-_A-Za-z0-9]+",
    ],
    [
      { RetryPolicy: { MaximumRetryAttempts: 186 } },
      "1 validation error detected: Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185",
    ],
  ])('are refused as AWS refuses %j', async (target, message) => {
    const { client } = busFixture();
    await put(client);
    await expect(putTargets(client, target)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  it('need a rule', async () => {
    const { client } = busFixture();
    await createBus(client, 'orders');
    await expect(putTargets(client, {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule all does not exist on EventBus default.',
    });
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account: '111122223333',
    source: 'shop',
    time: '2026-11-23T10:00:00Z',
    region: 'eu-west-1',
    resources: [],
    'detail-type': 'OrderPlaced',
  };

  const test = async (client: EventBridgeClient, Event: string) =>
    (await client.send(new TestEventPatternCommand({ EventPattern, Event }))).Result;

  it('says whether a pattern matches an event', async () => {
    const { client } = busFixture();
    expect(await test(client, JSON.stringify(event))).toBe(true);
    expect(await test(client, JSON.stringify({ ...event, source: 'store' }))).toBe(false);
  });

  it.each(['shop', '["shop"]', '{"source":"shop"}'])('refuses %s as an event', async (text) => {
    const { client } = busFixture();
    await expect(test(client, text)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter Event is not valid.',
    });
  });
});

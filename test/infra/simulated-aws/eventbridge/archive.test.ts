import {
  type Archive,
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  type EventBridgeClient,
  ListArchivesCommand,
  ListRulesCommand,
  PutRuleCommand,
  RemoveTargetsCommand,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import {
  archiveArn,
  busArn,
  busFixture,
  createBus,
  entry,
  ordersFixture,
  putEvents,
  startAt,
} from './fixture.ts';

const dayMs = 86_400_000;

const create = (client: EventBridgeClient, input: Partial<CreateArchiveCommand['input']> = {}) =>
  client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn('orders'), ...input }));

const describeKept = (client: EventBridgeClient) =>
  client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));

describe('an archive', () => {
  it('is described as it was created and updated', async () => {
    const { client } = await ordersFixture();
    expect(await create(client, { Description: 'Orders', RetentionDays: 7 })).toMatchObject({
      ArchiveArn: archiveArn('kept'),
      State: 'ENABLED',
      CreationTime: new Date(startAt),
    });
    await client.send(new UpdateArchiveCommand({ ArchiveName: 'kept', RetentionDays: 30 }));
    expect(await describeKept(client)).toMatchObject({
      ArchiveName: 'kept',
      EventSourceArn: busArn('orders'),
      Description: 'Orders',
      RetentionDays: 30,
      State: 'ENABLED',
      EventCount: 0,
      SizeBytes: 0,
    });
  });

  it('keeps what its pattern matches, whether or not a rule does', async () => {
    const { client } = busFixture();
    await createBus(client, 'orders');
    await create(client, { EventPattern: '{"detail":{"sum":[{"numeric":[">",100]}]}}' });
    await putEvents(client, entry({ sum: 50 }), entry({ sum: 500 }), entry({ sum: 5_000 }));
    const { EventCount, SizeBytes } = await describeKept(client);
    expect(EventCount).toBe(2);
    expect(SizeBytes).toBeGreaterThan(400);
  });

  it('keeps what comes after its pattern was changed by the new pattern', async () => {
    const { client } = await ordersFixture();
    await create(client, { EventPattern: '{"source":["store"]}' });
    await putEvents(client, entry({}));
    await client.send(new UpdateArchiveCommand({ ArchiveName: 'kept', EventPattern: '{"source":["shop"]}' }));
    await putEvents(client, entry({}));
    expect((await describeKept(client)).EventCount).toBe(1);
  });

  it('is filled by a rule that AWS lists as its own, and lets nobody change', async () => {
    const { client } = await ordersFixture();
    await create(client, { EventPattern: '{"source":["shop"]}' });
    const rule = { Name: 'Events-Archive-kept', EventBusName: 'orders' };
    const { Rules } = await client.send(new ListRulesCommand({ EventBusName: 'orders' }));
    expect(Rules?.map(({ Name, ManagedBy }) => [Name, ManagedBy])).toEqual([
      ['Events-Archive-kept', 'prod.vhs.events.aws.internal'],
      ['all', undefined],
    ]);
    const { EventPattern } = await client.send(new DescribeRuleCommand(rule));
    expect(EventPattern).toBe('{"source":["shop"],"replay-name":[{"exists":false}]}');
    const managed = { name: 'ManagedRuleException' };
    await expect(client.send(new DisableRuleCommand(rule))).rejects.toMatchObject(managed);
    await expect(client.send(new DeleteRuleCommand(rule))).rejects.toMatchObject(managed);
    await expect(client.send(new PutRuleCommand({ ...rule, EventPattern }))).rejects.toMatchObject(managed);
    const Rule = rule.Name;
    await expect(
      client.send(new RemoveTargetsCommand({ Rule, EventBusName: 'orders', Ids: [Rule] })),
    ).rejects.toMatchObject(managed);
  });

  it('forgets what is older than its retention', async () => {
    const { client, clock } = await ordersFixture();
    await create(client, { RetentionDays: 2 });
    await putEvents(client, entry({ order: 1 }));
    await clock.advance(dayMs);
    await putEvents(client, entry({ order: 2 }));
    await clock.advance(dayMs + 60_000);
    expect((await describeKept(client)).EventCount).toBe(1);
    await clock.advance(dayMs);
    expect(await describeKept(client)).toMatchObject({ EventCount: 0, SizeBytes: 0 });
  });

  it('keeps an event for the whole of its retention', async () => {
    const { client, clock } = await ordersFixture();
    await create(client, { RetentionDays: 1 });
    await clock.advance(30_000);
    await putEvents(client, entry({}));
    await clock.advance(dayMs);
    expect((await describeKept(client)).EventCount).toBe(1);
  });

  it('keeps events for ever without a retention', async () => {
    const { client, clock } = await ordersFixture();
    await create(client);
    await putEvents(client, entry({}));
    await clock.advance(3_650 * dayMs);
    expect((await describeKept(client)).EventCount).toBe(1);
  });

  it('is empty when it is created again', async () => {
    const { client } = await ordersFixture();
    await create(client);
    await putEvents(client, entry({}));
    await client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }));
    await create(client);
    expect((await describeKept(client)).EventCount).toBe(0);
  });

  it.each<[Partial<CreateArchiveCommand['input']>, string, string]>([
    [{ EventSourceArn: busArn('ordrs') }, 'ResourceNotFoundException', 'Event bus ordrs does not exist.'],
    [{}, 'ResourceAlreadyExistsException', 'Archive kept already exists.'],
    [
      { ArchiveName: 'other', EventPattern: '{"source":[]}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Empty arrays are not allowed',
    ],
    [
      { ArchiveName: 'k'.repeat(49) },
      'ValidationException',
      `1 validation error detected: Value '${'k'.repeat(49)}' at 'archiveName' failed to satisfy constraint: Member must have length less than or equal to 48`,
    ],
  ])('is refused as AWS refuses %j', async (given, name, message) => {
    const { client } = await ordersFixture();
    await create(client);
    await expect(create(client, given)).rejects.toMatchObject({ name, message });
  });

  it('must exist, and have something to update', async () => {
    const { client } = await ordersFixture();
    const ArchiveName = 'kept';
    const gone = { name: 'ResourceNotFoundException', message: 'Archive kept does not exist.' };
    await expect(describeKept(client)).rejects.toMatchObject(gone);
    await expect(client.send(new DeleteArchiveCommand({ ArchiveName }))).rejects.toMatchObject(gone);
    await expect(client.send(new UpdateArchiveCommand({ ArchiveName }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'At least one of EventPattern, RetentionDays or Description must be provided.',
    });
  });
});

describe('the list of archives', () => {
  it('is filtered by prefix, bus and state', async () => {
    const { client } = await ordersFixture();
    await createBus(client, 'audit');
    await create(client);
    await create(client, { ArchiveName: 'other', EventSourceArn: busArn('audit') });
    const names = async (input: ListArchivesCommand['input']) => {
      const { Archives = [] } = await client.send(new ListArchivesCommand(input));
      return Archives.map((archive: Archive) => archive.ArchiveName);
    };
    expect(await names({})).toEqual(['kept', 'other']);
    expect(await names({ NamePrefix: 'ke' })).toEqual(['kept']);
    expect(await names({ EventSourceArn: busArn('audit') })).toEqual(['other']);
    expect(await names({ State: 'ENABLED' })).toEqual(['kept', 'other']);
    expect(await names({ State: 'DISABLED' })).toEqual([]);
    await expect(names({ EventSourceArn: busArn('ordrs') })).rejects.toThrow(
      'Event bus ordrs does not exist.',
    );
  });
});

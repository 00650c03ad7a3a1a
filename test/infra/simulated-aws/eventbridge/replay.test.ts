import {
  CancelReplayCommand,
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  ListReplaysCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import {
  archiveArn,
  busArn,
  createBus,
  entry,
  eventsIn,
  ordersFixture,
  putEvents,
  putRule,
  ruleArn,
  startAt,
} from './fixture.ts';

const minuteMs = 60_000;
const at = (minutes: number): Date => new Date(startAt + minutes * minuteMs);

/** The bus `orders` with an archive `kept` of all its events. */
const archived = async (setup: Parameters<typeof ordersFixture>[0] = {}) => {
  const fixture = await ordersFixture(setup);
  await fixture.client.send(
    new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn('orders') }),
  );
  return fixture;
};

const start = (client: EventBridgeClient, input: Partial<StartReplayCommand['input']> = {}) =>
  client.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: archiveArn('kept'),
      EventStartTime: at(0),
      EventEndTime: at(60),
      Destination: { Arn: busArn('orders') },
      ...input,
    }),
  );

const describeReplay = (client: EventBridgeClient) =>
  client.send(new DescribeReplayCommand({ ReplayName: 'again' }));

describe('a replay', () => {
  it('sends the events again under its name, between region and resources, and with their own time', async () => {
    const { client, clock, delivered } = await archived();
    await putEvents(client, entry({ order: 1 }));
    await clock.advance(10 * minuteMs);
    await start(client);
    await clock.advance(10 * minuteMs);
    const [first, again] = delivered.map(({ payload }) => payload);
    expect(again).toBe(first?.replace('"resources"', '"replay-name":"again","resources"'));
  });

  it('can give the events new ids, since AWS does not say that it keeps them', async () => {
    const { client, clock, delivered } = await archived({
      replays: { startDelayMs: 0, keepsEventIds: false },
    });
    const [result] = await putEvents(client, entry({ order: 1 }));
    await clock.advance(0);
    await start(client);
    await clock.advance(minuteMs);
    const [first, again] = eventsIn(delivered);
    expect(first?.id).toBe(result?.EventId);
    expect(again?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(again?.id).not.toBe(first?.id);
  });

  it('goes through its states and says how far it is', async () => {
    const { client, clock } = await archived();
    await putEvents(client, entry({ order: 1 }, { Time: at(5) }), entry({ order: 2 }, { Time: at(7) }));
    const started = await start(client, { Description: 'Once more' });
    expect(started).toMatchObject({
      ReplayArn: 'arn:aws:events:eu-west-1:111122223333:replay/again',
      State: 'STARTING',
      ReplayStartTime: at(0),
    });
    expect(await describeReplay(client)).toMatchObject({ State: 'STARTING', Description: 'Once more' });
    await clock.advance(1_050);
    expect(await describeReplay(client)).toMatchObject({ State: 'RUNNING', EventLastReplayedTime: at(5) });
    await clock.advance(minuteMs);
    expect(await describeReplay(client)).toMatchObject({
      State: 'COMPLETED',
      EventSourceArn: archiveArn('kept'),
      Destination: { Arn: busArn('orders') },
      EventStartTime: at(0),
      EventEndTime: at(60),
      EventLastReplayedTime: at(7),
      ReplayEndTime: new Date(startAt + 1_200),
    });
  });

  it('selects events by their own time, both ends included', async () => {
    const { client, clock, delivered } = await archived();
    const minutes = [0, 1, 2, 3, 4];
    await putEvents(client, ...minutes.map((order) => entry({ order }, { Time: at(order) })));
    await clock.advance(0);
    await start(client, { EventStartTime: at(1), EventEndTime: at(3) });
    await clock.advance(minuteMs);
    expect(eventsIn(delivered.slice(5)).map((event) => event.detail['order'])).toEqual([1, 2, 3]);
  });

  it('selects within a minute too', async () => {
    const { client, clock, delivered } = await archived();
    const parts = [0, 0.25, 0.5, 0.75];
    await putEvents(client, ...parts.map((order) => entry({ order }, { Time: at(order) })));
    await clock.advance(0);
    await start(client, { EventStartTime: at(0.2), EventEndTime: at(0.5) });
    await clock.advance(minuteMs);
    const again = eventsIn(delivered.slice(4)).map((event) => Number(event.detail['order']));
    expect([...again].sort((a, b) => a - b)).toEqual([0.25, 0.5]);
  });

  it('goes minute by minute, and keeps no order within a minute', async () => {
    const { client, clock, delivered } = await archived();
    const orders = Array.from({ length: 40 }, (_, order) => order);
    for (const order of orders) {
      const Time = new Date(startAt + (order % 2) * minuteMs + order * 100);
      await putEvents(client, entry({ order }, { Time }));
    }
    await clock.advance(0);
    await start(client);
    await clock.advance(minuteMs);
    const again = eventsIn(delivered.slice(40)).map((event) => Number(event.detail['order']));
    const [even, odd] = [
      orders.filter((order) => order % 2 === 0),
      orders.filter((order) => order % 2 === 1),
    ];
    expect([...again.slice(0, 20)].sort((a, b) => a - b)).toEqual(even);
    expect([...again.slice(20)].sort((a, b) => a - b)).toEqual(odd);
    expect(again.slice(0, 20)).not.toEqual(even);
  });

  it('fires every rule that matches, with real effects', async () => {
    const { client, clock, delivered } = await archived();
    await putEvents(client, entry({}));
    await putRule(client, 'later', { source: ['shop'] });
    await start(client);
    await clock.advance(minuteMs);
    expect(eventsIn(delivered).filter((event) => event['replay-name'] === 'again')).toHaveLength(2);
  });

  it('fires only the rules that it is given', async () => {
    const { client, clock, delivered } = await archived();
    await putRule(client, 'audit', { source: ['shop'] });
    await putEvents(client, entry({}));
    await clock.advance(0);
    await start(client, { Destination: { Arn: busArn('orders'), FilterArns: [ruleArn('orders/audit')] } });
    await clock.advance(minuteMs);
    expect(delivered.slice(2).map(({ target }) => target.ruleArn)).toEqual([ruleArn('orders/audit')]);
  });

  it('passes a rule by that asks for no replay-name, and reaches one that asks for it', async () => {
    const { client, clock, delivered } = await archived();
    await putRule(client, 'live', { source: ['shop'], 'replay-name': [{ exists: false }] });
    await putRule(client, 'replayed', { source: ['shop'], 'replay-name': [{ exists: true }] });
    await putEvents(client, entry({}));
    await clock.advance(0);
    await start(client);
    await clock.advance(minuteMs);
    expect(delivered.map(({ target }) => target.ruleArn)).toEqual(
      ['orders/all', 'orders/live', 'orders/all', 'orders/replayed'].map(ruleArn),
    );
  });

  it('is not archived again', async () => {
    const { client, clock } = await archived();
    await putEvents(client, entry({}));
    await start(client);
    await clock.advance(minuteMs);
    const { EventCount } = await client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
    expect(EventCount).toBe(1);
  });

  it('waits while targets are behind, and goes on when they have caught up', async () => {
    let isBusy = true;
    const { client, clock, local, delivered } = await archived({
      replays: { startDelayMs: 0, eventsPerSecond: 50, backlogMax: 10 },
      answer: ({ payload }) =>
        isBusy && payload.includes('replay-name')
          ? { status: 'retry', errorCode: 'THROTTLING', message: 'Rate exceeded' }
          : { status: 'accepted' },
    });
    for (let order = 0; order < 40; order++) await putEvents(client, entry({ order }));
    await clock.advance(0);
    await start(client);
    await clock.advance(10_000);
    expect(local.backlog()).toBe(15);
    expect((await describeReplay(client)).State).toBe('RUNNING');
    isBusy = false;
    await clock.advance(minuteMs);
    expect(delivered).toHaveLength(80);
    expect((await describeReplay(client)).State).toBe('COMPLETED');
  });

  it('can be cancelled before it starts and while it runs, and then not again', async () => {
    const { client, clock, delivered } = await archived();
    await putEvents(
      client,
      entry({}, { Time: at(1) }),
      entry({}, { Time: at(2) }),
      entry({}, { Time: at(3) }),
    );
    await start(client);
    await clock.advance(1_000);
    expect(await client.send(new CancelReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      State: 'CANCELLING',
    });
    expect((await describeReplay(client)).State).toBe('CANCELLING');
    await clock.advance(minuteMs);
    expect(await describeReplay(client)).toMatchObject({ State: 'CANCELLED' });
    expect(delivered).toHaveLength(4);
    await expect(client.send(new CancelReplayCommand({ ReplayName: 'again' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
  });

  it('fails when its archive is deleted under it', async () => {
    const { client, clock } = await archived();
    await start(client);
    await client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }));
    await clock.advance(minuteMs);
    expect(await describeReplay(client)).toMatchObject({
      State: 'FAILED',
      StateReason: 'Archive kept does not exist.',
    });
  });

  it.each<[Partial<StartReplayCommand['input']>, string, string]>([
    [
      { Destination: { Arn: busArn('ordrs') } },
      'ResourceNotFoundException',
      'Event bus ordrs does not exist.',
    ],
    [
      { Destination: { Arn: busArn('audit') } },
      'ValidationException',
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      { EventSourceArn: archiveArn('lost') },
      'ValidationException',
      'Parameter EventSourceArn is not valid. Reason: Archive lost does not exist.',
    ],
    [
      { EventEndTime: at(0) },
      'ValidationException',
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
    [{ ReplayName: 'done' }, 'ResourceAlreadyExistsException', 'Replay done already exists.'],
  ])('is refused as AWS refuses %j', async (given, name, message) => {
    const { client } = await archived();
    await createBus(client, 'audit');
    await start(client, { ReplayName: 'done' });
    await expect(start(client, given)).rejects.toMatchObject({ name, message });
  });

  it('is one of at most ten at a time', async () => {
    const { client, clock } = await archived();
    for (let index = 0; index < 10; index++) await start(client, { ReplayName: `again-${index}` });
    await expect(start(client)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    await clock.advance(minuteMs);
    await start(client);
  });
});

describe('the record of a replay', () => {
  it('is listed by prefix, state and archive', async () => {
    const { client, clock } = await archived();
    await start(client);
    await clock.advance(minuteMs);
    await start(client, { ReplayName: 'other' });
    const names = async (input: ListReplaysCommand['input']) =>
      ((await client.send(new ListReplaysCommand(input))).Replays ?? []).map((replay) => replay.ReplayName);
    expect(await names({})).toEqual(['again', 'other']);
    expect(await names({ NamePrefix: 'a' })).toEqual(['again']);
    expect(await names({ State: 'STARTING' })).toEqual(['other']);
    expect(await names({ EventSourceArn: archiveArn('lost') })).toEqual([]);
  });

  it('is forgotten ninety days after its end', async () => {
    const { client, clock } = await archived();
    await start(client);
    await clock.advance(90 * 1_440 * minuteMs);
    expect((await describeReplay(client)).State).toBe('COMPLETED');
    await clock.advance(minuteMs);
    await expect(describeReplay(client)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Replay again does not exist.',
    });
  });
});

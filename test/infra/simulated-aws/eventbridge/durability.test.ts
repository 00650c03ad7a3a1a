import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateConnectionCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeConnectionCommand,
  DescribeReplayCommand,
  ListEventBusesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryResult } from '../../../../infra/simulated-aws/eventbridge/delivery-target.ts';
import type { EventBridgeRecord } from '../../../../infra/simulated-aws/eventbridge/record.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import {
  archiveArn,
  busArn,
  busFixture,
  createBus,
  entry,
  eventsIn,
  putEvents,
  putRule,
  queueArn,
  startAt,
} from './fixture.ts';

const minuteMs = 60_000;
const throttled: DeliveryResult = { status: 'retry', errorCode: 'THROTTLING', message: 'Rate exceeded' };

describe('a bus that was killed', () => {
  let folder = '';
  const file = () => join(folder, 'eventbridge.jsonl');
  const recordCount = () => readFileSync(file(), 'utf8').trimEnd().split('\n').length;

  /** Opens the bus on the journal as the last one left it, which nobody closed. */
  const open = (setup: Parameters<typeof busFixture>[0] = {}) =>
    busFixture({ ...setup, journal: openJournal<EventBridgeRecord>(file()) });

  const openOrders = async (setup: Parameters<typeof busFixture>[0] = {}) => {
    const fixture = open(setup);
    await createBus(fixture.client, 'orders');
    await putRule(
      fixture.client,
      'all',
      { source: ['shop'] },
      { DeadLetterConfig: { Arn: queueArn('dead') } },
    );
    return fixture;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventbridge-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('knows its buses, rules, targets and connections', async () => {
    const before = await openOrders();
    await before.client.send(
      new CreateConnectionCommand({
        Name: 'hook',
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'k' } },
      }),
    );
    const { client } = open();
    const { EventBuses } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map((bus) => bus.Name)).toEqual(['default', 'orders']);
    const { Targets } = await client.send(
      new ListTargetsByRuleCommand({ Rule: 'all', EventBusName: 'orders' }),
    );
    expect(Targets?.map((target) => target.Arn)).toEqual([queueArn('all')]);
    expect((await client.send(new DescribeConnectionCommand({ Name: 'hook' }))).AuthorizationType).toBe(
      'API_KEY',
    );
  });

  it('delivers what it had accepted and not yet delivered', async () => {
    const before = await openOrders({ latency: { p50Ms: 148, p99Ms: 387 } });
    const [result] = await putEvents(before.client, entry({ order: 1 }));
    const { clock, delivered } = open();
    await clock.advance(1_000);
    expect(eventsIn(delivered)).toMatchObject([{ id: result?.EventId, detail: { order: 1 } }]);
  });

  it('tells what it accepts now from what it accepted then', async () => {
    const before = await openOrders({ latency: { p50Ms: 148, p99Ms: 387 } });
    await putEvents(before.client, entry({ order: 1 }));
    const { client, clock, delivered } = open({ latency: { p50Ms: 148, p99Ms: 387 } });
    await putEvents(client, entry({ order: 2 }));
    await clock.advance(1_000);
    const orders = eventsIn(delivered).map((event) => Number(event.detail['order']));
    expect([...orders].sort((a, b) => a - b)).toEqual([1, 2]);
  });

  it('does not deliver again what a target had accepted', async () => {
    const before = await openOrders();
    await putEvents(before.client, entry({}));
    await before.clock.advance(0);
    const { clock, attempts, local } = open();
    await clock.advance(minuteMs);
    expect(attempts).toEqual([]);
    expect(local.backlog()).toBe(0);
  });

  it('delivers again what was in flight', async () => {
    const before = await openOrders({ deliver: () => new Promise<never>(() => undefined) });
    await putEvents(before.client, entry({}));
    await before.clock.advance(0);
    const { clock, delivered } = open();
    await clock.advance(0);
    expect(delivered).toHaveLength(1);
  });

  it('goes on counting retries, and waits for the next', async () => {
    const before = await openOrders({ answer: () => throttled });
    await putEvents(before.client, entry({}));
    await before.clock.advance(10 * minuteMs);
    const made = before.attempts.length;
    const { clock, attempts, deadLetters } = open({ answer: () => throttled, now: before.clock.now() });
    await clock.advance(0);
    expect(attempts).toEqual([]);
    await clock.advance(25 * 60 * minuteMs);
    expect(made + attempts.length).toBe(186);
    expect(deadLetters[0]?.letter.attributes).toMatchObject({ RETRY_ATTEMPTS: '185' });
  });

  it('keeps the payload that the target asked for when the event was accepted', async () => {
    const before = open({ latency: { p50Ms: 148, p99Ms: 387 } });
    await createBus(before.client, 'orders');
    await putRule(before.client, 'all', { source: ['shop'] }, { InputPath: '$.detail.order' });
    await putEvents(before.client, entry({ order: 7 }));
    const { clock, delivered } = open();
    await clock.advance(1_000);
    expect(delivered.map(({ payload }) => payload)).toEqual(['7']);
  });

  it('keeps its schedules to their beat, and skips what it slept through', async () => {
    const before = open();
    await before.client.send(new PutRuleCommand({ Name: 'sweep', ScheduleExpression: 'rate(5 minutes)' }));
    await before.client.send(
      new PutTargetsCommand({ Rule: 'sweep', Targets: [{ Id: 'queue', Arn: queueArn('sweep') }] }),
    );
    const { clock, delivered } = open({ now: startAt + 17 * minuteMs });
    await clock.advance(10 * minuteMs);
    expect(delivered.map(({ at }) => (at - startAt) / minuteMs)).toEqual([20, 25]);
  });

  it('has its archives with their events, and none of a deleted archive’s', async () => {
    const before = await openOrders();
    for (const ArchiveName of ['kept', 'gone'])
      await before.client.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: busArn('orders') }));
    await putEvents(before.client, entry({ order: 1 }), entry({ order: 2 }));
    await before.client.send(new DeleteArchiveCommand({ ArchiveName: 'gone' }));
    await before.client.send(
      new CreateArchiveCommand({ ArchiveName: 'gone', EventSourceArn: busArn('orders') }),
    );
    const { client } = open();
    const countOf = async (ArchiveName: string) =>
      (await client.send(new DescribeArchiveCommand({ ArchiveName }))).EventCount;
    expect(await countOf('kept')).toBe(2);
    expect(await countOf('gone')).toBe(0);
  });

  const replays = { startDelayMs: 1_000, eventsPerSecond: 50 };

  const archiveAndStart = async () => {
    const before = await openOrders({ replays });
    await before.client.send(
      new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn('orders') }),
    );
    for (let order = 0; order < 40; order++) await putEvents(before.client, entry({ order }));
    await before.clock.advance(minuteMs);
    await before.client.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: archiveArn('kept'),
        EventStartTime: new Date(startAt),
        EventEndTime: new Date(startAt + minuteMs),
        Destination: { Arn: busArn('orders') },
      }),
    );
    return before;
  };

  it('goes on with a replay where it was', async () => {
    const before = await archiveAndStart();
    await before.clock.advance(1_250);
    const first = eventsIn(before.delivered).slice(40);
    expect(first.length).toBe(15);
    const after = open({ now: before.clock.now(), replays });
    await after.clock.advance(minuteMs);
    const orders = [...first, ...eventsIn(after.delivered)].map((event) => Number(event.detail['order']));
    expect([...orders].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, order) => order));
    const { State } = await after.client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    expect(State).toBe('COMPLETED');
  });

  it('starts a replay that had not started, and ends one that was being cancelled', async () => {
    const before = await archiveAndStart();
    const starting = open({ now: before.clock.now(), replays });
    await starting.clock.advance(minuteMs);
    expect(starting.delivered).toHaveLength(40);
    const again = new StartReplayCommand({
      ReplayName: 'cancelled',
      EventSourceArn: archiveArn('kept'),
      EventStartTime: new Date(startAt),
      EventEndTime: new Date(startAt + minuteMs),
      Destination: { Arn: busArn('orders') },
    });
    await starting.client.send(again);
    await starting.client.send(new CancelReplayCommand({ ReplayName: 'cancelled' }));
    const cancelling = open({ now: starting.clock.now(), replays });
    await cancelling.clock.advance(minuteMs);
    const { State } = await cancelling.client.send(new DescribeReplayCommand({ ReplayName: 'cancelled' }));
    expect(State).toBe('CANCELLED');
    expect(cancelling.delivered).toEqual([]);
  });

  it('writes its journal anew when it is opened, and whenever too much of it is dead', async () => {
    const before = await openOrders({ deadRecordsMax: 100 });
    for (let order = 0; order < 500; order++) {
      await putEvents(before.client, entry({ order }));
      await before.clock.advance(0);
    }
    expect(before.delivered).toHaveLength(500);
    expect(recordCount()).toBeLessThanOrEqual(105);
    open();
    expect(recordCount()).toBe(3);
  });

  it('keeps the archive whole through that', async () => {
    const before = await openOrders({ deadRecordsMax: 10 });
    await before.client.send(
      new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: busArn('orders') }),
    );
    for (let order = 0; order < 100; order++) {
      await putEvents(before.client, entry({ order }));
      await before.clock.advance(0);
    }
    const { client, attempts, clock } = open();
    await clock.advance(minuteMs);
    expect((await client.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }))).EventCount).toBe(100);
    expect(attempts).toEqual([]);
    expect(recordCount()).toBe(104);
  });
});

describe('a bus that was closed', () => {
  it('attempts nothing more', async () => {
    const { client, clock, local, attempts } = busFixture({ answer: () => throttled });
    await createBus(client, 'orders');
    await putRule(client, 'all', { source: ['shop'] });
    await putEvents(client, entry({}));
    await clock.advance(0);
    local.close();
    await clock.advance(60 * minuteMs);
    expect(attempts).toHaveLength(1);
  });
});

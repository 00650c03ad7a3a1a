import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../infra/simulated-aws/eventbridge/schedule.ts';
import { busFixture, entry, eventsIn, queueArn, ruleArn, startAt } from './fixture.ts';

const minuteMs = 60_000;
const at = Date.parse('2026-11-23T10:07:30Z');

const nextOf = (expression: string): string | undefined => {
  const next = parseSchedule(expression)?.next(at, at - 30_000);
  return next === undefined ? undefined : new Date(next).toISOString().slice(0, 16);
};

describe('a schedule expression', () => {
  it.each([
    ['rate(1 minute)', '2026-11-23T10:08'],
    ['rate(5 minutes)', '2026-11-23T10:12'],
    ['rate(1 hour)', '2026-11-23T11:07'],
    ['rate(2 days)', '2026-11-25T10:07'],
    ['cron(0 12 * * ? *)', '2026-11-23T12:00'],
    ['cron(5,35 14 * * ? *)', '2026-11-23T14:05'],
    ['cron(3/20 * * * ? *)', '2026-11-23T10:23'],
    ['cron(0/10 * ? * MON-FRI *)', '2026-11-23T10:10'],
    ['cron(0 9 ? * 1 *)', '2026-11-29T09:00'],
    ['cron(15 10 ? * 6L *)', '2026-11-27T10:15'],
    ['cron(0 2 ? * SAT#3 *)', '2026-12-19T02:00'],
    ['cron(0 2 ? * L *)', '2026-11-28T02:00'],
    ['cron(0 8 L * ? *)', '2026-11-30T08:00'],
    ['cron(0 8 5W * ? *)', '2026-12-04T08:00'],
    ['cron(0/5 5 ? JAN 1-5 2027)', '2027-01-03T05:00'],
  ])('%s fires next at %s', (expression, expected) => {
    expect(nextOf(expression)).toBe(expected);
  });

  it('may lie in the past altogether', () => {
    expect(parseSchedule('cron(15 10 ? * 6L 2002-2005)')?.next(at, at)).toBeUndefined();
  });

  it.each([
    'rate(10 seconds)',
    'rate(1 minutes)',
    'rate(10 minute)',
    'rate(0 minutes)',
    'rate(-1 minutes)',
    'rate(10)',
    'rate()',
    'every minute',
    'cron(0 1 * * * *)',
    'cron(0 1 ? * ? *)',
    'cron(7 20 * * NOT *)',
    'cron(71 8 1 * ? *)',
    'cron(0 9 ? * 0 *)',
    'cron(0 12 * * ?)',
    'cron(INVALID)',
  ])('%s is refused', (expression) => {
    expect(parseSchedule(expression)).toBeUndefined();
  });
});

const putSweep = async (client: EventBridgeClient, ScheduleExpression: string) => {
  await client.send(new PutRuleCommand({ Name: 'sweep', ScheduleExpression }));
  await client.send(
    new PutTargetsCommand({ Rule: 'sweep', Targets: [{ Id: 'queue', Arn: queueArn('sweep') }] }),
  );
};

describe('a scheduled rule', () => {
  it('sends AWS’s scheduled event to its targets at every interval', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await clock.advance(5 * minuteMs - 1);
    expect(delivered).toEqual([]);
    await clock.advance(10 * minuteMs + 1);
    expect(delivered.map(({ at: ms }) => (ms - startAt) / minuteMs)).toEqual([5, 10, 15]);
    expect(eventsIn(delivered)[0]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-11-23T10:05:00Z',
      resources: [ruleArn('sweep')],
      detail: {},
    });
  });

  it('fires by cron', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'cron(0 12 * * ? *)');
    await clock.advance(50 * 60 * minuteMs);
    expect(eventsIn(delivered).map((event) => event.time)).toEqual([
      '2026-11-23T12:00:00Z',
      '2026-11-24T12:00:00Z',
      '2026-11-25T12:00:00Z',
    ]);
  });

  it('rests while it is disabled, and counts anew when it is enabled', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await client.send(new DisableRuleCommand({ Name: 'sweep' }));
    await clock.advance(7 * minuteMs);
    await client.send(new EnableRuleCommand({ Name: 'sweep' }));
    await clock.advance(5 * minuteMs);
    expect(delivered.map(({ at: ms }) => (ms - startAt) / minuteMs)).toEqual([12]);
  });

  it('counts anew when it is put while it was disabled', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await client.send(new DisableRuleCommand({ Name: 'sweep' }));
    await clock.advance(7 * minuteMs);
    await putSweep(client, 'rate(5 minutes)');
    await clock.advance(5 * minuteMs);
    expect(delivered.map(({ at: ms }) => (ms - startAt) / minuteMs)).toEqual([12]);
  });

  it('keeps its beat when it is put again unchanged, and counts anew when it is changed', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await clock.advance(3 * minuteMs);
    await putSweep(client, 'rate(5 minutes)');
    await clock.advance(3 * minuteMs);
    await putSweep(client, 'rate(1 minute)');
    await clock.advance(minuteMs);
    expect(delivered.map(({ at: ms }) => (ms - startAt) / minuteMs)).toEqual([5, 7]);
  });

  it('ends with its rule', async () => {
    const { client, clock, attempts } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await client.send(new RemoveTargetsCommand({ Rule: 'sweep', Ids: ['queue'] }));
    await client.send(new DeleteRuleCommand({ Name: 'sweep' }));
    await clock.advance(10 * minuteMs);
    expect(attempts).toEqual([]);
  });

  it('may also have a pattern', async () => {
    const { client, clock, delivered } = busFixture();
    await putSweep(client, 'rate(5 minutes)');
    await client.send(
      new PutRuleCommand({
        Name: 'sweep',
        ScheduleExpression: 'rate(5 minutes)',
        EventPattern: '{"source":["shop"]}',
      }),
    );
    await client.send(new PutEventsCommand({ Entries: [entry({}, { EventBusName: 'default' })] }));
    await clock.advance(5 * minuteMs);
    expect(eventsIn(delivered).map((event) => event.source)).toEqual(['shop', 'aws.events']);
  });
});

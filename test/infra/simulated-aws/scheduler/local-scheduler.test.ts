import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalScheduler } from '../../../../infra/simulated-aws/scheduler/local-scheduler.ts';
import { parseExpression } from '../../../../infra/simulated-aws/scheduler/expression.ts';
import type { Invoked } from '../../../../infra/simulated-aws/scheduler/invoker.ts';
import type { SchedulerRecord } from '../../../../infra/simulated-aws/scheduler/schedule.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

const minute = 60_000;
const hour = 60 * minute;
const queue = 'arn:aws:sqs:eu-west-1:111122223333:letters';

interface Given {
  readonly startAt?: string;
  readonly answers?: readonly Invoked[];
  readonly duplicateProbability?: number;
  readonly clock?: ReturnType<typeof createManualClock>;
  readonly records?: readonly SchedulerRecord[];
}

const open = ({ startAt = '2026-03-27T00:00:00Z', answers = [], ...more }: Given = {}) => {
  const clock = more.clock ?? createManualClock(Date.parse(startAt));
  const written: SchedulerRecord[] = [...(more.records ?? [])];
  const invoked: { readonly at: string; readonly input: string }[] = [];
  const buried: string[] = [];
  const journal = {
    ...openJournal<SchedulerRecord>(undefined),
    records: more.records ?? [],
    append: (record: SchedulerRecord) => void written.push(record),
  };
  const { service, close } = createLocalScheduler({
    ...{ account: '111122223333', region: 'eu-west-1', clock, journal, random: seededRandom(1) },
    duplicateProbability: more.duplicateProbability ?? 0,
    async invoke(_invocation, input) {
      invoked.push({ at: new Date(clock.now()).toISOString(), input });
      return answers[invoked.length - 1] ?? 'accepted';
    },
    bury: (_invocation, _input, _arn, error) => void buried.push(error),
  });
  return { client: new SchedulerClient(clientOptions(service)), clock, invoked, buried, written, close };
};

const scheduleOf = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'nightly',
  ScheduleExpression: 'cron(30 2 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:events:eu-west-1:111122223333:event-bus/groundswell',
    RoleArn: 'arn:aws:iam::111122223333:role/scheduler',
    EventBridgeParameters: { DetailType: 'Due', Source: 'test' },
    Input: '{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>"}',
  },
  ...more,
});

const timesOf = (expression: string, zone: string, from: string, count: number): readonly string[] => {
  const times: string[] = [];
  let at = Date.parse(from);
  for (let n = 0; n < count; n++) {
    at = parseExpression(expression, zone)?.next(at, 0) ?? NaN;
    if (Number.isNaN(at)) break;
    times.push(new Date(at).toISOString());
  }
  return times;
};

describe('a schedule in a time zone', () => {
  it('skips the time that is left out when the clocks go forward', () => {
    expect(timesOf('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('is due once, before the shift, at the time that comes twice when they go back', () => {
    expect(timesOf('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(timesOf('cron(30 1 * * ? *)', 'America/New_York', '2026-11-01T00:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('knows the last day, the nearest weekday and the nth weekday of a month', () => {
    expect(timesOf('cron(0 5 L * ? *)', 'UTC', '2026-02-01T00:00:00Z', 1)).toEqual([
      '2026-02-28T05:00:00.000Z',
    ]);
    expect(timesOf('cron(0 5 ? * MON#1 *)', 'UTC', '2026-02-03T00:00:00Z', 1)).toEqual([
      '2026-03-02T05:00:00.000Z',
    ]);
  });

  it('is due once for at(), and never again', () => {
    expect(timesOf('at(2026-02-01T05:00:00)', 'Europe/Berlin', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-02-01T04:00:00.000Z',
    ]);
  });
});

describe('EventBridge Scheduler', () => {
  it('hands over the scheduled time, and not the time of the attempt', async () => {
    const { client, clock, invoked } = open();
    await client.send(new CreateScheduleCommand(scheduleOf()));
    await clock.advance(50 * hour);
    expect(invoked).toEqual([
      { at: '2026-03-27T01:30:00.000Z', input: '{"at":"2026-03-27T01:30:00Z","try":"1"}' },
      { at: '2026-03-28T01:30:00.000Z', input: '{"at":"2026-03-28T01:30:00Z","try":"1"}' },
    ]);
  });

  it('starts within a flexible window, and says the same scheduled time', async () => {
    const { client, clock, invoked } = open();
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 } as const;
    await client.send(new CreateScheduleCommand(scheduleOf({ FlexibleTimeWindow })));
    await clock.advance(4 * hour);
    expect(invoked).toHaveLength(1);
    expect(invoked[0]?.input).toContain('2026-03-27T01:30:00Z');
    const late = Date.parse(invoked[0]?.at ?? '') - Date.parse('2026-03-27T01:30:00Z');
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(hour);
  });

  it('tries again with the same scheduled time, and gives up into the dead-letter queue', async () => {
    const failing = { error: 'not now', isFinal: false };
    const { client, clock, invoked, buried } = open({ answers: [failing, failing, failing] });
    const { Target } = scheduleOf();
    await client.send(
      new CreateScheduleCommand(
        scheduleOf({
          Target: {
            ...Target,
            Arn: Target?.Arn,
            RoleArn: Target?.RoleArn,
            DeadLetterConfig: { Arn: queue },
            RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3_600 },
          },
        }),
      ),
    );
    await clock.advance(6 * hour);
    expect(invoked.map(({ input }) => input)).toEqual(
      [1, 2, 3].map((n) => `{"at":"2026-03-27T01:30:00Z","try":"${n}"}`),
    );
    expect(buried).toEqual(['not now']);
  });

  it('may hand an invocation over twice', async () => {
    const { client, clock, invoked } = open({ duplicateProbability: 1 });
    await client.send(new CreateScheduleCommand(scheduleOf()));
    await clock.advance(3 * hour);
    expect(invoked.map(({ input }) => input)).toEqual([
      '{"at":"2026-03-27T01:30:00Z","try":"1"}',
      '{"at":"2026-03-27T01:30:00Z","try":"1"}',
    ]);
  });

  it('invokes nothing while disabled, and makes up for nothing afterwards', async () => {
    const { client, clock, invoked } = open();
    await client.send(new CreateScheduleCommand(scheduleOf({ State: 'DISABLED' })));
    await clock.advance(30 * hour);
    expect(invoked).toEqual([]);
    await client.send(new UpdateScheduleCommand(scheduleOf({ State: 'ENABLED' })));
    // The one of the night in which the clocks go forward does not exist.
    await clock.advance(48 * hour);
    expect(invoked.map(({ at }) => at)).toEqual(['2026-03-30T00:30:00.000Z']);
  });

  it('finishes what was owed when its process ended', async () => {
    const failing = { error: 'not now', isFinal: false };
    const first = open({ answers: Array.from({ length: 50 }, () => failing) });
    await first.client.send(new CreateScheduleCommand(scheduleOf()));
    await first.clock.advance(2 * hour);
    first.close();
    const second = open({ clock: first.clock, records: first.written });
    await second.clock.advance(hour);
    expect(second.invoked.map(({ input }) => input)).toEqual([
      expect.stringContaining('2026-03-27T01:30:00Z') as string,
    ]);
  });

  it('describes, lists, refuses a second of the same name, and deletes', async () => {
    const { client, clock, invoked } = open();
    await client.send(new CreateScheduleGroupCommand({ Name: 'drills' }));
    const given = scheduleOf({ GroupName: 'drills', ClientToken: 'token-1' });
    await client.send(new CreateScheduleCommand(given));
    // A repeat of the same call is no second schedule.
    await client.send(new CreateScheduleCommand(given));
    await expect(
      client.send(new CreateScheduleCommand({ ...given, ClientToken: 'token-2' })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    const here = { GroupName: 'drills', Name: 'nightly' };
    expect(await client.send(new GetScheduleCommand(here))).toMatchObject({
      ...{ ScheduleExpression: 'cron(30 2 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' },
      Arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/drills/nightly',
    });
    const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: 'drills' }));
    expect(Schedules).toMatchObject([{ Name: 'nightly', State: 'ENABLED' }]);
    await client.send(new DeleteScheduleCommand(here));
    await expect(client.send(new GetScheduleCommand(here))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await clock.advance(48 * hour);
    expect(invoked).toEqual([]);
  });

  it.each([
    [{ ScheduleExpression: 'cron(30 2 * * * *)' }],
    [{ ScheduleExpressionTimezone: 'Europe/Nowhere' }],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const } }],
    [{ GroupName: 'unknown' }],
  ])('refuses %j', async (more) => {
    const { client } = open();
    await expect(client.send(new CreateScheduleCommand(scheduleOf(more)))).rejects.toThrow();
  });
});

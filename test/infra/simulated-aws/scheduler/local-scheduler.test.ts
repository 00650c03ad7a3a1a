import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type {
  DeadLetter,
  DeliveryResult,
} from '../../../../infra/simulated-aws/eventbridge/delivery-target.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalScheduler } from '../../../../infra/simulated-aws/scheduler/local-scheduler.ts';
import type { SchedulerRecord } from '../../../../infra/simulated-aws/scheduler/store.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

const startAt = Date.parse('2026-11-23T10:00:00Z');
const minute = 60_000;
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:reconcile';
const deadArn = 'arn:aws:sqs:eu-west-1:111122223333:dead';

const Target = { Arn: functionArn, RoleArn: 'arn:aws:iam::111122223333:role/Scheduler', Input: '{"a":1}' };

const accepted: DeliveryResult = { status: 'accepted' };

const schedulerFixture = ({
  journal = openJournal<SchedulerRecord>(undefined),
  now = startAt,
  deliver = () => accepted,
}: {
  journal?: ReturnType<typeof openJournal<SchedulerRecord>>;
  now?: number;
  deliver?: () => DeliveryResult | Promise<DeliveryResult>;
} = {}) => {
  const clock = createManualClock(now);
  const calls: { at: number; arn: string; payload: string }[] = [];
  const dead: { queue: string; letter: DeadLetter }[] = [];
  const local = createLocalScheduler({
    clock,
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    random: seededRandom(11),
    groups: ['recovery'],
    async deliver({ arn }, payload) {
      calls.push({ at: clock.now() - startAt, arn, payload });
      return deliver();
    },
    async sendToDeadLetterQueue(queue, letter) {
      dead.push({ queue, letter });
      return accepted;
    },
  });
  const client = new SchedulerClient(clientOptions(local.service));
  const create = (ScheduleExpression: string, input: Partial<CreateScheduleCommandInput> = {}) =>
    client.send(
      new CreateScheduleCommand({
        Name: 'wave-1',
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target,
        ...input,
      }),
    );
  const get = () => client.send(new GetScheduleCommand({ Name: 'wave-1' }));
  return { clock, client, local, calls, dead, create, get };
};

describe('a one-time schedule', () => {
  it('invokes its target within the minute after its time, once', async () => {
    const { clock, create, calls, get } = schedulerFixture();
    await create('at(2026-11-23T10:30:00)');
    await clock.advance(30 * minute - 1);
    expect(calls).toEqual([]);
    await clock.advance(minute);
    expect(calls).toMatchObject([{ arn: functionArn, payload: '{"a":1}' }]);
    await clock.advance(1000 * minute);
    expect(calls).toHaveLength(1);
    await expect(get()).resolves.toMatchObject({ State: 'ENABLED' });
  });

  it('is deleted after its completion where that was asked for', async () => {
    const { clock, create, get } = schedulerFixture();
    await create('at(2026-11-23T10:01:00)', { ActionAfterCompletion: 'DELETE' });
    await clock.advance(2 * minute);
    await expect(get()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('reads its time in its time zone, on both sides of a change of the clocks', async () => {
    const { clock, client, create, calls } = schedulerFixture();
    await create('at(2026-11-23T12:00:00)', { ScheduleExpressionTimezone: 'Europe/Berlin' });
    await client.send(
      new CreateScheduleCommand({
        Name: 'summer',
        ScheduleExpression: 'at(2027-03-28T12:00:00)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { ...Target, Input: 'summer' },
      }),
    );
    await clock.advance(Date.parse('2026-11-23T11:01:00Z') - startAt);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.at).toBeGreaterThanOrEqual(60 * minute);
    await clock.advance(Date.parse('2027-03-28T10:01:00Z') - clock.now());
    expect(calls[1]?.at).toBeGreaterThanOrEqual(Date.parse('2027-03-28T10:00:00Z') - startAt);
  });

  it('reads a time just before the clocks go back as they show it first', async () => {
    const { clock, create, calls } = schedulerFixture({ now: Date.parse('2027-10-30T20:00:00Z') });
    await create('at(2027-10-31T01:30:00)', { ScheduleExpressionTimezone: 'Europe/Berlin' });
    await clock.advance(Date.parse('2027-10-30T23:31:00Z') - clock.now());
    expect(calls).toHaveLength(1);
  });

  it('that is replaced while its target is being invoked is due again, through a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'scheduler-')), 'scheduler.jsonl');
    let answer: (result: DeliveryResult) => void = () => undefined;
    const before = schedulerFixture({
      journal: openJournal<SchedulerRecord>(file),
      deliver: () => new Promise<DeliveryResult>((resolve) => (answer = resolve)),
    });
    await before.create('at(2026-11-23T10:01:00)', { ActionAfterCompletion: 'DELETE' });
    await before.clock.advance(2 * minute);
    await before.client.send(
      new UpdateScheduleCommand({
        Name: 'wave-1',
        ScheduleExpression: 'at(2026-11-23T11:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target,
      }),
    );
    answer(accepted);
    await before.clock.advance(minute);

    const after = schedulerFixture({ journal: openJournal<SchedulerRecord>(file), now: before.clock.now() });
    await after.clock.advance(60 * minute);
    expect(after.calls.map(({ at }) => Math.floor(at / minute))).toEqual([60]);
  });

  it('whose time has passed is invoked at once', async () => {
    const { clock, create, calls } = schedulerFixture();
    await create('at(2026-11-23T09:00:00)');
    await clock.advance(0);
    expect(calls).toHaveLength(1);
  });

  it('that was deleted or disabled invokes nothing', async () => {
    const { clock, client, create, calls } = schedulerFixture();
    await create('at(2026-11-23T10:30:00)');
    await client.send(new DeleteScheduleCommand({ Name: 'wave-1' }));
    await create('at(2026-11-23T10:30:00)', { State: 'DISABLED' });
    await clock.advance(60 * minute);
    expect(calls).toEqual([]);
  });

  it('fills in what it knows of itself', async () => {
    const { clock, create, calls } = schedulerFixture();
    const Input = '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>"}';
    await create('at(2026-11-23T10:30:00)', { Target: { ...Target, Input } });
    await clock.advance(31 * minute);
    expect(JSON.parse(calls[0]!.payload)).toEqual({
      arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/wave-1',
      at: '2026-11-23T10:30:00Z',
    });
  });
});

describe('a recurring schedule', () => {
  it('invokes its target at its rate', async () => {
    const { clock, create, calls } = schedulerFixture();
    await create('rate(5 minutes)');
    await clock.advance(21 * minute);
    expect(calls.map(({ at }) => Math.floor(at / minute))).toEqual([5, 10, 15, 20]);
  });

  it('ends with its end date, and is deleted then where that was asked for', async () => {
    const { clock, create, calls, get } = schedulerFixture();
    const EndDate = new Date(startAt + 11 * minute);
    await create('rate(5 minutes)', { EndDate, ActionAfterCompletion: 'DELETE' });
    await clock.advance(7 * minute);
    expect(await get()).toMatchObject({ EndDate });
    await clock.advance(60 * minute);
    expect(calls).toHaveLength(2);
    await expect(get()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('an invocation that fails', () => {
  const retry: DeliveryResult = { status: 'retry', errorCode: 'THROTTLING', message: 'Rate exceeded' };

  it('is retried as often as allowed, then goes to the dead-letter queue', async () => {
    const { clock, create, calls, dead } = schedulerFixture({ deliver: () => retry });
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
    await create('at(2026-11-23T10:30:00)', {
      Target: { ...Target, RetryPolicy, DeadLetterConfig: { Arn: deadArn } },
    });
    await clock.advance(120 * minute);
    expect(calls).toHaveLength(3);
    expect(dead).toEqual([
      {
        queue: deadArn,
        letter: {
          body: '{"a":1}',
          attributes: {
            ERROR_CODE: 'THROTTLING',
            ERROR_MESSAGE: 'Rate exceeded',
            EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
            IS_PAYLOAD_TRUNCATED: 'false',
            RETRY_ATTEMPTS: '2',
            SCHEDULED_TIME: '2026-11-23T10:30:00Z',
            SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/wave-1',
            TARGET_ARN: functionArn,
          },
        },
      },
    ]);
  });

  it('is given up when it is too old', async () => {
    const { clock, create, calls, dead } = schedulerFixture({ deliver: () => retry });
    const RetryPolicy = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 };
    await create('at(2026-11-23T10:30:00)', {
      Target: { ...Target, RetryPolicy, DeadLetterConfig: { Arn: deadArn } },
    });
    await clock.advance(120 * minute);
    expect(calls.length).toBeLessThan(10);
    expect(dead[0]?.letter.attributes['EXHAUSTED_RETRY_CONDITION']).toBe('MaximumEventAgeInSeconds');
  });

  it('for good is not retried', async () => {
    const { clock, create, calls, dead } = schedulerFixture({
      deliver: () => ({ status: 'permanent', errorCode: 'NO_RESOURCE', message: 'gone' }),
    });
    await create('at(2026-11-23T10:30:00)', { Target: { ...Target, DeadLetterConfig: { Arn: deadArn } } });
    await clock.advance(120 * minute);
    expect([calls.length, dead.length]).toEqual([1, 1]);
  });
});

describe('the name of a schedule', () => {
  it('is taken once, but for the same client token', async () => {
    const { create } = schedulerFixture();
    const first = await create('rate(1 minute)', { ClientToken: 'abc' });
    await expect(create('rate(1 minute)')).rejects.toBeInstanceOf(ConflictException);
    await expect(create('rate(1 minute)', { ClientToken: 'abc' })).resolves.toMatchObject({
      ScheduleArn: first.ScheduleArn,
    });
  });

  it('is taken in each group by itself', async () => {
    const { client, create } = schedulerFixture();
    await create('rate(1 minute)');
    await create('rate(1 minute)', { GroupName: 'recovery' });
    const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: 'recovery' }));
    expect(Schedules).toMatchObject([
      { Name: 'wave-1', GroupName: 'recovery', Target: { Arn: functionArn } },
    ]);
    await expect(create('rate(1 minute)', { GroupName: 'other' })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });
});

describe('a schedule', () => {
  it('can be read back, and replaced', async () => {
    const { client, create, get } = schedulerFixture();
    await create('rate(1 minute)', { Description: 'often' });
    await client.send(
      new UpdateScheduleCommand({
        Name: 'wave-1',
        ScheduleExpression: 'rate(2 hours)',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
        Target,
      }),
    );
    expect(await get()).toMatchObject({
      Name: 'wave-1',
      ScheduleExpression: 'rate(2 hours)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      CreationDate: new Date(startAt),
      Target: { Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 185 } },
    });
    expect(await get()).not.toHaveProperty('Description');
  });

  it.each(['at(tomorrow)', 'at(2026-11-31T10:00:00)', 'rate(1 minutes)', 'rate(15 seconds)', 'every day'])(
    'is refused with the expression %s',
    async (expression) => {
      const { create } = schedulerFixture();
      await expect(create(expression)).rejects.toBeInstanceOf(ValidationException);
    },
  );
});

describe('a restart', () => {
  it('takes up what is still to come, and invokes what fell due meanwhile', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'scheduler-')), 'scheduler.jsonl');
    const before = schedulerFixture({ journal: openJournal<SchedulerRecord>(file) });
    await before.create('at(2026-11-23T10:30:00)');
    await before.clock.advance(10 * minute);
    before.local.close();
    await before.clock.advance(60 * minute);
    expect(before.calls).toEqual([]);

    const after = schedulerFixture({
      journal: openJournal<SchedulerRecord>(file),
      now: startAt + 60 * minute,
    });
    await after.clock.advance(0);
    expect(after.calls).toHaveLength(1);
    const again = schedulerFixture({
      journal: openJournal<SchedulerRecord>(file),
      now: startAt + 61 * minute,
    });
    await again.clock.advance(60 * minute);
    expect(again.calls).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { append, emptyStream, type StreamRecord } from '../../../../services/core/kernel/stream.ts';
import { putPlan } from '../../../../services/core/streams/plan-store.ts';
import { scheduleSchema } from '../../../../contracts/schedule.ts';
import type { AlarmFact } from '../../../../services/core/ports/alarm-reader.ts';
import type { CalendarReader } from '../../../../services/core/ports/calendar-reader.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import type { WantedSchedule } from '../../../../services/core/ports/scheduler.ts';
import {
  listOccurrences,
  putSchedule,
  setScheduleStatus,
} from '../../../../services/core/streams/schedule-store.ts';
import {
  createScheduleDrills,
  NoOccurrenceError,
} from '../../../../services/functions/schedule-drills/service.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const startedData = {
  ...{ requestId: 'schedule:nightly:20260327T013000Z', planId: 'shop', planVersion: 1, planHash: 'h' },
  ...{ frozenHash: 'f', mode: 'DRILL' as const, requestedBy: 'schedule nightly', reason: '' },
  ...{ waveCount: 1, serverCount: 1, overrides: [] },
};
const due = '2026-03-27T01:30:00.000Z';
const minute = 60_000;

interface Given {
  readonly schedule?: object;
  readonly now?: number;
  readonly calendars?: CalendarReader['read'];
  readonly alarms?: readonly AlarmFact[];
  readonly store?: RecordStore;
}

const open = async ({ schedule = {}, now = Date.parse(due) + minute, ...more }: Given = {}) => {
  const store = more.store ?? createMemoryRecordStore();
  const said: { readonly name: string; readonly data: Record<string, unknown> }[] = [];
  const state = { now, isBusDown: false };
  const inScheduler = new Map<string, WantedSchedule>();
  const service = createScheduleDrills({
    store,
    requests: {
      say: async (name, data) => {
        if (state.isBusDown) throw new Error('the bus is down');
        said.push({ name, data: data as Record<string, unknown> });
        return 'event-1';
      },
    },
    scheduler: {
      put: async (wanted) => void inScheduler.set(wanted.scheduleId, wanted),
      remove: async (id) => void inScheduler.delete(id),
    },
    calendars: { read: more.calendars ?? (async () => ({ isOpen: true })) },
    alarms: createMemoryAlarmReader(() => more.alarms ?? []),
    clock: { now: () => state.now },
    log: { info: () => undefined, warn: () => undefined },
    home: { account: '111122223333', region: 'eu-west-1' },
  });
  const definition = scheduleSchema.parse({
    ...{ scheduleId: 'nightly', planId: 'shop', cron: '30 2 * * ? *', zone: 'Europe/Berlin' },
    ...schedule,
  });
  await putSchedule(store, definition, 'ada', '2026-03-26T12:00:00.000Z');
  const change = (status: 'ACTIVE' | 'PAUSED' | 'DELETED', at = '2026-03-26T12:30:00.000Z') =>
    setScheduleStatus(store, 'nightly', status, 'ada', at);
  const requestId = 'schedule:nightly:20260327T013000Z';
  /** What the intake has said of the request so far. */
  const record = async (...facts: readonly ExecutionFact[]) => {
    const executionId = executionIdOf(requestId);
    const accepted: ExecutionFact = {
      type: 'ExecutionAccepted',
      data: { requestId, planId: 'shop', mode: 'DRILL', requestedBy: 'schedule nightly' },
    };
    const key = { kind: 'stream' as const, id: executionId };
    const stored = await store.read<StreamRecord<ExecutionState>>(key);
    const before = stored?.body ?? emptyStream<ExecutionState>(executionId, executionId, initialExecution);
    const fresh = stored === undefined ? [accepted, ...facts] : facts;
    await store.write(key, append(before, evolveExecution, fresh, 'e', state.now), stored?.revision ?? 0);
  };
  return {
    ...{ store, said, state, service, inScheduler, change, record },
    occurrences: () => listOccurrences(store, 'nightly', 10),
  };
};

describe('an occurrence of a schedule', () => {
  it('asks for one drill, however often it is delivered', async () => {
    const { service, said, occurrences } = await open();
    await Promise.all([service.due('nightly', due), service.due('nightly', '2026-03-27T01:30:00Z')]);
    await service.due('nightly', due);
    const ids = new Set(said.map(({ data }) => data['requestId']));
    expect([...ids]).toEqual(['schedule:nightly:20260327T013000Z']);
    expect(said[0]).toMatchObject({ name: 'ExecutionRequested', data: { planId: 'shop', mode: 'DRILL' } });
    expect(await occurrences()).toMatchObject([{ isTold: true, outcome: { is: 'requested' } }]);
  });

  it('is said again after a crash between its record and the bus, under the same id', async () => {
    const { service, said, state } = await open();
    state.isBusDown = true;
    await expect(service.due('nightly', due)).rejects.toThrow('the bus is down');
    state.isBusDown = false;
    await service.sweep();
    await service.due('nightly', due);
    expect(said.map(({ name }) => name)).toEqual(['ExecutionRequested']);
    expect(said[0]?.data).toMatchObject({ startBy: '2026-03-27T02:30:00.000Z' });
  });

  it('that is requested is said again until an execution of it is on record', async () => {
    const { service, said, state, record, occurrences } = await open();
    await service.due('nightly', due);
    await service.sweep();
    expect(said).toHaveLength(1);
    state.now += 6 * minute;
    await service.sweep();
    expect(said.map(({ name }) => name)).toEqual(['ExecutionRequested', 'ExecutionRequested']);
    await record();
    await service.sweep();
    expect(await occurrences()).toMatchObject([{ isTold: true }]);
    await record({ type: 'ExecutionStarted', data: startedData });
    await service.sweep();
    await service.sweep();
    expect(said).toHaveLength(2);
    expect(await occurrences()).toMatchObject([{ isSeen: true, outcome: { is: 'requested' } }]);
  });

  it.each([
    ['late', 61 * minute],
    ['refused', 2 * minute],
  ])('whose request is refused is told of: %s', async (reason, after) => {
    const { service, said, state, record, occurrences } = await open();
    await service.due('nightly', due);
    state.now = Date.parse(due) + after;
    await record({
      type: 'ExecutionRejected',
      data: { requestId: 'schedule:nightly:20260327T013000Z', planId: 'shop', faults: [] },
    });
    state.isBusDown = true;
    await expect(service.sweep()).rejects.toThrow('could not be looked over');
    state.isBusDown = false;
    await service.sweep();
    await service.sweep();
    const executionId = executionIdOf('schedule:nightly:20260327T013000Z');
    expect(said.slice(1)).toMatchObject([{ name: 'DrillSkipped', data: { reason, executionId } }]);
    expect(await occurrences()).toMatchObject([{ isTold: true, outcome: { is: 'skipped', reason } }]);
  });

  it.each([
    ['within its window', 30 * minute, 'ExecutionRequested', undefined],
    ['too late', 3 * 60 * minute, 'DrillSkipped', 'late'],
  ])('of which nobody has said anything is found %s', async (_how, after, name, reason) => {
    const { service, said, state } = await open();
    state.now = Date.parse(due) + 4 * minute;
    await service.sweep();
    expect(said).toEqual([]);
    state.now = Date.parse(due) + after;
    await service.sweep();
    expect(said).toMatchObject([{ name, data: reason === undefined ? {} : { reason, scheduledAt: due } }]);
  });

  it('before it was stored, or while it was paused, is not made up for', async () => {
    const { service, said, state, change } = await open();
    state.now = Date.parse(due) + 20 * minute;
    await change('PAUSED', '2026-03-27T01:00:00.000Z');
    await change('ACTIVE', '2026-03-27T01:45:00.000Z');
    await service.sweep();
    expect(said).toEqual([]);
  });

  it('of a schedule that is paused is told of all the same', async () => {
    const { service, said, state, change } = await open();
    state.now = Date.parse(due) + 20 * minute;
    await change('PAUSED');
    await service.sweep();
    expect(said).toMatchObject([{ name: 'DrillSkipped', data: { reason: 'paused', scheduledAt: due } }]);
  });

  it('asks the calendars of its plan too, and requests with its own', async () => {
    const asked: string[][] = [];
    const { service, said, store } = await open({
      schedule: { calendars: ['freeze'], expectedMinutes: 10 },
      calendars: async (names) => {
        asked.push([...names]);
        return { isOpen: true };
      },
    });
    const plan = planSchema.parse({
      ...{ planId: 'shop', calendars: ['peak'] },
      waves: [{ waveId: 'all', servers: [{ sourceServerId: 's-00000000000000001' }] }],
    });
    await putPlan(store, plan, '2026-03-01T00:00:00.000Z');
    await service.due('nightly', due);
    expect(asked).toEqual([['freeze', 'peak']]);
    expect(said[0]?.data).toMatchObject({ calendars: ['freeze'] });
  });

  it('that comes after its start window is refused, and told of', async () => {
    const { service, said, state } = await open();
    state.now = Date.parse(due) + 61 * minute;
    await service.due('nightly', due);
    expect(said).toMatchObject([
      { name: 'DrillSkipped', data: { reason: 'late', scheduledAt: due, planId: 'shop' } },
    ]);
  });

  it.each([
    ['paused', 'PAUSED'],
    ['deleted', 'DELETED'],
  ] as const)('of a %s schedule is skipped', async (reason, status) => {
    const { service, said, change } = await open();
    await change(status);
    await service.due('nightly', due);
    expect(said).toMatchObject([{ name: 'DrillSkipped', data: { reason } }]);
  });

  it.each<[string, Given]>([
    ['blocked-date', { schedule: { blockedDates: ['2026-03-27'] } }],
    ['blocked-window', { schedule: { blockedWindows: ['Fri:00:00-Fri:06:00'] } }],
    ['calendar-closed', { schedule: { calendars: ['freeze'] }, calendars: async () => ({ isOpen: false }) }],
    [
      'calendar-closed',
      {
        schedule: { calendars: ['freeze'], expectedMinutes: 60 },
        calendars: async () => ({ isOpen: true, changesAt: Date.parse(due) + 30 * minute }),
      },
    ],
    [
      'calendar-unknown',
      {
        schedule: { calendars: ['freeze'] },
        calendars: async () => Promise.reject(new Error('Rate exceeded')),
      },
    ],
    [
      'alarm',
      {
        schedule: { blockingAlarms: ['shop-errors'] },
        alarms: [{ name: 'shop-errors', state: 'ALARM', since: 0 }],
      },
    ],
    ['alarm-unknown', { schedule: { blockingAlarms: ['shop-errors'] } }],
  ])('is skipped: %s', async (reason, given) => {
    const { service, said, occurrences } = await open(given);
    await service.due('nightly', due);
    expect(said).toMatchObject([{ name: 'DrillSkipped', data: { reason } }]);
    expect(await occurrences()).toMatchObject([{ isTold: true, outcome: { is: 'skipped', reason } }]);
  });

  it('asks nothing of calendars and alarms that a schedule does not name', async () => {
    const { service, said } = await open({
      calendars: async () => Promise.reject(new Error('not to be asked')),
    });
    await service.due('nightly', due);
    expect(said.map(({ name }) => name)).toEqual(['ExecutionRequested']);
  });

  it.each([
    ['a time that the schedule does not have', 'nightly', '2026-03-27T01:31:00.000Z'],
    ['a time to come', 'nightly', '2026-03-28T01:30:00.000Z'],
    ['a time that the clocks leave out', 'nightly', '2026-03-29T01:30:00.000Z'],
    ['a schedule that is not there', 'weekly', due],
  ])('is none for %s, and leaves no record', async (_what, scheduleId, time) => {
    const { service, said, occurrences, state } = await open();
    if (time > '2026-03-29') state.now = Date.parse(time);
    await expect(service.due(scheduleId, time)).rejects.toThrow(NoOccurrenceError);
    expect(said).toEqual([]);
    expect(await occurrences()).toEqual([]);
  });
});

describe('EventBridge Scheduler', () => {
  it('follows what is stored, and is brought in step again by each look', async () => {
    const { service, inScheduler, change } = await open({ schedule: { flexibleMinutes: 10 } });
    await service.changed('nightly');
    expect(inScheduler.get('nightly')).toEqual({
      ...{ scheduleId: 'nightly', cron: '30 2 * * ? *', zone: 'Europe/Berlin' },
      ...{ flexibleMinutes: 10, startWindowMinutes: 60, isPaused: false },
    });
    await change('PAUSED');
    await service.sweep();
    expect(inScheduler.get('nightly')?.isPaused).toBe(true);
    await change('DELETED');
    await service.changed('nightly');
    expect([...inScheduler]).toEqual([]);
  });
});

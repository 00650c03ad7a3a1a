import { describe, expect, it } from 'vitest';
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
  await putSchedule(store, definition, 'ada', '2026-03-01T00:00:00.000Z');
  const change = (status: 'PAUSED' | 'DELETED') =>
    setScheduleStatus(store, 'nightly', status, 'ada', '2026-03-02T00:00:00.000Z');
  return {
    ...{ store, said, state, service, inScheduler, change },
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
    // Hours later: what was decided in time stands.
    state.now += 5 * 60 * minute;
    await service.sweep();
    await service.due('nightly', due);
    expect(said.map(({ name }) => name)).toEqual(['ExecutionRequested']);
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

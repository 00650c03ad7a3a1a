import { planSchema, type Plan, type Target } from '../../../contracts/plan.ts';
import type { Schedule } from '../../../contracts/schedule.ts';
import { isOccurrence, timesBetween } from '../../core/domain/schedules/occurrences.ts';
import { requestIdOf } from '../../core/domain/schedules/request-id.ts';
import { blockedAt, closedFor, lateBy, type Skip } from '../../core/domain/schedules/verdict.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import type { AlarmReader } from '../../core/ports/alarm-reader.ts';
import type { CalendarReader } from '../../core/ports/calendar-reader.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Requests } from '../../core/ports/requests.ts';
import type { Scheduler } from '../../core/ports/scheduler.ts';
import { reasonOf } from '../../core/readiness/reason-of.ts';
import { readForecast } from '../../core/streams/durations.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import {
  allSchedules,
  decidedTimes,
  getSchedule,
  occurrenceKey,
  type OccurrenceRecord,
  type StoredSchedule,
} from '../../core/streams/schedule-store.ts';
import { onItsWayMs, settleAll, tell } from './tell.ts';

export interface ScheduleDrillsPorts {
  readonly store: RecordStore;
  readonly requests: Requests;
  readonly scheduler: Scheduler;
  readonly calendars: CalendarReader;
  readonly alarms: AlarmReader;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the alarms are that forbid a start. */
  readonly home: Target;
}

/** An occurrence that the stored schedule does not have: somebody made it up, or the schedule is another by now. */
export class NoOccurrenceError extends Error {}

const minuteMs = 60_000;
const fallbackMinutes = 24 * 60;

const iso = (at: number): string => new Date(at).toISOString();

const planOf = async (store: RecordStore, { planId }: Schedule): Promise<Plan | undefined> =>
  planSchema.safeParse((await getPlan(store, planId))?.plan).data;

/** How long calendars have to be open: the longest that the plan should take, and until its instances are ended. */
const expectedMinutes = async (
  store: RecordStore,
  schedule: Schedule,
  plan: Plan | undefined,
): Promise<number> => {
  if (schedule.expectedMinutes !== undefined) return schedule.expectedMinutes;
  const forecast = plan && (await readForecast(store, plan, 'DRILL'));
  if (plan === undefined || forecast === undefined) return fallbackMinutes;
  const { cleanUp } = plan;
  const until = cleanUp === undefined || cleanUp.policy === 'never' ? 0 : cleanUp.afterMinutes;
  return Math.ceil(forecast.mostMs / minuteMs) + until;
};

/** Whatever cannot be asked counts as closed: a drill can wait for the next time. */
const forbiddenByCalendars = async (
  { store, calendars, clock }: ScheduleDrillsPorts,
  schedule: Schedule,
): Promise<Skip | undefined> => {
  const plan = await planOf(store, schedule);
  const names = [...new Set([...schedule.calendars, ...(plan?.calendars ?? [])])];
  if (names.length === 0) return undefined;
  try {
    const state = await calendars.read(names);
    return closedFor(state, clock.now(), await expectedMinutes(store, schedule, plan));
  } catch (error) {
    return { reason: 'calendar-unknown', message: `its calendars cannot be asked: ${reasonOf(error)}` };
  }
};

const forbiddenByAlarms = async (
  { alarms, home }: ScheduleDrillsPorts,
  { blockingAlarms }: Schedule,
): Promise<Skip | undefined> => {
  if (blockingAlarms.length === 0) return undefined;
  try {
    const found = await alarms.read(home, blockingAlarms);
    const missing = blockingAlarms.filter((name) => found.every((alarm) => alarm.name !== name));
    if (missing.length > 0)
      return { reason: 'alarm-unknown', message: `there is no alarm ${missing.join(', ')}` };
    const raised = found.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
    return raised.length === 0
      ? undefined
      : { reason: 'alarm', message: `${raised.join(', ')} ${raised.length === 1 ? 'is' : 'are'} in ALARM` };
  } catch (error) {
    return { reason: 'alarm-unknown', message: `its alarms cannot be asked: ${reasonOf(error)}` };
  }
};

/** Why the drill is not held; what costs no call is asked first. */
const whyNot = async (
  ports: ScheduleDrillsPorts,
  { schedule, status }: StoredSchedule,
  scheduledAt: number,
): Promise<Skip | undefined> => {
  const now = ports.clock.now();
  if (status === 'DELETED') return { reason: 'deleted', message: 'the schedule is deleted' };
  if (status === 'PAUSED') return { reason: 'paused', message: 'the schedule is paused' };
  return (
    lateBy(schedule, scheduledAt, now) ??
    blockedAt(schedule, now) ??
    (await forbiddenByCalendars(ports, schedule)) ??
    (await forbiddenByAlarms(ports, schedule))
  );
};

/** Decides on an occurrence: it is requested, with the instant until which it may start, or skipped. */
const decide = async (
  ports: ScheduleDrillsPorts,
  stored: StoredSchedule,
  scheduledAt: string,
): Promise<OccurrenceRecord> => {
  const { scheduleId, schedule } = stored;
  const { planId, calendars, startWindowMinutes } = schedule;
  const at = Date.parse(scheduledAt);
  const skip = await whyNot(ports, stored, at);
  const requestId = requestIdOf(scheduleId, scheduledAt);
  return {
    ...{ scheduleId, scheduledAt, planId, decidedAt: iso(ports.clock.now()), isTold: false },
    outcome:
      skip === undefined
        ? {
            ...{ is: 'requested', requestId, executionId: executionIdOf(requestId) },
            startBy: iso(at + startWindowMinutes * minuteMs),
            ...(calendars.length > 0 && { calendars }),
          }
        : { is: 'skipped', ...skip },
  };
};

/** As long as the longest start window, and an hour: what was missed longer ago is not reported. */
const lookBackMs = 25 * 60 * minuteMs;

/**
 * Starts the drills of schedules, or says why not. What becomes of an occurrence is decided once, in a record, and
 * said afterwards: whoever comes again, after a crash or a second delivery, says the same again. EventBridge Scheduler
 * follows what is stored.
 */
export const createScheduleDrills = (ports: ScheduleDrillsPorts) => {
  const { store, scheduler, clock, log } = ports;

  const sync = async ({ scheduleId, status, schedule }: StoredSchedule): Promise<void> => {
    if (status === 'DELETED') return scheduler.remove(scheduleId);
    const { cron, zone, flexibleMinutes, startWindowMinutes } = schedule;
    await scheduler.put({
      ...{ scheduleId, cron, zone, flexibleMinutes, startWindowMinutes, isPaused: status === 'PAUSED' },
    });
  };

  /** Throws a NoOccurrenceError for what is no occurrence of the schedule. */
  const due = async (scheduleId: string, given: string): Promise<void> => {
    const scheduledAt = iso(Date.parse(given));
    const key = occurrenceKey(scheduleId, scheduledAt);
    const known = (await store.read<OccurrenceRecord>(key))?.body;
    if (known !== undefined) return known.isTold ? undefined : tell(ports, known);
    const stored = await getSchedule(store, scheduleId);
    const at = Date.parse(scheduledAt);
    // Clocks differ by seconds; what is announced earlier would be decided on before its time.
    const isAhead = at > clock.now() + minuteMs;
    if (stored === undefined || isAhead || !isOccurrence(stored.schedule, at))
      throw new NoOccurrenceError(`The schedule ${scheduleId} is not due at ${scheduledAt}.`);
    const record = await decide(ports, stored, scheduledAt);
    const written = await store.write(key, record, 0);
    // Another delivery has decided, and may have decided otherwise: what stands is what counts.
    const decided = written === 'written' ? record : (await store.read<OccurrenceRecord>(key))?.body;
    log.info('an occurrence of a schedule was decided on', { scheduleId, scheduledAt, ...record.outcome });
    if (decided !== undefined && !decided.isTold) await tell(ports, decided);
  };

  /** Times of which Scheduler has said nothing, or what it said was lost, are decided on all the same. */
  const decideMissed = async (stored: StoredSchedule): Promise<void> => {
    const { scheduleId, schedule, status, storedAt, changedAt } = stored;
    if (status === 'DELETED') return;
    const now = clock.now();
    const until = now - (schedule.flexibleMinutes ?? 0) * minuteMs - onItsWayMs;
    // Nothing that was due before it was stored, or while it was paused, is made up for.
    const since = Math.max(Date.parse(storedAt), Date.parse(changedAt), now - lookBackMs);
    const times = timesBetween(schedule, since, until);
    if (times.length === 0) return;
    const decided = new Set(await decidedTimes(store, scheduleId));
    for (const time of times) if (!decided.has(time)) await due(scheduleId, time);
  };

  const lookOver = async (stored: StoredSchedule): Promise<void> => {
    await sync(stored);
    await settleAll(ports, stored.scheduleId);
    await decideMissed(stored);
  };

  return {
    due,

    changed: async (scheduleId: string): Promise<void> => {
      const stored = await getSchedule(store, scheduleId);
      if (stored !== undefined) await sync(stored);
    },

    /** What a lost event or a crash left undone. A schedule that fails keeps no other from being looked over. */
    sweep: async (): Promise<void> => {
      const failures: unknown[] = [];
      for (const stored of await allSchedules(store))
        await lookOver(stored).catch((error: unknown) => void failures.push(error));
      if (failures.length > 0)
        throw new AggregateError(failures, `${failures.length} schedules could not be looked over`);
    },
  };
};

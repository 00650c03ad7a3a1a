import { planSchema, type Target } from '../../../contracts/plan.ts';
import type { Schedule } from '../../../contracts/schedule.ts';
import { isOccurrence } from '../../core/domain/schedules/occurrences.ts';
import { blockedAt, closedFor, lateBy, type Skip } from '../../core/domain/schedules/verdict.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import type { AlarmReader } from '../../core/ports/alarm-reader.ts';
import type { CalendarReader } from '../../core/ports/calendar-reader.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Requests } from '../../core/ports/requests.ts';
import type { Scheduler } from '../../core/ports/scheduler.ts';
import { readForecast } from '../../core/streams/durations.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import {
  allSchedules,
  getSchedule,
  listOccurrences,
  occurrenceKey,
  type OccurrenceRecord,
  type StoredSchedule,
} from '../../core/streams/schedule-store.ts';

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

/** So many occurrences of a schedule are looked over for what was not told. */
const lookedMax = 10;

const minuteMs = 60_000;
const fallbackMinutes = 24 * 60;

const iso = (at: number): string => new Date(at).toISOString();
const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : String(error);

/** The same for every delivery of an occurrence, and for no other one: the intake takes it once. */
export const requestIdOf = (scheduleId: string, scheduledAt: string): string =>
  `schedule:${scheduleId}:${scheduledAt.replaceAll(/[-:]|\.\d{3}/g, '')}`;

/** How long calendars have to be open: the longest that the plan should take, and until its instances are ended. */
const expectedMinutes = async (store: RecordStore, schedule: Schedule): Promise<number> => {
  if (schedule.expectedMinutes !== undefined) return schedule.expectedMinutes;
  const plan = planSchema.safeParse((await getPlan(store, schedule.planId))?.plan).data;
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
  if (schedule.calendars.length === 0) return undefined;
  try {
    const state = await calendars.read(schedule.calendars);
    return closedFor(state, clock.now(), await expectedMinutes(store, schedule));
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

/** Says what follows from an occurrence. A repeat is one for whoever hears it: the ids are the same. */
const tell = async (
  { store, requests }: Pick<ScheduleDrillsPorts, 'store' | 'requests'>,
  record: OccurrenceRecord,
): Promise<void> => {
  const { scheduleId, scheduledAt, planId, outcome } = record;
  if (outcome.is === 'requested')
    await requests.say('ExecutionRequested', {
      ...{ requestId: outcome.requestId, planId, mode: 'DRILL' },
      ...{ requestedBy: `schedule ${scheduleId}`, reason: `Due at ${scheduledAt}` },
    });
  else
    await requests.say('DrillSkipped', {
      ...{ scheduleId, scheduledAt, planId },
      ...{ reason: outcome.reason, message: outcome.message },
    });
  const key = occurrenceKey(scheduleId, scheduledAt);
  const stored = await store.read<OccurrenceRecord>(key);
  if (stored !== undefined) await store.write(key, { ...stored.body, isTold: true }, stored.revision);
};

/**
 * Starts the drills of schedules, or says why not. What becomes of an occurrence is decided once, in a record, and
 * said afterwards: whoever comes again, after a crash or a second delivery, says the same again. EventBridge Scheduler
 * follows what is stored.
 */
export const createScheduleDrills = (ports: ScheduleDrillsPorts) => {
  const { store, scheduler, clock, log } = ports;

  const decide = async (stored: StoredSchedule, scheduledAt: string): Promise<OccurrenceRecord> => {
    const { scheduleId, schedule } = stored;
    const skip = await whyNot(ports, stored, Date.parse(scheduledAt));
    const requestId = requestIdOf(scheduleId, scheduledAt);
    return {
      ...{ scheduleId, scheduledAt, planId: schedule.planId, decidedAt: iso(clock.now()), isTold: false },
      outcome:
        skip === undefined
          ? { is: 'requested', requestId, executionId: executionIdOf(requestId) }
          : { is: 'skipped', ...skip },
    };
  };

  const sync = async ({ scheduleId, status, schedule }: StoredSchedule): Promise<void> => {
    if (status === 'DELETED') return scheduler.remove(scheduleId);
    const { cron, zone, flexibleMinutes, startWindowMinutes } = schedule;
    await scheduler.put({
      ...{ scheduleId, cron, zone, flexibleMinutes, startWindowMinutes, isPaused: status === 'PAUSED' },
    });
  };

  return {
    /** Throws a NoOccurrenceError for what is no occurrence of the schedule. */
    due: async (scheduleId: string, given: string): Promise<void> => {
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
      const record = await decide(stored, scheduledAt);
      const written = await store.write(key, record, 0);
      // Another delivery has decided, and may have decided otherwise: what stands is what counts.
      const decided = written === 'written' ? record : (await store.read<OccurrenceRecord>(key))?.body;
      log.info('an occurrence of a schedule was decided on', { scheduleId, scheduledAt, ...record.outcome });
      if (decided !== undefined && !decided.isTold) await tell(ports, decided);
    },

    changed: async (scheduleId: string): Promise<void> => {
      const stored = await getSchedule(store, scheduleId);
      if (stored !== undefined) await sync(stored);
    },

    /** What a lost event or a crash left undone. */
    sweep: async (): Promise<void> => {
      for (const stored of await allSchedules(store)) {
        await sync(stored);
        for (const record of await listOccurrences(store, stored.scheduleId, lookedMax))
          if (!record.isTold) await tell(ports, record);
      }
    },
  };
};

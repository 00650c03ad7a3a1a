import type { Schedule } from '../../../contracts/schedule.ts';
import type { skipReasons } from '../../../contracts/schedule-events.ts';
import { hashOf } from '../kernel/canonical.ts';
import { untilWritten } from '../kernel/until-written.ts';
import type { RecordStore } from '../ports/record-store.ts';

export type ScheduleStatus = 'ACTIVE' | 'PAUSED' | 'DELETED';

/** A version of a schedule: what was stored under its number never changes. */
export interface ScheduleVersion {
  readonly scheduleId: string;
  readonly version: number;
  readonly hash: string;
  readonly schedule: Schedule;
  readonly storedAt: string;
  readonly by: string;
}

interface ScheduleHead {
  readonly latest: number;
  readonly status: ScheduleStatus;
  readonly changedAt: string;
  readonly by: string;
}

/** A schedule as it stands. */
export interface StoredSchedule extends ScheduleVersion {
  readonly status: ScheduleStatus;
  /** When it was stored, paused, resumed or deleted last, ISO 8601. */
  readonly changedAt: string;
}

/** What became of an occurrence, decided once. */
export interface OccurrenceRecord {
  readonly scheduleId: string;
  /** ISO 8601. */
  readonly scheduledAt: string;
  readonly planId: string;
  readonly decidedAt: string;
  readonly outcome:
    | {
        readonly is: 'requested';
        readonly requestId: string;
        readonly executionId: string;
        /** ISO 8601: the intake refuses it if it has not started by then. */
        readonly startBy?: string;
        /** Of the schedule. */
        readonly calendars?: readonly string[];
      }
    | {
        readonly is: 'skipped';
        readonly reason: (typeof skipReasons)[number];
        readonly message: string;
        /** Of a request that was refused. */
        readonly executionId?: string;
      };
  /** Whether the bus has taken what follows. */
  readonly isTold: boolean;
  /** The execution that was requested has started, or was refused. */
  readonly isSeen?: true;
}

/** Whether nothing more follows from it. */
export const isSettled = ({ outcome, isTold, isSeen }: OccurrenceRecord): boolean =>
  isTold && (outcome.is === 'skipped' || isSeen === true);

const headKey = (scheduleId: string) => ({ kind: 'schedule' as const, id: scheduleId });
const versionKey = (scheduleId: string, version: number) => ({
  kind: 'schedule' as const,
  id: `${scheduleId}/${version}`,
});
export const occurrenceKey = (scheduleId: string, scheduledAt: string) => ({
  kind: 'occurrence' as const,
  id: `${scheduleId}/${scheduledAt}`,
});

/** A schedule as it stands, a deleted one too; undefined where there never was one. */
export const getSchedule = async (
  store: RecordStore,
  scheduleId: string,
): Promise<StoredSchedule | undefined> => {
  const head = (await store.read<ScheduleHead>(headKey(scheduleId)))?.body;
  if (head === undefined) return undefined;
  const version = (await store.read<ScheduleVersion>(versionKey(scheduleId, head.latest)))?.body;
  return version && { ...version, status: head.status, changedAt: head.changedAt };
};

/** Also those that are deleted, of which Scheduler may still have something. May lag behind what was stored by seconds. */
export const allSchedules = async (store: RecordStore): Promise<readonly StoredSchedule[]> => {
  const ids = (await store.list('schedule', '')).filter((id) => !id.includes('/'));
  return (await Promise.all(ids.map((id) => getSchedule(store, id)))).flatMap((each) => each ?? []);
};

export const listSchedules = async (store: RecordStore): Promise<readonly StoredSchedule[]> =>
  (await allSchedules(store)).filter(({ status }) => status !== 'DELETED');

/** Why nothing is written over a version, 0 for none; undefined where nothing speaks against it. */
type Refusal<Refused> = (latest: number) => Refused | undefined;

const never = (): undefined => undefined;

/** Refuses to write over another version than the one that the caller has seen. */
const ifMoved =
  (seen: number): Refusal<'moved'> =>
  (latest) =>
    latest === seen ? undefined : 'moved';

const storeNext = <Refused>(
  store: RecordStore,
  schedule: Schedule,
  by: string,
  storedAt: string,
  refused: Refusal<Refused>,
): Promise<StoredSchedule | Refused> => {
  const { scheduleId } = schedule;
  const hash = hashOf(schedule);
  return untilWritten(`the schedule ${scheduleId}`, async () => {
    const head = await store.read<ScheduleHead>(headKey(scheduleId));
    const { latest = 0, status: before = 'ACTIVE' } = head?.body ?? {};
    const refusal = refused(latest);
    if (refusal !== undefined) return refusal;
    const status = before === 'DELETED' ? 'ACTIVE' : before;
    const newest = await store.read<ScheduleVersion>(versionKey(scheduleId, latest));
    if (newest?.body.hash === hash && status === before)
      return { ...newest.body, status, changedAt: head?.body.changedAt ?? newest.body.storedAt };
    const next: ScheduleVersion = { scheduleId, version: latest + 1, hash, schedule, storedAt, by };
    const key = versionKey(scheduleId, next.version);
    // What somebody wrote and died before its head is no version yet.
    const orphan = await store.read<ScheduleVersion>(key);
    if ((await store.write(key, next, orphan?.revision ?? 0)) === 'conflict') return 'conflict';
    const body: ScheduleHead = { latest: next.version, status, changedAt: storedAt, by };
    const written = await store.write(headKey(scheduleId), body, head?.revision ?? 0);
    return written === 'conflict' ? 'conflict' : { ...next, status, changedAt: storedAt };
  });
};

/**
 * Stores a schedule as its next version; an unchanged one stays at its version. One that is paused stays so; one that
 * was deleted is active again. The version is written before the head names it.
 */
export const putSchedule = (
  store: RecordStore,
  schedule: Schedule,
  by: string,
  storedAt: string,
): Promise<StoredSchedule> => storeNext<never>(store, schedule, by, storedAt, never);

/** The same, if the newest version is this one (0: there is none yet); `moved` where it is another by now. */
export const putScheduleAfter = (
  store: RecordStore,
  schedule: Schedule,
  by: string,
  storedAt: string,
  version: number,
): Promise<StoredSchedule | 'moved'> => storeNext(store, schedule, by, storedAt, ifMoved(version));

const changeStatus = <Refused>(
  store: RecordStore,
  scheduleId: string,
  status: ScheduleStatus,
  by: string,
  changedAt: string,
  refused: Refusal<Refused>,
): Promise<StoredSchedule | Refused | undefined> =>
  untilWritten(`the schedule ${scheduleId}`, async () => {
    const head = await store.read<ScheduleHead>(headKey(scheduleId));
    if (head === undefined || (head.body.status === 'DELETED' && status !== 'DELETED')) return undefined;
    const refusal = refused(head.body.latest);
    if (refusal !== undefined) return refusal;
    if (head.body.status !== status) {
      const body: ScheduleHead = { ...head.body, status, changedAt, by };
      if ((await store.write(headKey(scheduleId), body, head.revision)) === 'conflict') return 'conflict';
    }
    return getSchedule(store, scheduleId);
  });

/** Pauses, resumes or deletes a schedule; undefined where there is none. */
export const setScheduleStatus = (
  store: RecordStore,
  scheduleId: string,
  status: ScheduleStatus,
  by: string,
  changedAt: string,
): Promise<StoredSchedule | undefined> =>
  changeStatus<never>(store, scheduleId, status, by, changedAt, never);

/** The same, if the newest version is this one; `moved` where it is another by now. */
export const setStatusOfVersion = (
  store: RecordStore,
  scheduleId: string,
  status: ScheduleStatus,
  by: string,
  changedAt: string,
  version: number,
): Promise<StoredSchedule | undefined | 'moved'> =>
  changeStatus(store, scheduleId, status, by, changedAt, ifMoved(version));

/** The times of a schedule that were decided on, ISO 8601, in order. May lag behind by seconds. */
export const decidedTimes = async (store: RecordStore, scheduleId: string): Promise<readonly string[]> =>
  (await store.list('occurrence', `${scheduleId}/`)).map((id) => id.slice(scheduleId.length + 1));

/** The newest occurrences of a schedule, the latest first. May lag behind by seconds. */
export const listOccurrences = async (
  store: RecordStore,
  scheduleId: string,
  count: number,
): Promise<readonly OccurrenceRecord[]> => {
  const ids = (await store.list('occurrence', `${scheduleId}/`)).slice(-count).reverse();
  const found = await Promise.all(ids.map((id) => store.read<OccurrenceRecord>({ kind: 'occurrence', id })));
  return found.flatMap((each) => each?.body ?? []);
};

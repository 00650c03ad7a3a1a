import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { type Schedule, scheduleSchema } from '../../../contracts/schedule.ts';
import { scheduleChanged } from '../../../contracts/schedule-events.ts';
import { nextOccurrences, scheduleFaults } from '../../core/domain/schedules/occurrences.ts';
import { nextTimes } from '../../core/domain/schedules/verdict.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import {
  getSchedule,
  listOccurrences,
  listSchedules,
  putSchedule,
  type ScheduleStatus,
  setScheduleStatus,
  type StoredSchedule,
} from '../../core/streams/schedule-store.ts';
import { timeText } from '../../core/view/time-text.ts';
import { connect, nowThere } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { readDocumentFile } from './document-file.ts';
import { InputError } from './input-error.ts';
import { tableText } from './format.ts';
import { exitCodes } from './help.ts';
import { whoAmI } from './say.ts';

export interface ScheduleOptions extends ConnectionOptions {
  readonly by?: string;
  readonly json?: boolean;
}

export interface ScheduleNextOptions extends ScheduleOptions {
  readonly count: number;
}

const documentFaults = (document: unknown): readonly Fault[] => {
  const read = scheduleSchema.safeParse(document);
  return read.success ? [] : faultsOf(scheduleSchema, document, read.error);
};

/** The schedule in a file; throws an InputError with all of its faults. */
const readScheduleFile = (file: string, now: number): Schedule => {
  const schedule = readDocumentFile(file, scheduleSchema, 'Invalid schedule', documentFaults);
  const faults = scheduleFaults(schedule, now);
  if (faults.length > 0) throw new InputError('Invalid schedule', file, faults);
  return schedule;
};

const notThere = (scheduleId: string, options: ScheduleOptions): string =>
  `There is no schedule ${scheduleId}. List them: ${commandLine('schedule list', options)}`;

const lineOf = ({ scheduleId, version, status, schedule }: StoredSchedule): string =>
  `${scheduleId} v${version} ${status} ${schedule.planId}: ${schedule.cron} in ${schedule.zone}`;

export const schedulePut = async (
  file: string,
  options: ScheduleOptions,
  console: Console,
): Promise<number> => {
  const now = await nowThere(options);
  const schedule = readScheduleFile(file, now);
  const there = connect(options);
  const { store } = there;
  if ((await getPlan(store, schedule.planId)) === undefined) {
    const expected = `a stored plan; list them: ${commandLine('plan list', options)}`;
    const fault = { path: 'planId', message: `there is no plan ${schedule.planId}`, expected };
    throw new InputError('Invalid schedule', file, [fault]);
  }
  const by = options.by ?? whoAmI();
  const stored = await putSchedule(store, schedule, by, new Date(now).toISOString());
  // Stored first: were nobody told, the next look of the service would find it.
  await there.say(scheduleChanged.name, { scheduleId: stored.scheduleId, by });
  console.print(options.json === true ? JSON.stringify(stored) : lineOf(stored));
  return exitCodes.done;
};

export const scheduleStatus =
  (status: ScheduleStatus) =>
  async (scheduleId: string, options: ScheduleOptions, console: Console): Promise<number> => {
    const there = connect(options);
    const { store } = there;
    const by = options.by ?? whoAmI();
    const now = new Date(await nowThere(options)).toISOString();
    const stored = await setScheduleStatus(store, scheduleId, status, by, now);
    if (stored === undefined) {
      console.warn(notThere(scheduleId, options));
      return exitCodes.invalid;
    }
    await there.say(scheduleChanged.name, { scheduleId, by });
    console.print(options.json === true ? JSON.stringify(stored) : lineOf(stored));
    return exitCodes.done;
  };

const nextText = ({ schedule, status }: StoredSchedule, now: number): string => {
  if (status === 'PAUSED') return 'paused';
  const next = nextOccurrences(schedule, now, 5).find(({ at }) => at !== undefined)?.at;
  return next === undefined ? 'never' : timeText(next);
};

export const scheduleList = async (options: ScheduleOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const now = await nowThere(options);
  const schedules = await listSchedules(store);
  const rows = await Promise.all(
    schedules.map(async (stored) => {
      const [last] = await listOccurrences(store, stored.scheduleId, 1);
      return { stored, last };
    }),
  );
  if (options.json === true) {
    console.print(JSON.stringify(rows.map(({ stored, last }) => ({ ...stored, ...(last && { last }) }))));
    return exitCodes.done;
  }
  console.print(
    rows.length === 0
      ? `There are no schedules yet. Store one: ${commandLine('schedule put FILE', options)}`
      : [
          ...tableText([
            ['schedule', 'plan', 'cron', 'zone', 'next (UTC)', 'last (UTC)', 'came to'],
            ...rows.map(({ stored, last }) => [
              ...[stored.scheduleId, stored.schedule.planId, stored.schedule.cron, stored.schedule.zone],
              nextText(stored, now),
              last === undefined ? 'never' : timeText(Date.parse(last.scheduledAt)),
              last === undefined
                ? ''
                : last.outcome.is === 'requested'
                  ? last.outcome.executionId
                  : `skipped: ${last.outcome.message}`,
            ]),
          ]),
        ].join('\n'),
  );
  return exitCodes.done;
};

/** Of a stored schedule, or of one in a file. */
export const scheduleNext = async (
  subject: string,
  options: ScheduleNextOptions,
  console: Console,
): Promise<number> => {
  const now = await nowThere(options).catch(() => Date.now());
  const isFile = /[./\\]/.test(subject);
  const stored = isFile ? undefined : await getSchedule(connect(options).store, subject);
  if (!isFile && (stored === undefined || stored.status === 'DELETED')) {
    console.warn(notThere(subject, options));
    return exitCodes.invalid;
  }
  const schedule = stored?.schedule ?? readScheduleFile(subject, now);
  const times = nextTimes(schedule, now, options.count);
  const paused = stored?.status === 'PAUSED' ? ['The schedule is paused: none of these is held.'] : [];
  console.print(
    options.json === true
      ? JSON.stringify(times)
      : [
          ...tableText([
            [schedule.zone, 'UTC', ''],
            ...times.map(({ local, at, skipped }) => [
              local,
              at === undefined ? '–' : timeText(Date.parse(at)),
              skipped === undefined ? '' : `skipped: ${skipped}`,
            ]),
          ]),
          ...paused,
        ].join('\n'),
  );
  return exitCodes.done;
};

import type { Schedule } from '../../../contracts/schedule.ts';
import { scheduleChanged } from '../../../contracts/schedule-events.ts';
import { scheduleFaults } from '../../core/domain/schedules/occurrences.ts';
import { nextTimes } from '../../core/domain/schedules/verdict.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import {
  getSchedule,
  listOccurrences,
  listSchedules,
  putSchedule,
  putScheduleAfter,
  type ScheduleStatus,
  setScheduleStatus,
  setStatusOfVersion,
} from '../../core/streams/schedule-store.ts';
import { noSchedule, problem } from './problem.ts';
import type { Answer, ApiPorts, Asked } from './route.ts';

const nextMax = 5;
const occurrencesMax = 10;

/** The caller was judged for another version than the one that stands there by now. */
const moved = (scheduleId: string): Answer =>
  problem(409, `Somebody has stored another version of ${scheduleId} meanwhile. Read it and try again.`);

export const answerSchedules = async (
  { store, clock }: ApiPorts,
  mayWith: Asked['mayWith'],
): Promise<Answer> => {
  const schedules = await Promise.all(
    (await listSchedules(store)).map(async (stored) => ({
      ...stored,
      ...(mayWith && { may: mayWith((await getPlan(store, stored.schedule.planId))?.plan.tags ?? {}) }),
      next: nextTimes(stored.schedule, clock.now(), nextMax),
      occurrences: await listOccurrences(store, stored.scheduleId, occurrencesMax),
    })),
  );
  return { status: 200, body: { schedules } };
};

export const storeSchedule = async (
  { store, clock, requests }: ApiPorts,
  scheduleId: string,
  schedule: Schedule,
  { by, judgedVersion }: Pick<Asked, 'by' | 'judgedVersion'>,
): Promise<Answer> => {
  const expected = `${scheduleId}, as in the path`;
  const faults = [
    ...(schedule.scheduleId === scheduleId
      ? []
      : [{ path: 'scheduleId', message: `is ${schedule.scheduleId}`, expected }]),
    ...((await getPlan(store, schedule.planId)) === undefined
      ? [{ path: 'planId', message: `there is no plan ${schedule.planId}`, expected: 'a stored plan' }]
      : []),
    ...scheduleFaults(schedule, clock.now()),
  ];
  if (faults.length > 0) return problem(400, 'The schedule has faults; nothing was stored.', faults);
  const storedAt = new Date(clock.now()).toISOString();
  const body =
    judgedVersion === undefined
      ? await putSchedule(store, schedule, by, storedAt)
      : await putScheduleAfter(store, schedule, by, storedAt, judgedVersion);
  if (body === 'moved') return moved(scheduleId);
  // Stored first: were nobody told, the next look of the service would find it.
  await requests.say(scheduleChanged.name, { scheduleId, by });
  return { status: 200, body };
};

export const changeSchedule = async (
  { store, clock, requests }: ApiPorts,
  scheduleId: string,
  status: ScheduleStatus,
  { by, judgedVersion }: Pick<Asked, 'by' | 'judgedVersion'>,
): Promise<Answer> => {
  const changedAt = new Date(clock.now()).toISOString();
  const body =
    judgedVersion === undefined
      ? await setScheduleStatus(store, scheduleId, status, by, changedAt)
      : await setStatusOfVersion(store, scheduleId, status, by, changedAt, judgedVersion);
  if (body === 'moved') return moved(scheduleId);
  if (body === undefined) return noSchedule(scheduleId);
  await requests.say(scheduleChanged.name, { scheduleId, by });
  return { status: 200, body };
};

export const answerNext = async (
  { store, clock }: ApiPorts,
  scheduleId: string,
  count: number,
): Promise<Answer> => {
  const stored = await getSchedule(store, scheduleId);
  if (stored === undefined || stored.status === 'DELETED') return noSchedule(scheduleId);
  return { status: 200, body: { times: nextTimes(stored.schedule, clock.now(), count) } };
};

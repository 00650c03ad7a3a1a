import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import { type Schedule, scheduleSchema } from '../../contracts/schedule.ts';
import { timesBetween } from '../../services/core/domain/schedules/occurrences.ts';
import { requestIdOf } from '../../services/core/domain/schedules/request-id.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';

const minute = 60_000;

/** A time at which a schedule is due. */
export interface Occurrence {
  readonly schedule: Schedule;
  readonly scheduledAt: string;
}

/** Gives some seeds a schedule, which is due within the first hours, drawn apart from everything else. */
export const withSchedules = (prng: Prng, workload: Workload): Workload => {
  if (!prng.chance(0.25)) return workload;
  const first = prng.between(1, 25);
  const schedule = scheduleSchema.parse({
    ...{ scheduleId: 'drawn', planId: prng.pick(workload.plans).planId },
    cron: `${prng.pick([`${first}`, `${first},${first + 25}`])} ${prng.pick(['0', '1', '0,2'])} 5 1 ? 2026`,
    startWindowMinutes: prng.pick([5, 10, 60]),
    ...(prng.chance(0.2) && { blockedDates: ['2026-01-05'] }),
    ...(prng.chance(0.2) && { calendars: [`calendar-${prng.int(500)}`] }),
  });
  return { ...workload, schedule };
};

/** All of them: they are on the first day. */
export const occurrencesOf = (
  { schedule }: Pick<Workload, 'schedule'>,
  epoch: number,
): readonly Occurrence[] =>
  schedule === undefined
    ? []
    : timesBetween(schedule, epoch, epoch + 6 * 60 * minute).map((scheduledAt) => ({
        schedule,
        scheduledAt,
      }));

export interface ScheduleRulesDeps {
  readonly now: () => number;
  readonly occurrences: readonly Occurrence[];
  readonly statusOf: (executionId: string) => string;
  /** By how much machines' clocks may differ. */
  readonly skewMaxMs: number;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

/** From a handler's look at its clock until what it decides is saved. */
const decidingMs = 90_000;

/**
 * S41: an occurrence of a schedule starts one execution at most, within its start window, and ends in an execution or
 * in a DrillSkipped, never in both.
 */
export const createScheduleRules = (deps: ScheduleRulesDeps) => {
  const { now, occurrences, statusOf, skewMaxMs, fail, hit } = deps;
  const executions = new Map<string, Set<string>>();
  const started = new Set<string>();
  const skipped = new Set<string>();
  const nameOf = ({ schedule, scheduledAt }: Occurrence): string =>
    `schedule ${schedule.scheduleId} Due at ${scheduledAt}`;
  const idOf = ({ schedule, scheduledAt }: Occurrence): string =>
    executionIdOf(requestIdOf(schedule.scheduleId, scheduledAt));
  const named = new Map(occurrences.map((each) => [nameOf(each), each]));

  const onStarted = (name: string, { schedule, scheduledAt }: Occurrence): void => {
    hit('drill of a schedule started');
    if (started.has(name)) fail('S41', `${name} has started two executions`);
    if (skipped.has(name)) fail('S41', `${name} was skipped, and started`);
    started.add(name);
    const until = Date.parse(scheduledAt) + schedule.startWindowMinutes * minute;
    if (now() > until + decidingMs + skewMaxMs) fail('S41', `${name} started after its start window`);
  };

  return {
    onEvent({ metadata: { executionId }, ...event }: Recorded): void {
      const fact = event as ExecutionFact;
      if (fact.type !== 'ExecutionAccepted' && fact.type !== 'ExecutionStarted') return;
      const name = `${fact.data.requestedBy} ${fact.data.reason}`;
      const occurrence = named.get(name);
      if (occurrence === undefined) return;
      if (fact.type === 'ExecutionStarted') return void onStarted(name, occurrence);
      const known = executions.get(name) ?? new Set();
      executions.set(name, known.add(executionId));
      if (known.size > 1) fail('S41', `${name} has two executions`);
    },
    onSaid(type: string, data: unknown, isLook: boolean): void {
      if (isLook) hit('occurrence told of by a look');
      if (type !== 'DrillSkipped') return;
      const { scheduleId, scheduledAt, reason } = data as Readonly<Record<string, string>>;
      const name = `schedule ${scheduleId} Due at ${scheduledAt}`;
      hit('drill of a schedule skipped');
      if (reason === 'late') hit('drill of a schedule skipped as late');
      if (started.has(name)) fail('S41', `${name} started, and is said to be skipped`);
      skipped.add(name);
    },
    /** The executions that are there by now. */
    executionIds: (): readonly string[] => [...executions.values()].flatMap((ids) => [...ids]),
    /** Those of which nobody has heard what becomes of them. */
    open: (): readonly string[] =>
      occurrences.flatMap((each) => {
        const name = nameOf(each);
        const status = statusOf(idOf(each));
        return skipped.has(name) || !['NONE', 'REQUESTED', 'REJECTED'].includes(status) ? [] : [name];
      }),
    lastDueAt: Math.max(0, ...occurrences.map(({ scheduledAt }) => Date.parse(scheduledAt))),
  };
};

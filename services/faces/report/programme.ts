import type { HeldRun, PlanEvidence, Programme, Scope, SkippedDrill } from './programme-model.ts';
import { planProof, type ProvablePlan } from './proof.ts';
import type { ExecutionReport } from './report-model.ts';

/** A stored schedule, as far as it matters here. */
interface ScheduleOfPlan {
  readonly scheduleId: string;
  readonly schedule: { readonly planId: string };
}

/** A time of a schedule, ISO 8601, and what became of it. */
interface Occurrence {
  readonly scheduleId: string;
  readonly scheduledAt: string;
  readonly planId: string;
  readonly outcome:
    | { readonly is: 'requested'; readonly executionId: string }
    | {
        readonly is: 'skipped';
        readonly reason: string;
        readonly message: string;
        readonly executionId?: string;
      };
}

/** All that a programme is made of. Instants in epoch ms. */
export interface ProgrammeSources {
  readonly from: number;
  readonly to: number;
  readonly writtenAt: number;
  readonly scope?: Scope | undefined;
  readonly plans: readonly ProvablePlan[];
  /** Of these plans' executions, back to the last proof of each, which may lie before the period. */
  readonly reports: readonly ExecutionReport[];
  readonly unrecorded: readonly string[];
  readonly schedules: readonly ScheduleOfPlan[];
  readonly occurrences: readonly Occurrence[];
}

const evidenceOf = (
  plan: ProvablePlan,
  { reports, schedules, to, writtenAt }: ProgrammeSources,
): PlanEvidence => ({
  ...planProof(plan, reports, Math.min(to, writtenAt)),
  schedules: schedules
    .filter(({ schedule }) => schedule.planId === plan.planId)
    .map(({ scheduleId }) => scheduleId),
});

const skippedOf = ({ occurrences, from, to }: ProgrammeSources): readonly SkippedDrill[] =>
  occurrences.flatMap(({ scheduleId, scheduledAt, planId, outcome }): readonly SkippedDrill[] => {
    const at = Date.parse(scheduledAt);
    if (outcome.is !== 'skipped' || at < from || at >= to) return [];
    const { reason, message, executionId } = outcome;
    return [
      {
        ...{ scheduleId, scheduledAt: at, planId, reason, message },
        ...(executionId !== undefined && { executionId }),
      },
    ];
  });

/** Puts a programme together; the plans that it is about are those of the sources. */
export const programmeOf = (given: ProgrammeSources): Programme => {
  const ids = new Set(given.plans.map(({ planId }) => planId));
  const reports = given.reports
    .filter(({ planId }) => ids.has(planId))
    .sort((a, b) => a.startedAt - b.startedAt || (a.executionId < b.executionId ? -1 : 1));
  const occurrences = given.occurrences.filter(({ planId }) => ids.has(planId));
  const sources = { ...given, reports, occurrences };
  const { from, to, writtenAt, unrecorded } = sources;
  const heldFor = new Map(
    occurrences.flatMap(({ scheduleId, scheduledAt, outcome }) =>
      outcome.is === 'requested'
        ? [[outcome.executionId, { scheduleId, scheduledAt: Date.parse(scheduledAt) }] as const]
        : [],
    ),
  );
  const runs = reports
    .filter(({ startedAt }) => startedAt >= from && startedAt < to)
    .map((report): HeldRun => {
      const occurrence = heldFor.get(report.executionId);
      return { report, ...(occurrence !== undefined && { occurrence }) };
    });
  return {
    ...{ from, to, writtenAt, unrecorded, runs },
    ...(sources.scope !== undefined && { scope: sources.scope }),
    plans: sources.plans
      .map((plan) => evidenceOf(plan, sources))
      .sort((a, b) => (a.planId < b.planId ? -1 : 1)),
    skipped: [...skippedOf(sources)].sort((a, b) => a.scheduledAt - b.scheduledAt),
  };
};

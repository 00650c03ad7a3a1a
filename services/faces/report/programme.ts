import { isProofOverdue, type PlanServers, type ProvenPlan } from '../../core/domain/proof.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { CoveredServer, HeldRun, PlanEvidence, Programme, SkippedDrill } from './programme-model.ts';
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
  readonly plans: readonly (PlanVersion & PlanServers & Pick<ProvenPlan, 'since'>)[];
  /** Of every execution of these plans, also those before the period: they may still be the proof. */
  readonly reports: readonly ExecutionReport[];
  readonly unrecorded: readonly string[];
  readonly schedules: readonly ScheduleOfPlan[];
  readonly occurrences: readonly Occurrence[];
}

/** A drill that recovered everything, and whose record verifies. */
export const isProof = ({ mode, status, verdict }: ExecutionReport): boolean =>
  mode === 'DRILL' && status === 'COMPLETED' && verdict?.sound === true;

const launchedBy = ({ waves }: ExecutionReport): ReadonlySet<string> =>
  new Set(
    waves.flatMap(({ servers }) =>
      servers.filter(({ launchResult }) => launchResult === 'LAUNCHED').map((each) => each.sourceServerId),
    ),
  );

const coverage = (
  servers: PlanServers['servers'],
  runs: readonly ExecutionReport[],
  proof: ExecutionReport | undefined,
): readonly CoveredServer[] => {
  const launched = runs.map((report) => ({ report, ids: launchedBy(report) }));
  const proven = proof === undefined ? new Set<string>() : launchedBy(proof);
  return servers.map(({ sourceServerId, name }) => {
    const last = launched.findLast(({ ids }) => ids.has(sourceServerId))?.report;
    return {
      ...{ sourceServerId, name, isProven: proven.has(sourceServerId) },
      ...(last !== undefined && { lastLaunched: { at: last.startedAt, executionId: last.executionId } }),
    };
  });
};

const evidenceOf = (
  { planId, version, hash, plan, servers, unread, since }: ProgrammeSources['plans'][number],
  { reports, schedules, to, writtenAt }: ProgrammeSources,
): PlanEvidence => {
  const { rtoMinutes, rpoMinutes, provenWithinDays } = plan;
  const runs = reports.filter((report) => report.planId === planId && report.startedAt < to);
  const proof = runs.findLast(isProof);
  return {
    ...{ planId, version, hash, unread },
    ...(rtoMinutes !== undefined && { rtoMinutes }),
    ...(rpoMinutes !== undefined && { rpoMinutes }),
    ...(provenWithinDays !== undefined && { provenWithinDays }),
    schedules: schedules
      .filter(({ schedule }) => schedule.planId === planId)
      .map(({ scheduleId }) => scheduleId),
    ...(proof !== undefined && { proof }),
    isOverdue: isProofOverdue({ provenWithinDays, since }, proof?.endedAt, Math.min(to, writtenAt)),
    servers: coverage(servers, runs, proof),
  };
};

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
    plans: sources.plans
      .map((plan) => evidenceOf(plan, sources))
      .sort((a, b) => (a.planId < b.planId ? -1 : 1)),
    skipped: [...skippedOf(sources)].sort((a, b) => a.scheduledAt - b.scheduledAt),
  };
};

import type { Fault } from '../../../contracts/execution-events.ts';
import { executionStatusSchema } from '../../../contracts/orders.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { ExecutionIndex, RecordStore } from '../../core/ports/record-store.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { firstStoredAt } from '../../core/streams/plan-store.ts';
import { allSchedules, listOccurrences } from '../../core/streams/schedule-store.ts';
import type { Programme, Scope } from '../report/programme-model.ts';
import { programmeOf } from '../report/programme.ts';
import { isProof, launchedBy, type ProvablePlan } from '../report/proof.ts';
import type { ExecutionReport } from '../report/report-model.ts';
import type { ProofPorts } from './read-proof.ts';
import { createVerifiedReports, type VerifiedReports } from './verified-reports.ts';

/** A period and the plans that it is about, each in its newest version. Epoch ms. */
export interface AskedProgramme {
  readonly plans: readonly PlanVersion[];
  readonly scope?: Scope;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** How much may be read for one answer. */
export interface ProgrammeLimits {
  readonly executionsMax: number;
  readonly eventsMax: number;
  readonly onRead?: (executions: number) => void;
}

const indexMax = 10_000;
const occurrencesMax = 10_000;
const atOnce = 8;

/** By when what an auditor asks for is asked for, unless he says otherwise: a quarter, in ms. */
export const quarterMs = 92 * 86_400_000;

/** The executions of these plans that were requested before `to`, newest first. */
const indexed = async (
  store: RecordStore,
  { plans, to }: AskedProgramme,
): Promise<readonly ExecutionIndex[]> => {
  const ids = new Set(plans.map(({ planId }) => planId));
  const found = await Promise.all(
    executionStatusSchema.options.map((status) => store.executionsByStatus(status, indexMax)),
  );
  return found
    .flat()
    .filter(({ planId, startedAt }) => ids.has(planId) && Date.parse(startedAt) < to)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
};

/** What the executions that were read so far say of plans. */
interface Learned {
  readonly reports: ExecutionReport[];
  readonly proven: Set<string>;
  /** Servers by `PLAN/SERVER`, of which a launch is known. */
  readonly launched: Set<string>;
}

const learn = ({ reports, proven, launched }: Learned, report: ExecutionReport): void => {
  reports.push(report);
  if (isProof(report)) proven.add(report.planId);
  for (const id of launchedBy(report)) launched.add(`${report.planId}/${id}`);
};

/** Whether older executions can add nothing: there is a proof, and each server's last launch is known. */
const isSettled = ({ planId, servers }: ProvablePlan, { proven, launched }: Learned): boolean =>
  proven.has(planId) && servers.every(({ sourceServerId }) => launched.has(`${planId}/${sourceServerId}`));

const tooMuch = ({ executions, events }: ReturnType<VerifiedReports['count']>): readonly Fault[] => [
  {
    path: 'from',
    message: `after ${executions} executions with ${events} events, not everything has been verified`,
    expected: 'a shorter period or fewer plans; `groundswell evidence` has no such bound',
  },
];

interface Recorded {
  readonly reports: readonly ExecutionReport[];
  /** Executions of the period of which the audit has recorded nothing. */
  readonly unrecorded: readonly string[];
}

/** Verifies every execution of the period, and of each plan what lies before it until nothing more is to be learned. */
const readReports = async (
  store: RecordStore,
  plans: readonly ProvablePlan[],
  {
    within,
    before,
  }: { readonly within: readonly ExecutionIndex[]; readonly before: readonly ExecutionIndex[] },
  { executionsMax, eventsMax, onRead }: ProgrammeLimits,
): Promise<Recorded | readonly Fault[]> => {
  const verified = createVerifiedReports(store);
  const learned: Learned = { reports: [], proven: new Set(), launched: new Set() };
  const unrecorded: string[] = [];
  let left = 0;
  const take = async ({ executionId }: ExecutionIndex, ifNothing: () => void): Promise<void> => {
    const { executions, events } = verified.count();
    if (executions >= executionsMax || events >= eventsMax) left += 1;
    if (left > 0) return;
    const report = await verified.read(executionId);
    onRead?.(verified.count().executions);
    if (report === undefined) ifNothing();
    else learn(learned, report);
  };
  await inParallel(within, atOnce, (index) => take(index, () => void unrecorded.push(index.executionId)));
  await inParallel(plans, atOnce, async (plan) => {
    for (const index of before.filter(({ planId }) => planId === plan.planId)) {
      if (left > 0 || isSettled(plan, learned)) return;
      await take(index, () => undefined);
    }
  });
  return left > 0 ? tooMuch(verified.count()) : { reports: learned.reports, unrecorded: unrecorded.sort() };
};

/**
 * Reads the evidence of a recovery programme, and verifies each execution that it rests on; or says why that is more
 * than may be read. Throws what the store throws.
 */
export const readProgramme = async (
  { store, serversOf }: ProofPorts,
  asked: AskedProgramme,
  limits: ProgrammeLimits,
): Promise<Programme | { readonly faults: readonly Fault[] }> => {
  const { from, to, now } = asked;
  const plans = await inParallel(asked.plans, atOnce, async (version) => ({
    ...{ ...version, since: await firstStoredAt(store, version) },
    ...(await serversOf(version.plan)),
  }));
  const schedules = await allSchedules(store);
  const occurrences = await Promise.all(
    schedules.map(({ scheduleId }) => listOccurrences(store, scheduleId, occurrencesMax)),
  );
  const all = await indexed(store, asked);
  const isWithin = ({ startedAt }: ExecutionIndex): boolean => Date.parse(startedAt) >= from;
  const periods = { within: all.filter(isWithin), before: all.filter((index) => !isWithin(index)) };
  const read = await readReports(store, plans, periods, limits);
  if (!('reports' in read)) return { faults: read };
  return programmeOf({
    ...{ from, to, writtenAt: now, plans, ...read },
    scope: asked.scope,
    schedules: schedules.filter(({ status }) => status !== 'DELETED'),
    occurrences: occurrences.flat(),
  });
};

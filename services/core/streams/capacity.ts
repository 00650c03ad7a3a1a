import type { Target } from '../../../contracts/plan.ts';
import {
  admitted,
  emptyLedger,
  isHeld,
  placeOf,
  lessOthers,
  releaseHolds,
  requestHold,
  yieldHold,
  type CapacityLedger,
  type CapacityLimits,
  type Hold,
  type InUse,
} from '../domain/capacity.ts';
import { plannedJobs, type Wave } from '../domain/wave/wave.ts';
import { changeRecord } from '../kernel/until-written.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Timers } from '../ports/timers.ts';

const ledgerKey = (target: Target) => ({
  kind: 'capacity' as const,
  id: `${target.account}/${target.region}`,
});

/** All executions share it, and many may ask at once. */
const roundsMax = 50;

const change = (
  store: RecordStore,
  target: Target,
  next: (ledger: CapacityLedger) => CapacityLedger,
): Promise<{ readonly before: CapacityLedger; readonly after: CapacityLedger }> =>
  changeRecord(
    store,
    ledgerKey(target),
    `the capacity of ${target.account}/${target.region}`,
    emptyLedger,
    (before) => {
      const after = next(before);
      return { body: after, answer: { before, after } };
    },
    roundsMax,
  );

const wakeAdmitted = async (
  timers: Timers,
  before: CapacityLedger,
  after: CapacityLedger,
  except?: string,
): Promise<void> => {
  for (const { holdId, executionId, waveId, service } of admitted(before, after)) {
    if (holdId === except) continue;
    const wake = service === undefined ? { service: 'launch-wave' as const, waveId } : { service };
    await timers.set({ ...wake, executionId }, 0);
  }
};

/** What there is to share out: the quotas, and what others use of them. */
export interface Budget {
  readonly quotas: CapacityLimits;
  readonly others?: InUse;
}

const limitsOf = ({ quotas, others }: Budget): CapacityLimits =>
  others === undefined ? quotas : lessOthers(quotas, others);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Keeps the budget for those who give capacity back, and cannot read it. */
const withBudget = (ledger: CapacityLedger, budget: Budget): CapacityLedger => {
  const limits = limitsOf(budget);
  if (isSame(ledger.limits, limits) && isSame(ledger.others, budget.others)) return ledger;
  const { others: _before, ...rest } = ledger;
  return { ...rest, limits, ...(budget.others && { others: budget.others }) };
};

/** Whether DRS has refused a job for what others use, and none of ours has been let in since. */
export const readOthers = async (store: RecordStore, target: Target): Promise<InUse | undefined> =>
  (await store.read<CapacityLedger>(ledgerKey(target)))?.body.others;

/** Gives back a hold whose job DRS refused: it waits in front of all others until what they use is free. */
export const yieldCapacity = async (
  store: RecordStore,
  timers: Timers,
  target: Target,
  holdId: string,
  budget: Budget,
): Promise<void> => {
  const { before, after } = await change(store, target, (ledger) =>
    withBudget(yieldHold(ledger, holdId, limitsOf(budget)), budget),
  );
  await wakeAdmitted(timers, before, after, holdId);
};

/** Asks for capacity. `held`, or the number of claims that wait in front. Others that are let in by the way are woken. */
export const takeCapacity = async (
  store: RecordStore,
  timers: Timers,
  target: Target,
  hold: Hold,
  budget: Budget,
): Promise<'held' | number> => {
  const { before, after } = await change(store, target, (ledger) =>
    requestHold(withBudget(ledger, budget), hold, limitsOf(budget)),
  );
  await wakeAdmitted(timers, before, after, hold.holdId);
  return isHeld(after, hold.holdId) ? 'held' : placeOf(after, hold.holdId);
};

/** Gives capacity back and wakes those that may launch now. `fallback` is for a ledger that knows no limits yet. */
export const giveCapacityBack = async (
  store: RecordStore,
  timers: Timers,
  target: Target,
  released: (hold: Hold) => boolean,
  fallback: CapacityLimits,
): Promise<void> => {
  const { before, after } = await change(store, target, (ledger) =>
    releaseHolds(ledger, released, ledger.limits ?? fallback),
  );
  await wakeAdmitted(timers, before, after);
};

export const holdIdOf = (executionId: string, waveId: string, attempt: number, job: number): string =>
  `${executionId}/${waveId}/${attempt}/${job}`;

/**
 * Whether a hold belongs to a job of the wave's present attempt that is not over. A wave that has ended claims nothing
 * any more: of its jobs those alone count that DRS may still run.
 */
export const needsHold = (wave: Wave, holdId: string, mayClaim: boolean): boolean =>
  plannedJobs(wave).some(({ job }) => {
    const status = wave.state.jobs.find((each) => each.job === job)?.status ?? 'OPEN';
    const isOver = status === 'COMPLETED' || status === 'REFUSED' || (status === 'OPEN' && !mayClaim);
    return !isOver && holdIdOf(wave.executionId, wave.definition.waveId, wave.state.attempt, job) === holdId;
  });

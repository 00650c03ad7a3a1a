/** One claim on an account's budget of DRS jobs. */
export interface Hold {
  readonly holdId: string;
  readonly executionId: string;
  readonly waveId: string;
  readonly servers: number;
}

/** The budget of one account and Region, shared by all executions: who holds, and who waits in which order. */
export interface CapacityLedger {
  readonly holds: readonly Hold[];
  readonly waiting: readonly Hold[];
}

/** DRS quotas: "Concurrent jobs in progress" L-D88FAC3A, "Source servers in all jobs" L-05AFA8C6. */
export interface CapacityLimits {
  readonly jobsMax: number;
  readonly serversMax: number;
}

export const emptyLedger: CapacityLedger = { holds: [], waiting: [] };

const fits = (holds: readonly Hold[], hold: Hold, limits: CapacityLimits): boolean =>
  holds.length < limits.jobsMax &&
  holds.reduce((sum, held) => sum + held.servers, hold.servers) <= limits.serversMax;

/** Lets those in front in, in order, as long as they fit: nobody overtakes, so nobody starves. */
const admit = (ledger: CapacityLedger, limits: CapacityLimits): CapacityLedger => {
  const [first, ...rest] = ledger.waiting;
  if (first === undefined || !fits(ledger.holds, first, limits)) return ledger;
  return admit({ holds: [...ledger.holds, first], waiting: rest }, limits);
};

export const isHeld = (ledger: CapacityLedger, holdId: string): boolean =>
  ledger.holds.some((hold) => hold.holdId === holdId);

/** How many wait in front of this one; 0 for the first in the queue. */
export const placeOf = (ledger: CapacityLedger, holdId: string): number =>
  ledger.waiting.findIndex((hold) => hold.holdId === holdId);

/** The ledger after asking for a hold: granted at once, or at the end of the queue. Asking again changes nothing. */
export const requestHold = (ledger: CapacityLedger, hold: Hold, limits: CapacityLimits): CapacityLedger => {
  if (isHeld(ledger, hold.holdId)) return ledger;
  const queued =
    placeOf(ledger, hold.holdId) >= 0 ? ledger : { ...ledger, waiting: [...ledger.waiting, hold] };
  return admit(queued, limits);
};

/** The ledger after giving holds back, with those let in that fit now. Giving back twice changes nothing. */
export const releaseHolds = (
  ledger: CapacityLedger,
  released: (hold: Hold) => boolean,
  limits: CapacityLimits,
): CapacityLedger => {
  const kept = {
    holds: ledger.holds.filter((hold) => !released(hold)),
    waiting: ledger.waiting.filter((hold) => !released(hold)),
  };
  return kept.holds.length + kept.waiting.length === ledger.holds.length + ledger.waiting.length
    ? ledger
    : admit(kept, limits);
};

/** Those who hold now and did not before: each has to be woken. */
export const admitted = (before: CapacityLedger, after: CapacityLedger): readonly Hold[] =>
  after.holds.filter((hold) => !isHeld(before, hold.holdId));

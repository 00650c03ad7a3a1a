/** One claim on an account's budget of DRS jobs. */
export interface Hold {
  readonly holdId: string;
  readonly executionId: string;
  readonly waveId: string;
  readonly servers: number;
  /** For which service it is, where that is not the launcher. */
  readonly service?: 'clean-up-drill';
  /** A launch of a real recovery: it waits behind no clean-up that has not begun. */
  readonly isRecovery?: true;
}

/** The budget of one account and Region, shared by all executions: who holds, and who waits in which order. */
export interface CapacityLedger {
  readonly holds: readonly Hold[];
  readonly waiting: readonly Hold[];
  /** As last read by who asked for capacity: the quotas, less what others use. */
  readonly limits?: CapacityLimits;
  /** What jobs of others used when DRS last refused one of ours, or was queried since. */
  readonly others?: InUse;
}

/** Jobs in progress, and the servers in them. */
export interface InUse {
  readonly jobs: number;
  readonly servers: number;
}

/** DRS quotas: "Concurrent jobs in progress" L-D88FAC3A, "Source servers in all jobs" L-05AFA8C6. */
export interface CapacityLimits {
  readonly jobsMax: number;
  readonly serversMax: number;
}

/** What AWS documents; it raises none of them on request. Service Quotas may say otherwise, and is asked before a launch. */
export const documentedLimits: CapacityLimits = { jobsMax: 20, serversMax: 500 };

export const emptyLedger: CapacityLedger = { holds: [], waiting: [] };

const fits = (holds: readonly Hold[], hold: Hold, limits: CapacityLimits): boolean =>
  holds.length < limits.jobsMax &&
  holds.reduce((sum, held) => sum + held.servers, hold.servers) <= limits.serversMax;

/** Lets those in front in, in order, as long as they fit: nobody overtakes, so nobody starves. */
const admit = (ledger: CapacityLedger, limits: CapacityLimits): CapacityLedger => {
  const [first, ...rest] = ledger.waiting;
  if (first === undefined || !fits(ledger.holds, first, limits)) return ledger;
  return admit({ ...ledger, holds: [...ledger.holds, first], waiting: rest }, limits);
};

export const isHeld = (ledger: CapacityLedger, holdId: string): boolean =>
  ledger.holds.some((hold) => hold.holdId === holdId);

/** How many wait in front of this one; 0 for the first in the queue. */
export const placeOf = (ledger: CapacityLedger, holdId: string): number =>
  ledger.waiting.findIndex((hold) => hold.holdId === holdId);

const isCleanUp = ({ service }: Hold): boolean => service === 'clean-up-drill';

/** At the end of the queue; a real recovery in front of the first clean-up there. */
const enqueue = (waiting: readonly Hold[], hold: Hold): readonly Hold[] => {
  const at = hold.isRecovery === true ? waiting.findIndex(isCleanUp) : -1;
  return at < 0 ? [...waiting, hold] : [...waiting.slice(0, at), hold, ...waiting.slice(at)];
};

/** The ledger after asking for a hold: granted at once, or at the end of the queue. Asking again changes nothing. */
export const requestHold = (ledger: CapacityLedger, hold: Hold, limits: CapacityLimits): CapacityLedger => {
  if (isHeld(ledger, hold.holdId)) return ledger;
  const queued =
    placeOf(ledger, hold.holdId) >= 0 ? ledger : { ...ledger, waiting: enqueue(ledger.waiting, hold) };
  return admit(queued, limits);
};

/** The ledger after giving holds back, with those let in that fit now. Giving back twice changes nothing. */
export const releaseHolds = (
  ledger: CapacityLedger,
  released: (hold: Hold) => boolean,
  limits: CapacityLimits,
): CapacityLedger => {
  const kept = {
    ...ledger,
    holds: ledger.holds.filter((hold) => !released(hold)),
    waiting: ledger.waiting.filter((hold) => !released(hold)),
  };
  return kept.holds.length + kept.waiting.length === ledger.holds.length + ledger.waiting.length
    ? ledger
    : admit(kept, limits);
};

/**
 * The ledger after DRS refused a hold that was granted: it waits again, in front, under the limits as they are; a
 * clean-up behind all launches.
 */
export const yieldHold = (ledger: CapacityLedger, holdId: string, limits: CapacityLimits): CapacityLedger => {
  const refused = ledger.holds.find((hold) => hold.holdId === holdId);
  if (refused === undefined) return ledger;
  const holds = ledger.holds.filter((hold) => hold !== refused);
  const waiting = isCleanUp(refused) ? [...ledger.waiting, refused] : [refused, ...ledger.waiting];
  return admit({ ...ledger, holds, waiting }, limits);
};

/** What is left of quotas that others use too. */
export const lessOthers = ({ jobsMax, serversMax }: CapacityLimits, others: InUse): CapacityLimits => ({
  jobsMax: Math.max(0, jobsMax - others.jobs),
  serversMax: Math.max(0, serversMax - others.servers),
});

/** Those who hold now and did not before: each has to be woken. */
export const admitted = (before: CapacityLedger, after: CapacityLedger): readonly Hold[] =>
  after.holds.filter((hold) => !isHeld(before, hold.holdId));

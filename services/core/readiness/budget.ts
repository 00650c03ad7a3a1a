import type { Target } from '../../../contracts/plan.ts';
import type { CapacityLimits, InUse } from '../domain/capacity.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { readOthers, type Budget } from '../streams/capacity.ts';

export interface BudgetPorts {
  readonly recovery: RecoveryService;
  readonly store: RecordStore;
  readonly clock: Clock;
}

/** DRS jobs take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;

/** The quotas as Service Quotas says, and never more than the deployment allows itself. */
const quotasOf = async (
  { recovery }: BudgetPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<CapacityLimits> => {
  const { jobsMax, serversInJobsMax } = await recovery.quotas(target);
  return {
    jobsMax: Math.min(limits.jobsMax, jobsMax),
    serversMax: Math.min(limits.serversMax, serversInJobsMax),
  };
};

/** What jobs that others started use now. Undefined when there are none. */
const jobsOfOthers = async (ports: BudgetPorts, target: Target): Promise<InUse | undefined> => {
  const { recovery, clock, store } = ports;
  const jobs = await recovery.describeJobsSince(target, clock.now() - jobsSinceMs);
  const untagged = jobs.filter(
    ({ status, tags }) => status !== 'COMPLETED' && tags['groundswell:execution'] === undefined,
  );
  // A job that ends instances cannot be tagged: those of ours are on record.
  const known = await Promise.all(
    untagged.map(
      async ({ type, jobId }) =>
        type === 'TERMINATE' && (await store.read({ kind: 'job', id: jobId })) !== undefined,
    ),
  );
  const others = untagged.filter((_, index) => known[index] !== true);
  if (others.length === 0) return undefined;
  return { jobs: others.length, servers: others.reduce((sum, { servers }) => sum + servers.length, 0) };
};

/** What may be shared out after DRS has refused a job for its quotas: others' jobs are queried. */
export const budgetAfterRefusal = async (
  ports: BudgetPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<Budget> => {
  const [quotas, others] = await Promise.all([quotasOf(ports, target, limits), jobsOfOthers(ports, target)]);
  return { quotas, ...(others && { others }) };
};

/** What may be shared out. Others' jobs are queried only while they are known to be in the way: it is one more call per launch. */
export const budgetOf = async (
  ports: BudgetPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<Budget> =>
  (await readOthers(ports.store, target)) === undefined
    ? { quotas: await quotasOf(ports, target, limits) }
    : budgetAfterRefusal(ports, target, limits);

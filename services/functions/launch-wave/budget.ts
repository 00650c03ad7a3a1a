import type { Target } from '../../../contracts/plan.ts';
import type { CapacityLimits, InUse } from '../../core/domain/capacity.ts';
import { readOthers, type Budget } from '../../core/streams/capacity.ts';
import type { LaunchPorts } from './launch.ts';

/** DRS jobs take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;

/** The quotas as Service Quotas says, and never more than the deployment allows itself. */
const quotasOf = async (
  { recovery }: LaunchPorts,
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
const jobsOfOthers = async ({ recovery, clock }: LaunchPorts, target: Target): Promise<InUse | undefined> => {
  const jobs = await recovery.describeJobsSince(target, clock.now() - jobsSinceMs);
  const others = jobs.filter(
    ({ status, tags }) => status !== 'COMPLETED' && tags['groundswell:execution'] === undefined,
  );
  if (others.length === 0) return undefined;
  return { jobs: others.length, servers: others.reduce((sum, { servers }) => sum + servers.length, 0) };
};

/** What may be shared out after DRS has refused a job for its quotas: others are asked after. */
export const budgetAfterRefusal = async (
  ports: LaunchPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<Budget> => {
  const [quotas, others] = await Promise.all([quotasOf(ports, target, limits), jobsOfOthers(ports, target)]);
  return { quotas, ...(others && { others }) };
};

/** What may be shared out. Others are asked after only while they are known to be in the way: it is a call more per launch. */
export const budgetOf = async (
  ports: LaunchPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<Budget> =>
  (await readOthers(ports.store, target)) === undefined
    ? { quotas: await quotasOf(ports, target, limits) }
    : budgetAfterRefusal(ports, target, limits);

import type { Target } from '../../../contracts/plan.ts';
import type { CapacityLimits, InUse } from '../../core/domain/capacity.ts';
import { awaitedCapacity, type LaunchStep } from '../../core/domain/wave/claim.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import {
  giveCapacityBack,
  holdIdOf,
  readOthers,
  takeCapacity,
  yieldCapacity,
  type Budget,
} from '../../core/streams/capacity.ts';
import type { Launch, LaunchPorts } from './launch.ts';

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

/** What may be shared out after DRS has refused a job for its quotas: others' jobs are queried. */
const budgetAfterRefusal = async (
  ports: LaunchPorts,
  target: Target,
  limits: CapacityLimits,
): Promise<Budget> => {
  const [quotas, others] = await Promise.all([quotasOf(ports, target, limits), jobsOfOthers(ports, target)]);
  return { quotas, ...(others && { others }) };
};

/** What may be shared out. Others' jobs are queried only while they are known to be in the way: it is one more call per launch. */
const budgetOf = async (ports: LaunchPorts, target: Target, limits: CapacityLimits): Promise<Budget> =>
  (await readOthers(ports.store, target)) === undefined
    ? { quotas: await quotasOf(ports, target, limits) }
    : budgetAfterRefusal(ports, target, limits);

const holdOf = ({ session: { executionId, waveId } }: Launch, { state }: Wave, job: number): string =>
  holdIdOf(executionId, waveId, state.attempt, job);

/** Whether the job that is to be claimed has its place among all that run; if not, it waits for its turn and says so. */
export const hasCapacity = async (
  launch: Launch,
  wave: Wave,
  { job, servers }: Extract<LaunchStep, { step: 'claim' }>,
): Promise<boolean> => {
  const { ports, knobs, session } = launch;
  const { executionId, waveId } = session;
  const { target } = wave.definition;
  const hold = { holdId: holdOf(launch, wave, job), executionId, waveId, servers: servers.length };
  const budget = await budgetOf(ports, target, knobs.limits);
  const place = await takeCapacity(ports.store, ports.timers, target, hold, budget);
  if (place === 'held') return true;
  await session.change((current) => awaitedCapacity(current, job, place, budget.others));
  return false;
};

/** DRS refused the job for what others use: it waits in front of all others of ours. */
export const yieldPlace = async (launch: Launch, wave: Wave, job: number): Promise<void> => {
  const { ports, knobs } = launch;
  const { target } = wave.definition;
  const budget = await budgetAfterRefusal(ports, target, knobs.limits);
  await yieldCapacity(ports.store, ports.timers, target, holdOf(launch, wave, job), budget);
};

/** Nothing of the job will run: whoever is next may go. */
export const givePlaceBack = async (launch: Launch, wave: Wave, job: number): Promise<void> => {
  const { ports, knobs } = launch;
  const holdId = holdOf(launch, wave, job);
  await giveCapacityBack(
    ports.store,
    ports.timers,
    wave.definition.target,
    (hold) => hold.holdId === holdId,
    knobs.limits,
  );
};

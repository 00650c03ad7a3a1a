import type { Target } from '../../../contracts/plan.ts';
import { jobsToAskFor, launchedInstances, type LaunchedInstance } from '../domain/launched-instances.ts';
import type { Machine, RecoveryService } from '../ports/recovery-service.ts';
import { isLasting, reasonOf } from './lasting-error.ts';

export interface Witnessed {
  readonly instances: readonly LaunchedInstance[];
  /** Why EC2 cannot be asked; then only what DRS lists is known. */
  readonly unwitnessed?: string;
}

/** What EC2 knows of these servers. That it may not be asked is an answer; that it fails is none, and thrown. */
const machinesOf = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<readonly Machine[] | string> => {
  try {
    return await recovery.describeMachinesOf(target, ids);
  } catch (error) {
    if (isLasting(error)) return reasonOf(error);
    throw error;
  }
};

/** The instances that launches of these servers would end, with DRS and EC2 as witnesses. */
export const readLaunchedInstances = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<Witnessed> => {
  if (ids.length === 0) return { instances: [] };
  const [recorded, machines] = await Promise.all([
    recovery.describeRecoveryInstances(target, ids),
    machinesOf(recovery, target, ids),
  ]);
  if (typeof machines === 'string')
    return { instances: launchedInstances(ids, recorded, [], []), unwitnessed: machines };
  const jobIds = jobsToAskFor(recorded, machines);
  const jobs = jobIds.length === 0 ? [] : await recovery.describeJobs(target, jobIds);
  return { instances: launchedInstances(ids, recorded, machines, jobs) };
};

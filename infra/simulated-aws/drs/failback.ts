import type { Ec2Instance } from './instances.ts';
import type { Job } from './job.ts';
import { launchStatusAt } from './job.ts';
import type { World } from './world.ts';
import { jobsOf, serverById } from './world.ts';

export type FailbackState =
  | 'FAILBACK_NOT_STARTED'
  | 'FAILBACK_IN_PROGRESS'
  | 'FAILBACK_READY_FOR_LAUNCH'
  | 'FAILBACK_COMPLETED'
  | 'FAILBACK_ERROR';

export const failbackJobOf = (world: World, instance: Ec2Instance): Job | undefined =>
  jobsOf(world, instance.sourceServerID)
    .filter((job) => job.initiatedBy === 'FAILBACK')
    .findLast((job) => job.courses.some((course) => course.recoveryInstanceID === instance.instanceID));

const launchState = (world: World, job: Job, instance: Ec2Instance): FailbackState => {
  const course = job.courses.find((own) => own.recoveryInstanceID === instance.instanceID);
  const status = course && launchStatusAt(job, course, world.now);
  if (status === 'LAUNCHED') return 'FAILBACK_COMPLETED';
  return status === 'FAILED' ? 'FAILBACK_ERROR' : 'FAILBACK_IN_PROGRESS';
};

/** When the data began to flow back: at the reversal of an EC2 server, else when the failback client came up. */
export const failbackBeganAt = (world: World, instance: Ec2Instance): number | undefined => {
  const change = world.state.instanceChanges[instance.instanceID];
  if (change?.failbackStoppedAt !== undefined) return undefined;
  if (serverById(world, instance.sourceServerID)?.origin !== undefined) return change?.reversedAt;
  const { clientBootsAfterSeconds } = world.setting.scenario.failback;
  const bootsAt = instance.launchedAt + (clientBootsAfterSeconds ?? Infinity) * 1000;
  return bootsAt <= world.now ? bootsAt : undefined;
};

export const failbackStateOf = (world: World, instance: Ec2Instance): FailbackState => {
  const job = failbackJobOf(world, instance);
  if (job !== undefined) return launchState(world, job, instance);
  const beganAt = failbackBeganAt(world, instance);
  if (beganAt === undefined) return 'FAILBACK_NOT_STARTED';
  const readyAt = beganAt + world.setting.scenario.resyncSeconds * 1000;
  return world.now < readyAt ? 'FAILBACK_IN_PROGRESS' : 'FAILBACK_READY_FOR_LAUNCH';
};

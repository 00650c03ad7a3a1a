import type { Ec2Instance } from './instances.ts';
import type { Job } from './job.ts';
import { launchStatusAt } from './job.ts';
import { changesOf } from './instances.ts';
import { syncing } from './replication.ts';
import type { Replication } from './replication-state.ts';
import type { SourceServer } from './source-server.ts';
import type { Fed, World } from './world.ts';
import { jobsOf, serverById } from './world.ts';

export type FailbackState =
  | 'FAILBACK_NOT_STARTED'
  | 'FAILBACK_IN_PROGRESS'
  | 'FAILBACK_NOT_READY_FOR_LAUNCH'
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

/** The source server in its place of origin that an instance of an EC2 server replicates back to. */
export const reversedServerOf = (world: World, instance: Ec2Instance): Fed | undefined => {
  const origin = serverById(world, instance.sourceServerID)?.origin;
  return origin && world.elsewhere(origin)?.fedBy(instance.instanceID, instance.launchedAt);
};

const isEnded = ({ state }: Replication): boolean => state === 'STOPPED' || state === 'DISCONNECTED';

/** Whether a source server elsewhere replicates from an instance, or would if nothing kept it from that. */
export const isFeeding = (world: World, instance: Ec2Instance): boolean => {
  const fed = reversedServerOf(world, instance);
  return fed !== undefined && !isEnded(fed.replication);
};

/** When the failback client of an on-premises server came up; nothing before that, or once failback was stopped. */
const clientUpAt = (world: World, instance: Ec2Instance): number | undefined => {
  if (changesOf(world, instance).failbackStoppedAt !== undefined) return undefined;
  const { clientBootsAfterSeconds } = world.setting.scenario.failback;
  const bootsAt = instance.launchedAt + (clientBootsAfterSeconds ?? Infinity) * 1000;
  return bootsAt <= world.now ? bootsAt : undefined;
};

/** Data on their way back: whose, since when, and how far they are. */
export interface WayBack {
  readonly server: SourceServer;
  /** Epoch ms. */
  readonly since: number;
  readonly replication: Replication;
}

/** How the replication of an instance back to where it came from stands; nothing if it is not on its way. */
export const wayBackOf = (world: World, instance: Ec2Instance): WayBack | undefined => {
  const server = serverById(world, instance.sourceServerID);
  if (server?.origin !== undefined) return reversedServerOf(world, instance);
  const since = clientUpAt(world, instance);
  return server && since !== undefined
    ? { server, since, replication: syncing(world, server, since) }
    : undefined;
};

const statesInEc2: Readonly<Partial<Record<Replication['state'], FailbackState>>> = {
  CONTINUOUS: 'FAILBACK_READY_FOR_LAUNCH',
  STALLED: 'FAILBACK_ERROR',
  STOPPED: 'FAILBACK_NOT_STARTED',
  DISCONNECTED: 'FAILBACK_NOT_STARTED',
};

const onPremisesState = (world: World, { replication }: WayBack): FailbackState => {
  if (replication.error !== undefined) return 'FAILBACK_ERROR';
  if (replication.state !== 'CONTINUOUS') return 'FAILBACK_IN_PROGRESS';
  const readyAt = replication.pointsFrom + world.setting.scenario.failback.notReadySeconds * 1000;
  return world.now < readyAt ? 'FAILBACK_NOT_READY_FOR_LAUNCH' : 'FAILBACK_READY_FOR_LAUNCH';
};

/** FAILBACK_COMPLETED is for on-premises servers alone: one of EC2 is launched like any other, and stays ready. */
export const failbackStateOf = (world: World, instance: Ec2Instance): FailbackState => {
  const job = failbackJobOf(world, instance);
  if (job !== undefined) return launchState(world, job, instance);
  const wayBack = wayBackOf(world, instance);
  if (wayBack === undefined) return 'FAILBACK_NOT_STARTED';
  return serverById(world, instance.sourceServerID)?.origin === undefined
    ? onPremisesState(world, wayBack)
    : (statesInEc2[wayBack.replication.state] ?? 'FAILBACK_IN_PROGRESS');
};

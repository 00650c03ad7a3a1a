import { createHash } from 'node:crypto';
import type { Job } from './job.ts';
import { courseOfNetwork, deploymentOf, jobsOfNetwork, protectionOf } from './source-network.ts';
import type { SourceNetwork } from './state.ts';
import { timestampOf } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, tagsOf } from './world.ts';

const recoveryResultOf = (world: World, job: Job, id: string): string => {
  const course = courseOfNetwork(job, id);
  if (course === undefined || job.createdAt + course.settleMs > world.now) return 'IN_PROGRESS';
  return course.outcome === 'LAUNCHED' ? 'SUCCESS' : 'FAIL';
};

const lastRecoveryOf = (world: World, id: string) => {
  const job = jobsOfNetwork(world, id).at(-1);
  return job === undefined
    ? { lastRecoveryResult: 'NOT_STARTED' }
    : {
        apiCallDateTime: timestampOf(job.createdAt),
        jobID: job.jobID,
        lastRecoveryResult: recoveryResultOf(world, job, id),
      };
};

/** An update leaves the VPC that is there; only a new deployment makes another. */
const launchedVpcOf = (world: World, id: string): string | undefined => {
  if (deploymentOf(world, id) === undefined) return undefined;
  const maker = jobsOfNetwork(world, id).findLast(
    (job) => job.initiatedBy === 'CREATE_NETWORK_RECOVERY' && recoveryResultOf(world, job, id) === 'SUCCESS',
  );
  const digest = createHash('sha256').update(`${id}/${maker?.jobID}`).digest('hex');
  return `vpc-0${digest.slice(0, 16)}`;
};

/** The SourceNetwork shape of the API, as it stands at `world.now`. */
export const renderNetwork = (world: World, network: SourceNetwork) => {
  const { sourceNetworkID: id } = network;
  const arn = arnOf(world, 'source-network', id);
  const launchedVpcID = launchedVpcOf(world, id);
  return {
    sourceNetworkID: id,
    arn,
    tags: tagsOf(world, arn, network.tags),
    sourceVpcID: network.vpcID,
    sourceAccountID: network.originAccountID,
    sourceRegion: network.originRegion,
    replicationStatus: protectionOf(world, network),
    lastRecovery: lastRecoveryOf(world, id),
    ...(launchedVpcID !== undefined && { launchedVpcID, cfnStackName: network.stackName }),
  };
};

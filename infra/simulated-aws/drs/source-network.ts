import { acceptedJob } from './accepted-job.ts';
import { uuidFrom } from '../identifiers.ts';
import { delivered } from './hints.ts';
import type { Job, NetworkCourse } from './job.ts';
import { isActiveAt } from './job.ts';
import type { SourceNetwork } from './state.ts';
import { toMicros } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf } from './world.ts';

export type ProtectionStatus = 'STOPPED' | 'IN_PROGRESS' | 'PROTECTED' | 'ERROR';

export const sourceNetworksOf = ({ state }: World): readonly SourceNetwork[] =>
  Object.values(state.sourceNetworks ?? {}).filter((network) => network !== null);

export const sourceNetworkById = (world: World, id: string): SourceNetwork | undefined =>
  sourceNetworksOf(world).find(({ sourceNetworkID }) => sourceNetworkID === id);

/** When a network that replicates is protected, or its replication has failed; epoch ms. */
export const protectedAt = ({ setting }: World, { replication }: SourceNetwork): number =>
  replication.at + setting.scenario.sourceNetworks.protectSeconds * 1000;

export const protectionOf = (world: World, network: SourceNetwork): ProtectionStatus => {
  if (network.replication.kind === 'STOPPED') return 'STOPPED';
  if (world.now < protectedAt(world, network)) return 'IN_PROGRESS';
  return world.setting.scenario.sourceNetworks.replicationFails ? 'ERROR' : 'PROTECTED';
};

const hasCourseOf = (job: Job, id: string): boolean =>
  (job.networks ?? []).some(({ sourceNetworkID }) => sourceNetworkID === id);

/** The jobs that recovered a network, oldest first. */
export const jobsOfNetwork = ({ state }: World, id: string): readonly Job[] =>
  Object.values(state.jobs).filter((job) => hasCourseOf(job, id));

export const courseOfNetwork = (job: Job, id: string): NetworkCourse | undefined =>
  job.networks?.find(({ sourceNetworkID }) => sourceNetworkID === id);

export const isBusyNetwork = (world: World, id: string): boolean =>
  jobsOfNetwork(world, id).some((job) => isActiveAt(job, world.now));

/** The last job that made the network here, once it has done so. */
export const deploymentOf = (world: World, id: string): Job | undefined =>
  jobsOfNetwork(world, id).findLast((job) => {
    const course = courseOfNetwork(job, id);
    return course?.outcome === 'LAUNCHED' && job.createdAt + course.settleMs <= world.now;
  });

const startMs = 350;

/** Draws the whole future of a job that makes networks here, or brings those up to date that it made before. */
export const drawNetworkJob = (
  world: World,
  ids: readonly string[],
  isUpdate: boolean,
  tags: Readonly<Record<string, string>>,
): Job => {
  const { recoverySeconds, recoveryFails } = world.setting.scenario.sourceNetworks;
  const courses = ids.map((sourceNetworkID, at): NetworkCourse => {
    const beginMs = startMs + 400 + at * 30;
    return {
      sourceNetworkID,
      beginMs,
      settleMs: beginMs + recoverySeconds * 1000,
      outcome: recoveryFails ? 'FAILED' : 'LAUNCHED',
    };
  });
  const endMs = toMicros(Math.max(...courses.map(({ settleMs }) => settleMs)) + 2500);
  const initiatedBy = isUpdate ? 'UPDATE_NETWORK_RECOVERY' : 'CREATE_NETWORK_RECOVERY';
  return {
    ...acceptedJob(world, { type: 'LAUNCH', initiatedBy, startMs, endMs, tags }),
    courses: [],
    networks: courses,
    hints: courses.flatMap(({ sourceNetworkID, settleMs, outcome }) =>
      delivered(world.random, world.setting.scenario.hints, {
        sentMs: settleMs,
        id: uuidFrom(world.random),
        detailType: 'DRS Source Network Recovery Result',
        resource: arnOf(world, 'source-network', sourceNetworkID),
        detail: { state: outcome === 'LAUNCHED' ? 'SUCCESS' : 'FAIL' },
      }),
    ),
  };
};

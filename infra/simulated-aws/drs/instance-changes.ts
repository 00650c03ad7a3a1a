import { instancesOfServer } from './instances.ts';
import type { Job } from './job.ts';
import type { World } from './world.ts';

/** The states in which EC2 tells of an instance. */
export type ToldState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** What EC2 tells of one instance, in order. */
export interface ToldInstance {
  readonly instanceID: string;
  readonly states: readonly ToldState[];
}

/** An instant, epoch ms, at which a job changes the state of instances, and of which ones, as it is then known. */
export interface DueChange {
  readonly at: number;
  readonly of: (world: World) => readonly ToldInstance[];
}

/** All the times at which a job launches and ends instances. */
export const changesOfJob = (job: Job): readonly DueChange[] =>
  job.courses.flatMap(({ sourceServerID, launched, cleanup }): readonly DueChange[] => [
    ...(launched === undefined
      ? []
      : [
          {
            at: job.createdAt + launched.atMs,
            of: () => [
              {
                instanceID: launched.instanceID,
                states: ['pending', launched.state === 'STOPPED' ? 'stopped' : 'running'] as const,
              },
            ],
          },
        ]),
    ...(cleanup === undefined
      ? []
      : [
          {
            at: job.createdAt + cleanup.beginMs,
            of: (world: World) =>
              instancesOfServer(world, sourceServerID)
                .filter(({ state }) => state === 'SHUTTING-DOWN')
                .map(({ instanceID }) => ({ instanceID, states: ['shutting-down'] as const })),
          },
          {
            at: job.createdAt + cleanup.endMs,
            of: (world: World) =>
              instancesOfServer(world, sourceServerID)
                .filter(({ terminatedAt }) => terminatedAt === job.createdAt + cleanup.endMs)
                .map(({ instanceID }) => ({ instanceID, states: ['terminated'] as const })),
          },
        ]),
  ]);

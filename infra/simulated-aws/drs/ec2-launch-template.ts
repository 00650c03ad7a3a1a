import { createHash } from 'node:crypto';
import { addedAtOf } from './render-server.ts';
import type { SourceServer } from './source-server.ts';
import type { World } from './world.ts';
import { allServers } from './world.ts';

/** The launch template of EC2 that DRS makes for a source server, and launches it from. */
export interface ServerTemplate {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly instanceType: string;
  /** The tags that it gives to the instance. */
  readonly instanceTags: Readonly<Record<string, string>>;
}

export const templateIdOf = ({ sourceServerID }: Pick<SourceServer, 'sourceServerID'>): string =>
  `lt-0${createHash('sha256').update(`${sourceServerID}/template`).digest('hex').slice(0, 16)}`;

const tagsOf = ({ sourceServerID }: SourceServer) => ({
  AWSElasticDisasterRecoveryManaged: 'drs.amazonaws.com',
  AWSElasticDisasterRecoverySourceServerID: sourceServerID,
});

/** One for every source server that is there. */
export const serverTemplates = (world: World): readonly ServerTemplate[] =>
  allServers(world).map((server) => ({
    id: templateIdOf(server),
    name: `created-and-used-by-drs-${server.sourceServerID}`,
    tags: tagsOf(server),
    createdAt: addedAtOf(world, server),
    instanceType: server.instanceType,
    instanceTags: tagsOf(server),
  }));

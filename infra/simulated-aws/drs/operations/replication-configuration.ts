import * as z from 'zod';
import { conflictError, notFoundError, validationError } from '../errors.ts';
import { answered, operation, refused } from '../outcome.ts';
import { replicationOf } from '../replication.ts';
import { replicationConfigurationOf } from '../replication-configuration.ts';
import {
  optionalSettings,
  replicatedDisk,
  type ReplicationConfiguration,
  type ReplicationSettings,
} from '../replication-settings.ts';
import { evolve } from '../state.ts';
import { serverById } from '../world.ts';
import { sourceServerID } from './fields.ts';

/** An own key is named by its ARN, and by nothing else. */
export const lacksKey = ({ ebsEncryption, ebsEncryptionKeyArn }: ReplicationSettings): boolean =>
  ebsEncryption === 'CUSTOM' && ebsEncryptionKeyArn === undefined;

export const keyIsMissing = validationError([
  { name: 'ebsEncryptionKeyArn', message: 'An encryption of type CUSTOM needs the ARN of a key' },
]);

export const getReplicationConfiguration = operation(
  z.object({ sourceServerID }),
  ({ sourceServerID: id }, world) => {
    const server = serverById(world, id);
    return server === undefined
      ? refused(notFoundError(id, 'SOURCE_SERVER'))
      : answered({ sourceServerID: id, ...replicationConfigurationOf(world, server) });
  },
);

const mergedDisks = (
  before: ReplicationConfiguration['replicatedDisks'] = [],
  given: ReplicationConfiguration['replicatedDisks'],
) =>
  given &&
  before.map((disk) => ({ ...disk, ...given.find(({ deviceName }) => deviceName === disk.deviceName) }));

/** Changes the members given. The points in time that are taken from now on follow. */
export const updateReplicationConfiguration = operation(
  z.object({
    ...optionalSettings.shape,
    sourceServerID,
    name: z.string().max(128).optional(),
    replicatedDisks: z.array(replicatedDisk).max(60).optional(),
  }),
  ({ sourceServerID: id, replicatedDisks, ...given }, world) => {
    const server = serverById(world, id);
    if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
    if (replicationOf(world, server).state === 'DISCONNECTED')
      return refused(conflictError(`Source server ${id} is disconnected`, id, 'SOURCE_SERVER'));
    const before = replicationConfigurationOf(world, server);
    const unknown = (replicatedDisks ?? []).filter(
      (disk) => !server.disks.some(({ deviceName }) => deviceName === disk.deviceName),
    );
    if (unknown.length > 0)
      return refused(
        validationError(
          unknown.map(({ deviceName }) => ({
            name: 'replicatedDisks',
            message: `${id} has no disk ${deviceName}`,
          })),
        ),
      );
    if (lacksKey({ ...before, ...given })) return refused(keyIsMissing);
    const disks = mergedDisks(before.replicatedDisks, replicatedDisks);
    const configuration = { ...given, ...(disks && { replicatedDisks: disks }) };
    const record = { kind: 'ReplicationConfigured', sourceServerID: id, configuration } as const;
    const after = { ...world, state: evolve(world.state, record) };
    return answered({ sourceServerID: id, ...replicationConfigurationOf(after, server) }, [record]);
  },
);

import * as z from 'zod';
import { busyError, conflictError, notFoundError } from '../errors.ts';
import { isActiveAt } from '../job.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { renderServer } from '../render-server.ts';
import { replicationOf } from '../replication.ts';
import { snapshotsOf } from '../snapshots.ts';
import { timestampOf } from '../timestamp.ts';
import type { ServerChange } from '../state.ts';
import { evolve } from '../state.ts';
import { allServers, jobsOf, serverById } from '../world.ts';
import { paged, sourceServerID, time } from './fields.ts';

/** All servers for empty filters; ids that do not exist are left out. */
export const describeSourceServers = operation(
  z.object({
    ...paged,
    filters: z
      .object({
        sourceServerIDs: z.array(sourceServerID).max(200),
        hardwareId: z.string(),
        stagingAccountIDs: z.array(z.string()).max(200),
      })
      .partial()
      .optional(),
  }),
  ({ filters = {}, ...request }, world) => {
    const { sourceServerIDs = [], hardwareId = '', stagingAccountIDs = [] } = filters;
    const servers = allServers(world).filter(
      (server) =>
        (sourceServerIDs.length === 0 || sourceServerIDs.includes(server.sourceServerID)) &&
        (hardwareId === '' || hardwareId === server.hostname) &&
        (stagingAccountIDs.length === 0 || stagingAccountIDs.includes(server.stagingAccountID ?? '')),
    );
    return listed(
      world,
      servers,
      request,
      (server) => server.sourceServerID,
      (server) => renderServer(world, server),
    );
  },
);

export const describeRecoverySnapshots = operation(
  z.object({
    ...paged,
    sourceServerID,
    filters: z.object({ fromDateTime: time, toDateTime: time }).partial().optional(),
    order: z.enum(['ASC', 'DESC']).optional(),
  }),
  ({ sourceServerID: id, filters = {}, order = 'ASC', ...request }, world) => {
    const server = serverById(world, id);
    const { fromDateTime = -Infinity, toDateTime = Infinity } = filters;
    const snapshots = (server === undefined ? [] : snapshotsOf(world, server)).filter(
      ({ takenAt }) => takenAt >= fromDateTime && takenAt <= toDateTime,
    );
    return listed(
      world,
      order === 'ASC' ? snapshots : snapshots.toReversed(),
      request,
      (snapshot) => snapshot.snapshotID,
      ({ snapshotID, takenAt, ebsSnapshots }) => ({
        snapshotID,
        sourceServerID: id,
        expectedTimestamp: timestampOf(takenAt),
        timestamp: timestampOf(takenAt),
        ebsSnapshots,
      }),
    );
  },
);

const byID = z.object({ sourceServerID });

const changed = (id: string, change: ServerChange) =>
  ({ kind: 'SourceServerChanged', sourceServerID: id, change }) as const;

type ReplicationKind = NonNullable<ServerChange['replication']>['kind'];

/** An operation on replication: `change` says what it does in a state of replication, or that it does nothing there. */
const replicating = (
  change: (isStopped: boolean, isStalled: boolean) => ReplicationKind | undefined,
  bodyOf: (server: object) => object,
) =>
  operation(byID, ({ sourceServerID: id }, world) => {
    const server = serverById(world, id);
    if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
    const { state } = replicationOf(world, server);
    const kind = change(state === 'STOPPED' || state === 'DISCONNECTED', state === 'STALLED');
    if (kind === undefined)
      return refused(conflictError(`The replication of ${id} is ${state}`, id, 'SOURCE_SERVER'));
    const record = changed(id, { replication: { kind, at: world.now } });
    const after = renderServer({ ...world, state: evolve(world.state, record) }, server);
    return answered(bodyOf(after), [record]);
  });

const wrapped = (sourceServer: object): object => ({ sourceServer });

export const startReplication = replicating((isStopped) => (isStopped ? 'STARTED' : undefined), wrapped);

/** Stopping discards the server's points in time. */
export const stopReplication = replicating((isStopped) => (isStopped ? undefined : 'STOPPED'), wrapped);

/** Only for a server that is stalled, disconnected or stopped. */
export const retryDataReplication = replicating(
  (isStopped, isStalled) => (isStopped ? 'STARTED' : isStalled ? 'RETRIED' : undefined),
  (server) => server,
);

/** Needs a server that is disconnected or stopped, and in no job. */
export const deleteSourceServer = operation(byID, ({ sourceServerID: id }, world) => {
  const server = serverById(world, id);
  if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
  if (jobsOf(world, id).some((job) => isActiveAt(job, world.now))) return refused(busyError(id));
  const { state } = replicationOf(world, server);
  if (state !== 'STOPPED' && state !== 'DISCONNECTED')
    return refused(conflictError(`Source server ${id} must be disconnected first`, id, 'SOURCE_SERVER'));
  return answered({}, [changed(id, { isDeleted: true })], 204);
});

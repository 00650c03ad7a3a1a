import * as z from 'zod';
import { busyError, conflictError, type DrsError, notFoundError, validationError } from '../errors.ts';
import { recoveryInstancesOf } from '../instances.ts';
import { isActiveAt } from '../job.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { renderServer } from '../render-server.ts';
import { replicationOf } from '../replication.ts';
import { snapshotsOf } from '../snapshots.ts';
import { timestampOf } from '../timestamp.ts';
import { hardwareOf, macAddressOf, type Place, type SourceServer } from '../source-server.ts';
import type { ServerChange } from '../state.ts';
import { evolve } from '../state.ts';
import { allServers, jobsOf, serverById } from '../world.ts';
import { paged, sourceServerID, time } from './fields.ts';

/** An instance's id, a UUID of VMware or a MAC address, as they are told in the identification hints. */
const isHardware = (place: Place, server: SourceServer, hardwareId: string): boolean => {
  const { awsInstanceID, vmWareUuid } = hardwareOf(place, server);
  return [awsInstanceID, vmWareUuid, macAddressOf(server)].some(
    (id) => id?.toLowerCase() === hardwareId.toLowerCase(),
  );
};

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
        (hardwareId === '' || isHardware(world.setting.place, server, hardwareId)) &&
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

const wrongState = (id: string, state: string): DrsError =>
  conflictError(`The replication of ${id} is ${state}`, id, 'SOURCE_SERVER');

/** An operation on replication: `change` says what it does in a state of replication, or that it does nothing there. */
const replicating = (
  change: (state: string) => ReplicationKind | undefined,
  bodyOf: (server: object) => object,
  errorOf = wrongState,
) =>
  operation(byID, ({ sourceServerID: id }, world) => {
    const server = serverById(world, id);
    if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
    const { state } = replicationOf(world, server);
    const kind = change(state);
    if (kind === undefined) return refused(errorOf(id, state));
    const record = changed(id, { replication: { kind, at: world.now } });
    const after = renderServer({ ...world, state: evolve(world.state, record) }, server);
    return answered(bodyOf(after), [record]);
  });

const wrapped = (sourceServer: object): object => ({ sourceServer });

/** Only for a server that is stopped: the agent of a disconnected one is gone. */
export const startReplication = replicating(
  (state) => (state === 'STOPPED' ? 'STARTED' : undefined),
  wrapped,
);

/** Stopping discards the server's points in time. */
export const stopReplication = replicating(
  (state) => (state === 'STOPPED' || state === 'DISCONNECTED' ? undefined : 'STOPPED'),
  wrapped,
);

const retried: Readonly<Record<string, ReplicationKind>> = {
  STOPPED: 'STARTED',
  DISCONNECTED: 'STARTED',
  STALLED: 'RETRIED',
};

/** Only for a server that is stalled, disconnected or stopped; its model knows no ConflictException. */
export const retryDataReplication = replicating(
  (state) => retried[state],
  (server) => server,
  (id, state) =>
    validationError([{ name: 'sourceServerID', message: `The replication of ${id} is ${state}` }]),
);

/** Stops replication for good: the agent is told to go, and the server may be deleted. */
export const disconnectSourceServer = operation(byID, ({ sourceServerID: id }, world) => {
  const server = serverById(world, id);
  if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
  if (jobsOf(world, id).some((job) => isActiveAt(job, world.now))) return refused(busyError(id));
  if (recoveryInstancesOf(world, id).length > 0)
    return refused(conflictError(`Source server ${id} has a recovery instance`, id, 'SOURCE_SERVER'));
  const { state } = replicationOf(world, server);
  if (state === 'DISCONNECTED') return refused(wrongState(id, state));
  const record = changed(id, { replication: { kind: 'DISCONNECTED', at: world.now } });
  return answered(renderServer({ ...world, state: evolve(world.state, record) }, server), [record]);
});

/** Needs a server that is disconnected, and in no job. */
export const deleteSourceServer = operation(byID, ({ sourceServerID: id }, world) => {
  const server = serverById(world, id);
  if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
  if (jobsOf(world, id).some((job) => isActiveAt(job, world.now))) return refused(busyError(id));
  const { state } = replicationOf(world, server);
  if (state !== 'DISCONNECTED')
    return refused(conflictError(`Source server ${id} must be disconnected first`, id, 'SOURCE_SERVER'));
  return answered({}, [changed(id, { isDeleted: true })], 204);
});

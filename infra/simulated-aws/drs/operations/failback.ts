import * as z from 'zod';
import { conflictError, notFoundError, validationError } from '../errors.ts';
import { failbackStateOf } from '../failback.ts';
import { drawFailbackJob } from '../failback-job.ts';
import { recoveryInstanceById } from '../instances.ts';
import { answered, operation, refused } from '../outcome.ts';
import { renderJob } from '../render-job.ts';
import type { SourceServer } from '../source-server.ts';
import { hardwareOf, sourceServerIdOf } from '../source-server.ts';
import type { World } from '../world.ts';
import { serverById } from '../world.ts';
import { recoveryInstanceID, tags } from './fields.ts';
import { busyRefusal, quotaRefusal } from './start-recovery.ts';

/** Failback onto the original servers; every instance must be ready for it. */
export const startFailbackLaunch = operation(
  z.object({ recoveryInstanceIDs: z.array(recoveryInstanceID).min(1).max(200), tags: tags.optional() }),
  ({ recoveryInstanceIDs, tags: jobTags = {} }, world) => {
    const instances = recoveryInstanceIDs.flatMap((id) => recoveryInstanceById(world, id) ?? []);
    const ready = instances.filter((one) => failbackStateOf(world, one) === 'FAILBACK_READY_FOR_LAUNCH');
    const unready = recoveryInstanceIDs.filter((id) => !ready.some((one) => one.instanceID === id));
    if (unready.length > 0)
      return refused(
        validationError(
          unready.map((id) => ({
            name: 'recoveryInstanceIDs',
            message: `${id} is not ready for a failback launch`,
          })),
        ),
      );
    const servers = ready.map((instance) => instance.sourceServerID);
    const refusal = busyRefusal(world, servers) ?? quotaRefusal(world, servers.length);
    if (refusal !== undefined) return refused(refusal);
    const job = drawFailbackJob(world, ready, jobTags);
    return answered({ job: renderJob(world, job) }, [{ kind: 'JobStarted', job }]);
  },
);

const byID = z.object({ recoveryInstanceID });

export const stopFailback = operation(byID, ({ recoveryInstanceID: id }, world) => {
  if (recoveryInstanceById(world, id) === undefined) return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
  return answered({}, [
    { kind: 'InstanceChanged', instanceID: id, change: { failbackStoppedAt: world.now } },
  ]);
});

const reversedServer = (
  world: World,
  server: SourceServer,
  instanceID: string,
  zone: string,
): SourceServer => {
  const { origin, launchIntoInstance: _ofTheOtherDirection, ...rest } = server;
  const { place } = world.setting;
  const { awsInstanceID: originalInstanceID } = hardwareOf(place, server);
  return {
    ...rest,
    name: `${server.name}-reversed`,
    sourceServerID: sourceServerIdOf(place, instanceID),
    replication: { state: 'CONTINUOUS', lagDuration: 'P0D', stalls: [] },
    snapshots: undefined,
    addedAt: world.now,
    replicationDirection: server.replicationDirection === 'FAILOVER' ? 'FAILBACK' : 'FAILOVER',
    awsInstanceID: instanceID,
    vmWareUuid: undefined,
    ...(originalInstanceID !== undefined && { originalInstanceID }),
    ...(origin && { origin: { account: place.account, region: place.region, availabilityZone: zone } }),
  };
};

/** Replication back to where an EC2 server came from, where a new source server stands for the recovered instance. */
export const reverseReplication = operation(byID, ({ recoveryInstanceID: id }, world) => {
  const instance = recoveryInstanceById(world, id);
  const server = instance && serverById(world, instance.sourceServerID);
  if (instance === undefined || server === undefined) return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
  if (server.origin === undefined)
    return refused(
      validationError([{ name: 'recoveryInstanceID', message: `${id} does not originate in EC2` }]),
    );
  if (world.state.instanceChanges[id]?.reversedAt !== undefined)
    return refused(conflictError(`The replication of ${id} is already reversed`, id, 'RECOVERY_INSTANCE'));
  const reversed = reversedServer(world, server, id, instance.availabilityZone);
  const { account, region } = server.origin;
  const arn = `arn:aws:drs:${region}:${account}:source-server/${reversed.sourceServerID}`;
  return {
    ...answered({ reversedDirectionSourceServerArn: arn }, [
      { kind: 'InstanceChanged', instanceID: id, change: { reversedAt: world.now } },
      { kind: 'SourceServerChanged', sourceServerID: server.sourceServerID, change: { reversedArn: arn } },
    ]),
    reversed: { place: { account, region }, server: reversed },
  };
});

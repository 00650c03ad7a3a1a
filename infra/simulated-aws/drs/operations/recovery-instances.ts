import * as z from 'zod';
import { conflictError, notFoundError, validationError } from '../errors.ts';
import { failbackStateOf, isFeeding } from '../failback.ts';
import {
  allListedInstances,
  changesOf,
  type Ec2Instance,
  listedInstancesOf,
  recoveryInstanceById,
} from '../instances.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { renderInstance } from '../render-instance.ts';
import { renderJob } from '../render-job.ts';
import { drawTerminationJob } from '../termination-job.ts';
import type { World } from '../world.ts';
import { paged, recoveryInstanceID, sourceServerID } from './fields.ts';
import { busyRefusal, quotaRefusal } from './start-recovery.ts';

export const describeRecoveryInstances = operation(
  z.object({
    ...paged,
    filters: z
      .object({
        recoveryInstanceIDs: z.array(recoveryInstanceID).max(200),
        sourceServerIDs: z.array(sourceServerID),
      })
      .partial()
      .optional(),
  }),
  ({ filters = {}, ...request }, world) => {
    const { recoveryInstanceIDs = [], sourceServerIDs = [] } = filters;
    const candidates =
      sourceServerIDs.length === 0
        ? allListedInstances(world)
        : [...new Set(sourceServerIDs)].flatMap((id) => listedInstancesOf(world, id));
    const instances = candidates.filter(
      ({ instanceID }) => recoveryInstanceIDs.length === 0 || recoveryInstanceIDs.includes(instanceID),
    );
    return listed(
      world,
      instances,
      request,
      (instance) => instance.instanceID,
      (instance) => renderInstance(world, instance),
    );
  },
);

const underWay = ['FAILBACK_IN_PROGRESS', 'FAILBACK_NOT_READY_FOR_LAUNCH', 'FAILBACK_READY_FOR_LAUNCH'];

/** An instance from which data go back, or of which a source server elsewhere expects them. */
const isFailingBack = (world: World, instance: Ec2Instance): boolean =>
  underWay.includes(failbackStateOf(world, instance)) || isFeeding(world, instance);

/** Makes one TERMINATE job, which occupies the servers like any other job. */
export const terminateRecoveryInstances = operation(
  z.object({ recoveryInstanceIDs: z.array(recoveryInstanceID).min(1).max(200) }),
  ({ recoveryInstanceIDs }, world) => {
    const ids = [...new Set(recoveryInstanceIDs)];
    const instances = ids.flatMap((id) => recoveryInstanceById(world, id) ?? []);
    const missing = ids.filter((id) => !instances.some((instance) => instance.instanceID === id));
    if (missing.length > 0)
      return refused(
        validationError(
          missing.map((id) => ({
            name: 'recoveryInstanceIDs',
            message: `Recovery instance ${id} does not exist`,
          })),
        ),
      );
    const inFailback = instances.find((instance) => isFailingBack(world, instance));
    if (inFailback !== undefined)
      return refused(
        conflictError(
          `Recovery instance ${inFailback.instanceID} cannot be terminated during failback`,
          inFailback.instanceID,
          'RECOVERY_INSTANCE',
        ),
      );
    const servers = instances.map((instance) => instance.sourceServerID);
    const refusal = busyRefusal(world, servers) ?? quotaRefusal(world, servers.length);
    if (refusal !== undefined) return refused(refusal);
    const job = drawTerminationJob(world, instances);
    return answered({ job: renderJob(world, job) }, [{ kind: 'JobStarted', job }]);
  },
);

const byID = z.object({ recoveryInstanceID });

const isReversed = (world: World, instance: Ec2Instance): boolean =>
  changesOf(world, instance).reversedAt !== undefined || isFeeding(world, instance);

export const disconnectRecoveryInstance = operation(byID, ({ recoveryInstanceID: id }, world) => {
  const instance = recoveryInstanceById(world, id);
  if (instance === undefined) return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
  if (isReversed(world, instance))
    return refused(conflictError(`Recovery instance ${id} replicates back`, id, 'RECOVERY_INSTANCE'));
  return answered({}, [{ kind: 'InstanceChanged', instanceID: id, change: { disconnectedAt: world.now } }]);
});

/** Deletes DRS's record of a recovery instance that is disconnected or was reversed; the EC2 instance runs on. */
export const deleteRecoveryInstance = operation(byID, ({ recoveryInstanceID: id }, world) => {
  const instance = recoveryInstanceById(world, id);
  const isDisconnected =
    instance !== undefined &&
    (changesOf(world, instance).disconnectedAt !== undefined || isReversed(world, instance));
  if (!isDisconnected)
    return refused(conflictError(`Recovery instance ${id} is not disconnected`, id, 'RECOVERY_INSTANCE'));
  return answered({}, [{ kind: 'InstanceChanged', instanceID: id, change: { deletedAt: world.now } }]);
});

import * as z from 'zod';
import { notFoundError, validationError } from '../errors.ts';
import { failbackStateOf } from '../failback.ts';
import { drawFailbackJob } from '../failback-job.ts';
import { recoveryInstanceById } from '../instances.ts';
import { answered, operation, refused } from '../outcome.ts';
import { renderJob } from '../render-job.ts';
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

/** Of a server of EC2 it stops nothing: what replicates there is a source server, which is stopped by itself. */
export const stopFailback = operation(byID, ({ recoveryInstanceID: id }, world) => {
  if (recoveryInstanceById(world, id) === undefined) return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
  return answered({}, [
    { kind: 'InstanceChanged', instanceID: id, change: { failbackStoppedAt: world.now } },
  ]);
});

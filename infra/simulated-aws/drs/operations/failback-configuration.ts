import * as z from 'zod';
import { notFoundError } from '../errors.ts';
import { recoveryInstanceById } from '../instances.ts';
import { answered, operation, refused } from '../outcome.ts';
import { serverById } from '../world.ts';
import { recoveryInstanceID } from './fields.ts';

const defaults = { bandwidthThrottling: 0, usePrivateIP: false, internetProtocol: 'IPV4' };

/** How an instance replicates back to where DRS has no replication settings of its own. */
export const getFailbackReplicationConfiguration = operation(
  z.object({ recoveryInstanceID }),
  ({ recoveryInstanceID: id }, world) => {
    const instance = recoveryInstanceById(world, id);
    if (instance === undefined) return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
    const name = serverById(world, instance.sourceServerID)?.name ?? id;
    const configured = world.state.failbackConfigurations?.[id];
    return answered({ recoveryInstanceID: id, name, ...defaults, ...configured });
  },
);

export const updateFailbackReplicationConfiguration = operation(
  z.object({
    recoveryInstanceID,
    name: z.string().max(256).optional(),
    bandwidthThrottling: z.int().min(0).optional(),
    usePrivateIP: z.boolean().optional(),
    internetProtocol: z.enum(['IPV4', 'IPV6']).optional(),
  }),
  ({ recoveryInstanceID: id, ...configuration }, world) =>
    recoveryInstanceById(world, id) === undefined
      ? refused(notFoundError(id, 'RECOVERY_INSTANCE'))
      : answered({}, [{ kind: 'FailbackConfigured', instanceID: id, configuration }]),
);

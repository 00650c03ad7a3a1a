import * as z from 'zod';
import { notFoundError, validationError } from '../errors.ts';
import { recoveryInstanceById } from '../instances.ts';
import { answered, operation, refused } from '../outcome.ts';
import { reversalRefusal, reversedServer } from '../reversal.ts';
import { serverById } from '../world.ts';
import { recoveryInstanceID } from './fields.ts';

/**
 * Replication back to where an EC2 server came from. A new source server stands there for the instance; where the
 * instance is itself launched from such a server, the one from which that came to be replicates from it once more.
 */
export const reverseReplication = operation(
  z.object({ recoveryInstanceID }),
  ({ recoveryInstanceID: id }, world) => {
    const instance = recoveryInstanceById(world, id);
    const server = instance && serverById(world, instance.sourceServerID);
    if (instance === undefined || server === undefined)
      return refused(notFoundError(id, 'RECOVERY_INSTANCE'));
    if (server.origin === undefined)
      return refused(
        validationError([{ name: 'recoveryInstanceID', message: `${id} does not originate in EC2` }]),
      );
    const { account, region } = server.origin;
    const reversal = { instance, server, origin: { account, region } };
    const reversed = reversedServer(world, reversal);
    const refusal = reversalRefusal(world, reversal, reversed);
    if (refusal !== undefined) return refused(refusal);
    const arn = `arn:aws:drs:${region}:${account}:source-server/${reversed.sourceServerID}`;
    const { sourceServerID } = server;
    const told = world.state.serverChanges[sourceServerID]?.reversedArn;
    const isTold = told !== undefined && world.setting.scenario.failback.reversedArn === 'FIRST';
    return {
      ...answered({ reversedDirectionSourceServerArn: arn }, [
        { kind: 'InstanceChanged', instanceID: id, change: { reversedAt: world.now } },
        ...(isTold
          ? []
          : [{ kind: 'SourceServerChanged', sourceServerID, change: { reversedArn: arn } } as const]),
      ]),
      reversed: { place: { account, region }, server: reversed },
    };
  },
);

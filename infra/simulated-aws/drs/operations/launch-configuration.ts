import * as z from 'zod';
import { arePostLaunchActionsOn } from '../launch-actions.ts';
import { templateIdOf } from '../ec2-launch-template.ts';
import { notFoundError } from '../errors.ts';
import { answered, operation, refused } from '../outcome.ts';
import type { SourceServer } from '../source-server.ts';
import type { LaunchConfiguration } from '../state.ts';
import type { World } from '../world.ts';
import { serverById } from '../world.ts';
import { sourceServerID } from './fields.ts';

const render = (world: World, server: SourceServer, update: LaunchConfiguration = {}) => ({
  sourceServerID: server.sourceServerID,
  name: server.name,
  ec2LaunchTemplateID: templateIdOf(server),
  launchDisposition: server.launchDisposition,
  targetInstanceTypeRightSizingMethod: 'BASIC',
  copyPrivateIp: server.copyPrivateIp,
  copyTags: server.copyTags,
  licensing: { osByol: false },
  postLaunchEnabled: arePostLaunchActionsOn(world, server),
  launchIntoInstanceProperties:
    server.launchIntoInstance === undefined ? {} : { launchIntoEC2InstanceID: server.launchIntoInstance },
  ...world.state.launchConfigurations[server.sourceServerID],
  ...update,
});

export const getLaunchConfiguration = operation(
  z.object({ sourceServerID }),
  ({ sourceServerID: id }, world) => {
    const server = serverById(world, id);
    return server === undefined
      ? refused(notFoundError(id, 'SOURCE_SERVER'))
      : answered(render(world, server));
  },
);

/** Changes the members given. Disposition, address, tags and post-launch actions of the next launch follow. */
export const updateLaunchConfiguration = operation(
  z.object({
    sourceServerID,
    name: z.string().max(128).optional(),
    launchDisposition: z.enum(['STARTED', 'STOPPED']).optional(),
    targetInstanceTypeRightSizingMethod: z.enum(['NONE', 'BASIC', 'IN_AWS']).optional(),
    copyPrivateIp: z.boolean().optional(),
    copyTags: z.boolean().optional(),
    licensing: z.object({ osByol: z.boolean().optional() }).optional(),
    postLaunchEnabled: z.boolean().optional(),
    launchIntoInstanceProperties: z
      .object({
        launchIntoEC2InstanceID: z
          .string()
          .regex(/^(i-[0-9a-fA-F]{8,})?$/, 'Must be the ID of an instance')
          .optional(),
      })
      .optional(),
  }),
  ({ sourceServerID: id, ...configuration }, world) => {
    const server = serverById(world, id);
    if (server === undefined) return refused(notFoundError(id, 'SOURCE_SERVER'));
    return answered(render(world, server, configuration), [
      { kind: 'LaunchConfigured', sourceServerID: id, configuration },
    ]);
  },
);

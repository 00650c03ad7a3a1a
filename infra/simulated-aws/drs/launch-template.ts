import type { SourceServer } from './source-server.ts';
import type { DrsRecord, LaunchTemplate } from './state.ts';
import { replicationTemplatesOf, settingsOfNewServer } from './replication-configuration.ts';
import { serverById, type World } from './world.ts';

export const launchTemplatesOf = ({ state }: World): readonly LaunchTemplate[] =>
  Object.values(state.launchTemplates ?? {}).filter((template) => template !== null);

export const launchTemplateById = (world: World, id: string): LaunchTemplate | undefined =>
  launchTemplatesOf(world).find(({ templateID }) => templateID === id);

const fromLaunchTemplate = (
  world: World,
  template: LaunchTemplate,
  server: SourceServer,
): readonly DrsRecord[] => {
  const { sourceServerID, originalInstanceID } = server;
  const { templateID, tags, exportBucketArn, launchIntoSourceInstance, ...configuration } = template;
  const actions = Object.values(world.state.launchActions?.[templateID] ?? {});
  const into =
    launchIntoSourceInstance === true && originalInstanceID !== undefined
      ? { launchIntoInstanceProperties: { launchIntoEC2InstanceID: originalInstanceID } }
      : {};
  return [
    { kind: 'LaunchConfigured', sourceServerID, configuration: { ...configuration, ...into } },
    ...actions
      .filter((action) => action !== null)
      .map((action) => ({ kind: 'LaunchActionPut', resourceID: sourceServerID, action }) as const),
  ];
};

/** A server that is there replicates from another machine from now on. */
const turned = (world: World, { sourceServerID, awsInstanceID, origin }: SourceServer): DrsRecord => {
  const at = world.now;
  const instanceID = awsInstanceID ?? '';
  const machine = { instanceID, availabilityZone: origin?.availabilityZone ?? '', at };
  const change = { replication: { kind: 'REPOINTED', at } as const, machine };
  return { kind: 'SourceServerChanged', sourceServerID, change };
};

/** A server joins, and is configured as the account's templates say; one that is there is as it was configured. */
export const additionOf = (world: World, server: SourceServer): readonly DrsRecord[] => {
  if (serverById(world, server.sourceServerID) !== undefined) return [turned(world, server)];
  const [template] = launchTemplatesOf(world);
  const { sourceServerID } = server;
  return [
    { kind: 'SourceServerAdded', server },
    ...(replicationTemplatesOf(world).length === 0
      ? []
      : [
          {
            kind: 'ReplicationConfigured',
            sourceServerID,
            configuration: settingsOfNewServer(world),
          } as const,
        ]),
    ...(template === undefined ? [] : fromLaunchTemplate(world, template, server)),
  ];
};

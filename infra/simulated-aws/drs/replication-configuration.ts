import { createHash } from 'node:crypto';
import { defaultSubnetId } from '../default-network.ts';
import {
  defaultPitPolicy,
  type PitRule,
  type ReplicatedDisk,
  type ReplicationConfiguration,
  type ReplicationSettings,
  type ReplicationTemplate,
} from './replication-settings.ts';
import type { Place, SourceServer } from './source-server.ts';
import type { World } from './world.ts';

/** The settings that DRS's console proposes when an account is set up. */
const defaultSettings = (place: Place): ReplicationSettings => ({
  stagingAreaSubnetId: defaultSubnetId(place, `${place.region}a`),
  associateDefaultSecurityGroup: true,
  replicationServersSecurityGroupsIDs: [],
  replicationServerInstanceType: 't3.small',
  useDedicatedReplicationServer: false,
  defaultLargeStagingDiskType: 'GP3',
  ebsEncryption: 'DEFAULT',
  bandwidthThrottling: 0,
  dataPlaneRouting: 'PRIVATE_IP',
  createPublicIP: false,
  stagingAreaTags: {},
  pitPolicy: [...defaultPitPolicy],
  autoReplicateNewDisks: true,
  internetProtocol: 'IPV4',
});

/** An account that was set up long ago has the template that was made then. */
const givenTemplates = ({ setting: { place, scenario } }: World): readonly ReplicationTemplate[] => {
  if (!scenario.initialized) return [];
  const digest = createHash('sha256').update(`${place.account}/${place.region}/rct`).digest('hex');
  return [{ templateID: `rct-${digest.slice(0, 17)}`, tags: {}, settings: defaultSettings(place) }];
};

/** The templates as they stand, oldest first. */
export const replicationTemplatesOf = (world: World): readonly ReplicationTemplate[] => {
  const changed = world.state.replicationTemplates ?? {};
  const given = givenTemplates(world).map((template) => [template.templateID, template] as const);
  return Object.values({ ...Object.fromEntries(given), ...changed }).filter((template) => template !== null);
};

/** What a server starts with that joins now. */
export const settingsOfNewServer = (world: World): ReplicationSettings =>
  replicationTemplatesOf(world)[0]?.settings ?? defaultSettings(world.setting.place);

const diskOf = (configured: ReplicatedDisk | undefined, deviceName: string, at: number): ReplicatedDisk => ({
  ...{ deviceName, isBootDisk: at === 0, stagingDiskType: 'AUTO', iops: 0, throughput: 0 },
  optimizedStagingDiskType: 'GP3',
  ...configured,
});

/** How a server replicates: as it was configured, else as DRS does by default. */
export const replicationConfigurationOf = (world: World, server: SourceServer): ReplicationConfiguration => {
  const configured = world.state.replicationConfigurations?.[server.sourceServerID] ?? {};
  return {
    name: server.name,
    ...defaultSettings(world.setting.place),
    ...configured,
    replicatedDisks: server.disks.map(({ deviceName }, at) =>
      diskOf(
        configured.replicatedDisks?.find((disk) => disk.deviceName === deviceName),
        deviceName,
        at,
      ),
    ),
  };
};

/** The rules by which points in time are taken and kept. */
export const pitPolicyOf = (world: World, server: SourceServer): readonly PitRule[] =>
  world.state.replicationConfigurations?.[server.sourceServerID]?.pitPolicy ?? defaultPitPolicy;

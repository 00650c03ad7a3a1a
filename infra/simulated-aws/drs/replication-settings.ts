import * as z from 'zod';

const tags = z.record(z.string().max(256), z.string().max(256));

const pitRule = z.object({
  ruleID: z.int().min(0).optional(),
  units: z.enum(['MINUTE', 'HOUR', 'DAY']),
  interval: z.int().min(1),
  retentionDuration: z.int().min(1),
  enabled: z.boolean().optional(),
});
export type PitRule = z.output<typeof pitRule>;

/** DRS keeps daily points for so long at most ("Point in time (PIT) policy"). */
const daysMax = 365;

const hasTooManyDays = ({ units, retentionDuration }: PitRule): boolean =>
  units === 'DAY' && retentionDuration > daysMax;

const pitPolicy = z
  .array(pitRule)
  .min(1)
  .max(10)
  .refine((rules) => !rules.some(hasTooManyDays), `Points are kept for ${daysMax} days at most`);

/** The members that a replication configuration and its template have in common, as the service model has them. */
export const settingMembers = {
  stagingAreaSubnetId: z.string().regex(/^subnet-[0-9a-fA-F]{8,}$/, 'Must be the ID of a subnet'),
  associateDefaultSecurityGroup: z.boolean(),
  replicationServersSecurityGroupsIDs: z
    .array(z.string().regex(/^sg-[0-9a-fA-F]{8,}$/, 'Must be the ID of a security group'))
    .max(32),
  replicationServerInstanceType: z.string().max(255),
  useDedicatedReplicationServer: z.boolean(),
  defaultLargeStagingDiskType: z.enum(['GP2', 'GP3', 'ST1', 'AUTO']),
  ebsEncryption: z.enum(['DEFAULT', 'CUSTOM', 'NONE']),
  ebsEncryptionKeyArn: z.string().regex(/^arn:.{16,2044}$/, 'Must be an ARN'),
  bandwidthThrottling: z.int().min(0),
  dataPlaneRouting: z.enum(['PRIVATE_IP', 'PUBLIC_IP']),
  createPublicIP: z.boolean(),
  stagingAreaTags: tags,
  pitPolicy,
  autoReplicateNewDisks: z.boolean(),
  internetProtocol: z.enum(['IPV4', 'IPV6']),
};

/** The same, each of them optional. */
export const optionalSettings = z.object(settingMembers).partial();
export type ReplicationSettings = z.output<typeof optionalSettings>;

const stagingDiskType = z.enum(['AUTO', 'GP2', 'GP3', 'IO1', 'SC1', 'ST1', 'STANDARD']);

export const replicatedDisk = z.object({
  deviceName: z.string().max(256),
  isBootDisk: z.boolean().optional(),
  stagingDiskType: stagingDiskType.optional(),
  iops: z.int().min(0).optional(),
  throughput: z.int().min(0).optional(),
  optimizedStagingDiskType: stagingDiskType.optional(),
});
export type ReplicatedDisk = z.output<typeof replicatedDisk>;

export interface ReplicationConfiguration extends ReplicationSettings {
  readonly name?: string | undefined;
  readonly replicatedDisks?: readonly ReplicatedDisk[] | undefined;
}

export interface ReplicationTemplate {
  readonly templateID: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly settings: ReplicationSettings;
}

/** DRS's default: every 10 minutes for an hour, hourly for a day, daily for a week. */
export const defaultPitPolicy: readonly PitRule[] = [
  { ruleID: 1, units: 'MINUTE', interval: 10, retentionDuration: 60, enabled: true },
  { ruleID: 2, units: 'HOUR', interval: 1, retentionDuration: 24, enabled: true },
  { ruleID: 3, units: 'DAY', interval: 1, retentionDuration: 7, enabled: true },
];

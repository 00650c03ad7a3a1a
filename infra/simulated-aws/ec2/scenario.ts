import * as z from 'zod';

const tags = z.record(z.string(), z.string()).default({}).describe('Its tags.');
const vpcId = z
  .string()
  .regex(/^vpc-[0-9a-f]{8,17}$/, 'vpc- and hexadecimal digits')
  .optional()
  .describe('The VPC in which it lies; the default VPC if absent.');
const subnetId = z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'subnet- and hexadecimal digits');
const securityGroupId = z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'sg- and hexadecimal digits');

const subnetScenario = z.strictObject({
  id: subnetId.describe('subnetId'),
  zone: z
    .string()
    .regex(/^[a-z]$/, 'a letter')
    .default('a')
    .describe('The letter of its zone.'),
  cidr: z.cidrv4().default('10.0.0.0/24').describe('cidrBlock'),
  vpcId,
  tags,
});

const securityGroupScenario = z.strictObject({
  id: securityGroupId.describe('groupId'),
  name: z.string().min(1).describe('groupName'),
  description: z.string().default('').describe('groupDescription'),
  vpcId,
  tags,
});

/** An instance that exists before anything is launched, such as a standby that DRS launches into. */
export const instanceScenario = z.strictObject({
  id: z
    .string()
    .regex(/^i-[0-9a-f]{17}$/, 'i- and 17 hexadecimal digits')
    .describe('instanceId'),
  tags: z
    .record(z.string(), z.string())
    .default({})
    .describe('Its tags; one that begins with simulated-aws:disk/ is a file on its disks.'),
  state: z.enum(['running', 'stopped']).default('stopped').describe('Its state at the start.'),
  startedSecondsAgo: z
    .number()
    .min(0)
    .default(86_400)
    .describe('How long ago it was last started when the simulation is first opened.'),
  platform: z.enum(['windows', 'linux']).default('linux').describe('EC2 names that of Windows only.'),
  architecture: z.enum(['x86_64', 'arm64', 'i386']).default('x86_64').describe('architecture'),
  virtualizationType: z.enum(['hvm', 'paravirtual']).default('hvm').describe('virtualizationType'),
  rootDeviceType: z.enum(['ebs', 'instance-store']).default('ebs').describe('rootDeviceType'),
  bootMode: z.enum(['legacy-bios', 'uefi']).default('legacy-bios').describe('currentInstanceBootMode'),
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]{8,17}$/, 'ami- and hexadecimal digits')
    .default('ami-0123456789abcdef0')
    .describe('imageId'),
  subnetId: subnetId.optional().describe("subnetId; the default VPC's of its zone if absent."),
  securityGroupIds: z.array(securityGroupId).default([]).describe('The default group if empty.'),
  instanceType: z.string().default('m5.large').describe('instanceType'),
  instanceProfile: z.string().min(1).optional().describe('The name of its instance profile.'),
  privateIp: z.ipv4().default('10.9.0.4').describe('privateIpAddress'),
  disableApiTermination: z.boolean().default(false).describe('Protection against termination.'),
  disableApiStop: z.boolean().default(false).describe('Protection against being stopped.'),
});
export type InstanceScenario = z.output<typeof instanceScenario>;

/** What one simulated account and Region of EC2 holds; every field has a default. */
export const ec2Scenario = z.strictObject({
  instances: z
    .array(instanceScenario)
    .default([])
    .describe('Instances that exist beside those that DRS launches.'),
  defaultVpc: z
    .boolean()
    .default(true)
    .describe(
      'Whether there is a default VPC; without it, nothing is launched from a template that names no subnet.',
    ),
  subnets: z
    .array(subnetScenario)
    .default([])
    .describe('Subnets beside those of the default VPC, which has one in every zone.'),
  securityGroups: z
    .array(securityGroupScenario)
    .default([])
    .describe('Security groups beside the default one.'),
  statusChecksSeconds: z
    .number()
    .min(0)
    .default(120)
    .describe('How long after its start the status checks of an instance are still initializing.'),
  events: z
    .strictObject({
      lossRate: z.number().min(0).max(1).default(0).describe('Share of state changes that nobody hears of.'),
      duplicateRate: z.number().min(0).max(1).default(0).describe('Share of them that are told twice.'),
      delaySecondsMax: z.number().min(0).default(0).describe('The latest time at which one is told.'),
    })
    .prefault({})
    .describe('State changes of instances are told as well as best effort does.'),
  pageSizeMax: z
    .int()
    .min(1)
    .max(1_000)
    .default(1_000)
    .describe('Most instances of a page, whatever MaxResults asks for.'),
});
export type Ec2Scenario = z.output<typeof ec2Scenario>;

import * as z from 'zod';
import { seconds, strict } from './scenario-fields.ts';
import { timingsScenario } from './scenario-timings.ts';

const replicationStates = [
  'STOPPED',
  'INITIATING',
  'INITIAL_SYNC',
  'BACKLOG',
  'CREATING_SNAPSHOT',
  'CONTINUOUS',
  'PAUSED',
  'RESCAN',
  'STALLED',
  'DISCONNECTED',
] as const;

const volumeStatuses = [
  'REGULAR',
  'CONTAINS_MARKETPLACE_PRODUCT_CODES',
  'MISSING_VOLUME_ATTRIBUTES',
  'MISSING_VOLUME_ATTRIBUTES_AND_PRECHECK_UNAVAILABLE',
  'PENDING',
] as const;

const gib = z.number().positive();

const disk = strict({
  deviceName: z.string().min(1).describe("The disk's name on the server, such as /dev/sda1."),
  gib: gib.describe('Size in GiB.'),
  volumeStatus: z.enum(volumeStatuses).default('REGULAR').describe('What DRS knows of the volume.'),
});

const stall = strict({
  fromSeconds: seconds('When replication stalls, in seconds since the simulation was first opened.'),
  untilSeconds: seconds('When it recovers; never, if absent.').optional(),
});

const replication = strict({
  state: z
    .enum(replicationStates)
    .default('CONTINUOUS')
    .describe('dataReplicationState while nothing changes it.'),
  lagDuration: z
    .string()
    .regex(
      /^P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
      'an ISO 8601 duration such as P0D or PT4M30S',
    )
    .default('P0D')
    .describe('Replication lag as an ISO 8601 duration; P0D is a healthy server.'),
  error: z.string().optional().describe('dataReplicationError.error, such as AGENT_NOT_SEEN.'),
  stalls: z.array(stall).default([]).describe('Times in which replication is stalled.'),
});

const snapshot = strict({
  id: z
    .string()
    .regex(/^pit-[0-9a-zA-Z]{17}$/, 'pit- and 17 letters or digits')
    .describe('The recovery snapshot.'),
  ageSeconds: seconds('How old it is when the simulation is first opened.'),
});

const postLaunchAction = strict({
  name: z.string().min(1).describe("The action's name."),
  documentName: z.string().min(1).describe('The SSM document that it runs.'),
  seconds: seconds('How long it takes.').default(20),
  fails: z.boolean().default(false).describe('It fails.'),
  failureReason: z.string().min(1).optional().describe('Why, as DRS tells it.'),
  optional: z.boolean().default(false).describe('Its failure leaves the launch a success.'),
  waitSeconds: seconds('From the launch, or the end of the action before, to its begin.').default(0),
  neverBegins: z.boolean().default(false).describe('It never begins, nor does any that follows.'),
  active: z.boolean().default(true).describe('It is run at all.'),
});

const origin = strict({
  account: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .describe('originAccountID'),
  region: z.string().min(1).describe('originRegion'),
  availabilityZone: z.string().min(1).describe('originAvailabilityZone'),
});

export const serverScenario = strict({
  name: z.string().min(1).describe('A unique name, also its Name tag. Where count is above 1 it holds {n}.'),
  count: z
    .int()
    .min(1)
    .max(4000)
    .default(1)
    .describe('How many such servers; {n} in name and tags is 1, 2, 3 ...'),
  id: z
    .string()
    .regex(/^s-[0-9a-zA-Z]{17}$/, 's- and 17 letters or digits')
    .optional()
    .describe('sourceServerID; derived from account, Region and name if absent.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of the source server.'),
  hostname: z.string().optional().describe('Host name; the name if absent.'),
  os: z.string().default('Ubuntu 22.04.5 LTS').describe('sourceProperties.os.fullString'),
  disks: z
    .array(disk)
    .min(1)
    .prefault([{ deviceName: '/dev/sda1', gib: 32 }])
    .describe('Replicated disks.'),
  cpus: z.int().min(1).default(2).describe('Number of cores.'),
  ramGib: gib.default(8).describe('Memory in GiB.'),
  instanceType: z.string().default('m5.large').describe('The EC2 instance type it is recovered to.'),
  privateIp: z.ipv4().optional().describe('Private address of the source server; derived if absent.'),
  replication: replication.prefault({}).describe('Data replication.'),
  snapshots: z
    .array(snapshot)
    .optional()
    .describe("Recovery snapshots. If absent, those of DRS's default policy: 10 minutes, 1 hour, 1 day."),
  timings: timingsScenario
    .prefault({})
    .describe('Timings of this server where they differ from the general ones.'),
  windowSeconds: seconds(
    'How long a job takes in which this server is the last to end; phases are scaled.',
  ).optional(),
  postLaunchActions: z
    .array(postLaunchAction)
    .default([])
    .describe('Its launch actions, run in order after its launch; PutLaunchAction adds others.'),
  launchDisposition: z
    .enum(['STARTED', 'STOPPED'])
    .default('STARTED')
    .describe('State of the launched instance.'),
  copyPrivateIp: z.boolean().default(false).describe('The recovered instance keeps the private address.'),
  copyTags: z.boolean().default(true).describe('The recovered instance gets the tags.'),
  launchIntoInstance: z
    .string()
    .regex(/^i-[0-9a-f]{17}$/, 'i- and 17 hexadecimal digits')
    .optional()
    .describe('The EC2 instance that exists and that it is launched into: launchIntoEC2InstanceID.'),
  origin: origin.optional().describe('Where it runs, for a server that already runs in EC2.'),
  awsInstanceID: z
    .string()
    .regex(/^i-[0-9a-f]{17}$/, 'i- and 17 hexadecimal digits')
    .optional()
    .describe('The EC2 instance in which it runs; derived for a server with an origin if absent.'),
  vmWareUuid: z
    .string()
    .min(1)
    .optional()
    .describe('The UUID of its virtual machine; derived for a server without an origin if absent.'),
  stagingAccountID: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .optional()
    .describe('The staging account of an extended source server.'),
  extensionError: z
    .string()
    .min(1)
    .optional()
    .describe('Why DRS cannot reach an extended server in its staging account; it cannot be launched then.'),
});

export type ServerScenario = z.output<typeof serverScenario>;

import * as z from 'zod';
import {
  callFaultScenario,
  failureScenario,
  hintsScenario,
  jobScenario,
  oddJobsScenario,
  outageScenario,
} from './scenario-faults.ts';
import { refuseRepeatedServers } from './repeated-servers.ts';
import { rate, seconds, strict } from './scenario-fields.ts';
import { serverScenario } from './scenario-servers.ts';
import { initiationSteps } from './initiation.ts';
import { timingsScenario } from './scenario-timings.ts';

const quotas = strict({
  jobsInProgress: z.int().min(1).default(20).describe('Concurrent jobs in progress.'),
  serversPerJob: z.int().min(1).default(100).describe('Source servers in a single job.'),
  serversInJobs: z.int().min(1).default(500).describe('Source servers in all jobs in progress.'),
});

const visibility = strict({
  lagSecondsMin: seconds('Shortest time until DescribeJobs knows a new job.').default(0),
  lagSecondsMax: seconds('Longest such time.').default(0),
  launchStatusAt: z
    .enum(['LAUNCH', 'JOB_END'])
    .default('LAUNCH')
    .describe(
      'When DescribeJobs shows a server as LAUNCHED or FAILED: at its launch, while its job runs, or only with the end of the job. Neither is documented.',
    ),
});

const pages = strict({
  sizeMax: z.int().min(1).default(200).describe('Most items of a page, whatever maxResults asks for.'),
  truncateRate: rate('Probability that a page ends early, even with no item, though more follow.'),
});

const failback = strict({
  clientBootsAfterSeconds: seconds(
    'When the failback client of an on-premises server comes up, counted from the launch of its recovery instance; never if absent.',
  ).optional(),
  notReadySeconds: seconds(
    'How long an on-premises server that is in sync is not yet ready for a failback launch.',
  ).default(0),
  launchSeconds: seconds('How long a failback launch takes.').default(90),
  fails: z.boolean().default(false).describe('Failback launches fail.'),
  agentSeconds: seconds(
    'From the launch of a recovery instance until its agent is up; its replication cannot be reversed before.',
  ).default(0),
  instanceProfile: z
    .enum(['NEEDED', 'NOT_NEEDED'])
    .default('NOT_NEEDED')
    .describe(
      'Whether the agent of a recovery instance without an instance profile never comes up. AWS asks for a profile; what happens without is not documented.',
    ),
  ofDrills: z
    .enum(['ALLOWED', 'REFUSED'])
    .default('ALLOWED')
    .describe('Whether the replication of a drill instance can be reversed. Not documented.'),
  earlierReversed: z
    .enum(['CONFLICT', 'ANOTHER'])
    .default('CONFLICT')
    .describe(
      'What a reversal makes of a reversed source server that is left from an earlier one: it is refused, or makes another beside it. Not documented.',
    ),
  reversedArn: z
    .enum(['FIRST', 'LATEST'])
    .default('FIRST')
    .describe(
      "Which reversal a source server's reversedDirectionSourceServerArn tells of. The field saw that of the first, long deleted.",
    ),
});

const sourceNetworks = strict({
  protectSeconds: seconds('How long a network whose replication was started takes to be protected.').default(
    60,
  ),
  replicationFails: z.boolean().default(false).describe('Networks come to ERROR instead of PROTECTED.'),
  recoverySeconds: seconds('How long the recovery of a network takes.').default(180),
  recoveryFails: z.boolean().default(false).describe('Recoveries of networks fail.'),
});

const stagingAccount = strict({
  accountID: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .describe('The staging account.'),
  servers: z
    .array(z.string().min(1))
    .describe('Host names of its servers that can be extended into this account.'),
});

/** What one simulated account and Region of DRS holds and how it behaves; every field has a default. */
export const drsScenario = strict({
  servers: z.array(serverScenario).superRefine(refuseRepeatedServers).default([]).describe('Source servers.'),
  initialized: z.boolean().default(true).describe('InitializeService has run; if not, all else is refused.'),
  availabilityZones: z
    .array(z.string().min(1))
    .min(1)
    .default(['a', 'b', 'c'])
    .describe('Letters of the zones.'),
  callerPermissions: z
    .enum(['SUFFICIENT', 'MISSING'])
    .default('SUFFICIENT')
    .describe(
      'MISSING: jobs are accepted and end within a second, all servers FAILED, with no error anywhere.',
    ),
  oneJobPerServer: z
    .enum(['CONFLICT', 'QUOTA', 'OFF'])
    .default('CONFLICT')
    .describe(
      'Answer to a second job for a server: ConflictException, ServiceQuotaExceededException, or a second job.',
    ),
  launchActions: z
    .enum(['WITHIN_JOB', 'AFTER_JOB'])
    .default('WITHIN_JOB')
    .describe(
      'Whether a job waits for the launch actions of its servers and takes their failure for that of the launch, or ends before them and leaves launchStatus LAUNCHED. Neither is documented.',
    ),
  timings: timingsScenario.prefault({}).describe('Length of the phases of a job.'),
  quotas: quotas.prefault({}).describe('Quotas of the account and Region.'),
  terminatedListedSeconds: seconds(
    'How long DescribeRecoveryInstances lists an instance as TERMINATED after its end.',
  ).default(600),
  terminationProtection: z
    .enum(['SPARES', 'IGNORED'])
    .default('SPARES')
    .describe(
      'What the clean-up of earlier instances does with one that is protected against termination: it fails and leaves it running, or ends it all the same.',
    ),
  resyncSeconds: seconds(
    'How long replication takes to be in sync after it was started, retried or reversed, where replicationMibPerSecond does not say.',
  ).default(120),
  replicationMibPerSecond: z
    .number()
    .positive()
    .optional()
    .describe('How fast the disks of one server are copied or read again; if absent, resyncSeconds counts.'),
  initiatingSeconds: seconds('How long a replication that begins takes to connect its agent.').default(5),
  initiationFailsAt: z
    .enum(initiationSteps)
    .optional()
    .describe('The step at which replications that begin get stuck.'),
  repointSeconds: seconds(
    'How long the agent of a server whose replication was turned round once more is not seen.',
  ).default(15),
  callsPerSecond: z
    .number()
    .positive()
    .optional()
    .describe('Calls of one operation per second; more are throttled.'),
  jobs: z.array(jobScenario).default([]).describe('Overrides for particular jobs.'),
  oddJobs: oddJobsScenario.prefault({}).describe('Jobs of unusual length.'),
  failures: z
    .array(failureScenario)
    .default([])
    .describe('Servers that fail; the first that applies is taken.'),
  callFaults: z
    .array(callFaultScenario)
    .default([])
    .describe('Calls that are answered wrongly; the first that applies.'),
  outages: z.array(outageScenario).default([]).describe('Times in which something does not work.'),
  hints: hintsScenario.prefault({}).describe('Events of source aws.drs.'),
  visibility: visibility.prefault({}).describe('Eventual consistency of DescribeJobs.'),
  pages: pages.prefault({}).describe('Pagination.'),
  failback: failback.prefault({}).describe('Failback.'),
  sourceNetworks: sourceNetworks.prefault({}).describe('Source networks.'),
  stagingAccounts: z
    .array(stagingAccount)
    .default([])
    .describe('Accounts whose servers can be extended into this one.'),
});

export type DrsScenario = z.output<typeof drsScenario>;

/** Parses a scenario; what is wrong with it is an Error that names every fault and, for an unknown field, the valid ones. */
export const parseDrsScenario = (input: unknown): DrsScenario => {
  const result = drsScenario.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`The DRS scenario is not valid.\n${z.prettifyError(result.error)}`);
};

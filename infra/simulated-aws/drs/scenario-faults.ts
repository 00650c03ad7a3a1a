import * as z from 'zod';
import { operationNames } from './operation-names.ts';
import { rate, seconds, strict } from './scenario-fields.ts';

export const failurePhases = [
  'SKIPPED',
  'CLEANUP',
  'PERMISSIONS',
  'SNAPSHOT',
  'PREVIOUS_SNAPSHOT',
  'PREVIOUS_SNAPSHOT_FAILED',
  'CONVERSION',
  'LAUNCH',
] as const;

export const failureScenario = strict({
  server: z.string().optional().describe('Name or id of the source server; any server if absent.'),
  phase: z
    .enum(failurePhases)
    .describe(
      'What goes wrong. CLEANUP and PREVIOUS_SNAPSHOT (a new snapshot failed, an older one is used) still launch; ' +
        'PERMISSIONS fails within a second and logs nothing of it.',
    ),
  attempt: z
    .int()
    .min(1)
    .optional()
    .describe('Only the n-th launch (or termination) of the server; all if absent.'),
  rate: z.number().min(0).max(1).default(1).describe('Probability.'),
  rawError: z.string().optional().describe("The log entry's rawError."),
});

/** Overrides for the LAUNCH jobs that match; a job that matches several takes each field from the first that has it. */
export const jobScenario = strict({
  nth: z.int().min(1).optional().describe('Only the n-th LAUNCH job of this account and Region.'),
  server: z.string().optional().describe('Only jobs with this server, by name or id.'),
  windowSeconds: seconds('Length of the job; phases are scaled to it.').optional(),
  neverEnds: z.boolean().optional().describe('The job stays STARTED for ever, its servers in launch.'),
  cancelAfterSeconds: seconds(
    'The job is cancelled then: JOB_CANCEL, and what was not launched is FAILED.',
  ).optional(),
});

export const oddJobsScenario = strict({
  shortRate: rate('Probability of a job of only a few seconds.'),
  shortSecondsMin: seconds('Shortest such job.').default(1),
  shortSecondsMax: seconds('Longest such job.').default(45),
  neverEndRate: rate('Probability of a job that never ends.'),
});

export const callFaultScenario = strict({
  operation: z.enum(operationNames).optional().describe('The operation; any if absent.'),
  answer: z
    .enum(['THROTTLED', 'INTERNAL_ERROR', 'TIMEOUT', 'CONFLICT', 'ACCESS_DENIED'])
    .describe(
      'What the caller gets. TIMEOUT is no answer for timeoutSeconds and then a 504 of no known form.',
    ),
  done: z.boolean().default(false).describe('The work was done all the same: only its answer is lost.'),
  calls: z
    .array(z.int().min(1))
    .optional()
    .describe('Which calls of the operation, counted from 1; all if absent.'),
  rate: z.number().min(0).max(1).default(1).describe('Probability for each of these calls.'),
  retryAfterSeconds: z.int().min(0).default(1).describe('Retry-After of THROTTLED and INTERNAL_ERROR.'),
  timeoutSeconds: seconds('How long TIMEOUT takes.').default(30),
});

export type CallFault = z.output<typeof callFaultScenario>;

export const outageScenario = strict({
  fromSeconds: seconds('Start, in seconds since the simulation was first opened.'),
  untilSeconds: seconds('End.'),
  of: z
    .enum(['API', 'LAUNCHES'])
    .describe(
      'API: every call answers InternalServerException. LAUNCHES: launches begun then fail for want of capacity.',
    ),
});

export const hintsScenario = strict({
  at: z
    .enum(['LAUNCH_END', 'JOB_END'])
    .default('LAUNCH_END')
    .describe('When the launch result of a server is sent.'),
  lossRate: rate('Probability that a hint is lost.'),
  duplicateRate: rate('Probability that a hint comes twice.'),
  duplicateSecondsMax: seconds('The latest time after the first at which its double comes.').default(60),
  earlyRate: rate('Probability that a launch result comes before its time.'),
  earlySecondsMax: seconds('How early at most.').default(5),
  foreignRate: rate('Probability of a further launch result that names a job which does not exist.'),
  delaySecondsMin: seconds('Shortest delay.').default(0.2),
  delaySecondsMax: seconds('Longest delay.').default(1.2),
});

import * as z from 'zod';
import { sourceServerIdSchema } from './identifiers.ts';

/** DRS: ParticipatingServer.launchStatus, narrowed to how a launch can end. */
export const launchResultSchema = z.enum(['LAUNCHED', 'FAILED']);

/**
 * Where a server is within its job, derived from the job's log; NONE before its first entry. LAUNCH_ACTIONS: its
 * instance is launched, and the launch actions that DRS itself runs on it have not ended.
 */
export const serverPhaseSchema = z.enum([
  'NONE',
  'CLEANUP',
  'SNAPSHOT',
  'CONVERSION',
  'LAUNCH',
  'LAUNCH_ACTIONS',
  'LAUNCHED',
  'FAILED',
]);
export type ServerPhase = z.infer<typeof serverPhaseSchema>;

/** An action that DRS itself runs on a server after its launch, by the server's launch configuration. */
export const launchActionSchema = z.object({
  name: z.string(),
  document: z.string().optional().describe('The SSM document that it runs.'),
  status: z
    .enum(['PENDING', 'IN_PROGRESS', 'SUCCEEDED', 'FAILED'])
    .describe('As DRS tells it; PENDING: the launch configuration has it on, and it has not begun.'),
  optional: z.literal(true).optional().describe('Its failure is a warning, and fails no server.'),
  failureReason: z.string().optional(),
});
export type LaunchAction = z.infer<typeof launchActionSchema>;

/** From which point in time a server was launched. What DRS does not say is absent, and not known. */
export const recoveryPointSchema = z.object({
  from: z
    .enum(['new-snapshot', 'chosen-snapshot', 'earlier-snapshot'])
    .optional()
    .describe("By the job's log; earlier-snapshot: the new one failed, and DRS used the one before."),
  at: z.iso.datetime().optional().describe('DRS: RecoveryInstance.pointInTimeSnapshotDateTime.'),
});
export type RecoveryPoint = z.infer<typeof recoveryPointSchema>;

/** How one server of a wave ended. Durations in milliseconds, from the job's log; absent where the log has no such phase. */
export const serverResultSchema = z.object({
  sourceServerId: sourceServerIdSchema,
  name: z.string(),
  launchResult: launchResultSchema.describe(
    'LAUNCHED only after every launch action that is not optional has succeeded.',
  ),
  instanceId: z
    .string()
    .optional()
    .describe('The EC2 instance that was launched, also where the server counts as FAILED.'),
  keepsInstance: z
    .literal(true)
    .optional()
    .describe(
      'It counts as FAILED, and an instance of it runs: a retry keeps that, a retry with relaunch ends it.',
    ),
  jobId: z.string().optional(),
  reversedId: sourceServerIdSchema
    .optional()
    .describe('Of a reversal: the source server at home that replicates from the recovered machine.'),
  madeReversed: z
    .literal(true)
    .optional()
    .describe('This execution made that source server; absent where it was there before.'),
  failure: z.string().optional(),
  warnings: z.array(z.string()).optional().describe('What went wrong and did not fail the server.'),
  recoveryPoint: recoveryPointSchema.optional(),
  launchActions: z
    .array(launchActionSchema)
    .optional()
    .describe('The first twenty, those that matter most in front.'),
  phases: z
    .object({ snapshotMs: z.number(), conversionMs: z.number(), launchMs: z.number() })
    .partial()
    .describe('Durations of the DRS phases.'),
});
export type ServerResult = z.infer<typeof serverResultSchema>;

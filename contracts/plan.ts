import * as z from 'zod';
import { actionStepsSchema } from './action.ts';
import { planTagsSchema } from './plan-tags.ts';
import { stopWhenSchema } from './stop-when.ts';
import {
  accountIdSchema,
  instanceIdSchema,
  instantSchema,
  recoverySnapshotIdSchema,
  regionSchema,
  roleArnSchema,
  slugSchema,
  sourceServerIdSchema,
} from './identifiers.ts';

/** The account and Region in which servers are recovered, and how the hub gets in. */
export const targetSchema = z.strictObject({
  account: accountIdSchema.describe('The AWS account, 12 digits.'),
  region: regionSchema.describe('The AWS Region, such as eu-west-1.'),
  role: roleArnSchema.optional().describe("Assumed for every call. Default: the hub's own credentials."),
  externalId: z.string().min(2).max(1_224).optional().describe('Shown when the role is assumed.'),
});
export type Target = z.infer<typeof targetSchema>;

const latestPoint = z.literal('latest').describe('The newest data that DRS has, as it is at the launch.');
const newestBefore = z.strictObject({
  newestBefore: instantSchema.describe('The newest snapshot not after this instant, ISO 8601 in UTC.'),
});

/** Which data a server is launched from. DRS: StartRecoveryRequestSourceServer.recoverySnapshotID. */
export const pointInTimeSchema = z
  .union([
    latestPoint,
    z.strictObject({ snapshot: recoverySnapshotIdSchema.describe('A snapshot that DRS still keeps.') }),
    newestBefore,
  ])
  .describe('Which data servers are launched from.');
export type PointInTime = z.infer<typeof pointInTimeSchema>;

/** What whoever asks for an execution may choose: a single snapshot is of one server alone. */
export const chosenPointSchema = z
  .union([latestPoint, newestBefore])
  .describe('Which data all servers of this execution are launched from, whatever the plan says of them.');
export type ChosenPoint = z.infer<typeof chosenPointSchema>;

/** The point that people write as `latest`, or as the instant before which the newest snapshot is meant. */
export const pointAt = (written: string, instantOf = (text: string): string => text): ChosenPoint =>
  written === 'latest' ? written : { newestBefore: instantOf(written) };

export const planServerSchema = z.strictObject({
  sourceServerId: sourceServerIdSchema.describe('The id of the DRS source server.'),
  critical: z.boolean().default(true).describe("Counts under the success policy 'critical'."),
  pointInTime: pointInTimeSchema.optional().describe("Default: the wave's."),
});

export const serversByTagSchema = z.strictObject({
  tags: z
    .record(z.string().min(1).max(128), z.string().max(256))
    .refine((tags) => Object.keys(tags).length > 0, 'at least one tag')
    .describe('Every source server that carries all of these tags when the execution starts.'),
  minimum: z
    .number()
    .int()
    .min(1)
    .max(4_000)
    .describe('With fewer servers than this the execution is rejected, so a lost tag cannot shrink a wave.'),
});

/** When a wave counts as recovered. What misses the policy fails it; what meets it without all servers is PARTIAL. */
export const successPolicySchema = z
  .union([
    z.literal('all').describe('Every server.'),
    z.literal('critical').describe('Every server that is critical.'),
    z.strictObject({
      atLeast: z.number().int().min(1).max(4_000).describe('So many servers. Not more than the wave has.'),
    }),
    z.strictObject({ atLeastPercent: z.number().min(1).max(100).describe('So many of a hundred servers.') }),
  ])
  .describe('When the wave counts as recovered; PARTIAL if that is so without all of its servers.');
export type SuccessPolicy = z.infer<typeof successPolicySchema>;

export const failurePolicySchema = z.enum(['stop', 'continue', 'ask']);

export const cleanUpPolicySchema = z.enum(['auto', 'ask', 'never']);
export type CleanUpPolicy = z.infer<typeof cleanUpPolicySchema>;

/** What becomes of the instances of a drill once it has ended. */
export const cleanUpSchema = z.strictObject({
  policy: cleanUpPolicySchema.describe(
    'auto: they are ended. ask: an operator is asked. never: they run until somebody asks for their clean-up.',
  ),
  afterMinutes: z
    .number()
    .int()
    .min(0)
    .max(43_200)
    .default(60)
    .describe('From the end of the drill until its instances are ended, or an operator is asked.'),
  afterFailure: cleanUpPolicySchema
    .optional()
    .describe(
      'The policy after a drill that failed or was cancelled, so that it can be looked into. Default: ask where the policy is auto.',
    ),
});
export type CleanUp = z.infer<typeof cleanUpSchema>;

export const calendarsSchema = z.array(z.string().min(3).max(256)).max(10);

/** What a failback does with servers, in this order; a drill of one ends after the launch. */
export const homewardPhases = ['reverse', 'launch', 'protect', 'retire'] as const;
export type HomewardPhase = (typeof homewardPhases)[number];

const homewardPhaseSchema = z.strictObject({
  begins: z
    .enum(['after-approval', 'by-itself'])
    .default('after-approval')
    .describe('after-approval: a person has to approve its begin. by-itself: it follows the phase before.'),
  approvers: z
    .array(z.string().min(1).max(256))
    .max(20)
    .default([])
    .describe('Who may approve its begin. Default: anybody who may operate the execution.'),
  before: actionStepsSchema
    .default([])
    .describe(
      'Actions after the approval and before the first server of the phase: what people do stands here, so that the record says who did it and when.',
    ),
  timeoutMinutes: z
    .number()
    .int()
    .min(1)
    .max(43_200)
    .optional()
    .describe(
      "From the start of a wave of the phase; then an operator is asked. Default: a day for reverse and protect, which copy data, the wave's own time for launch and retire.",
    ),
});

/** The phases of a failback, each with what comes before its first server. */
export const homewardPhasesSchema = z.strictObject({
  reverse: homewardPhaseSchema
    .optional()
    .describe(
      'The recovered machines replicate back to where they came from: all waves at once, days before.',
    ),
  launch: homewardPhaseSchema
    .optional()
    .describe('The machines at home are launched, in the order of the waves. People stop writes before it.'),
  protect: homewardPhaseSchema
    .optional()
    .describe('The machines at home replicate to the place of the recovery again. Not in a drill.'),
  retire: homewardPhaseSchema
    .optional()
    .describe(
      'The machines that were recovered are ended, and what replicated back is deleted, once those at home are protected. Not in a drill.',
    ),
});

export const planWaveSchema = z.strictObject({
  waveId: slugSchema.describe('Unique in the plan.'),
  description: z.string().max(1_000).optional().describe('For people.'),
  dependsOn: z
    .array(slugSchema)
    .max(200)
    .default([])
    .describe('Waves that must have been recovered before this one starts.'),
  target: slugSchema
    .optional()
    .describe("A key of the plan's targets. Default: the account and Region of the deployment."),
  home: slugSchema
    .optional()
    .describe("Of a failback: the target that its servers came from. Default: the plan's home."),
  servers: z
    .union([z.array(planServerSchema).min(1).max(1_000), serversByTagSchema])
    .describe('By id, or by tag.'),
  pointInTime: pointInTimeSchema.default('latest').describe('Of every server that names none itself.'),
  drillsInto: z
    .array(instanceIdSchema)
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'EC2 instances that drills of this wave may overwrite, where the launch configuration of a server launches into one. A drill into any other is refused.',
    ),
  success: successPolicySchema
    .default('all')
    .describe('When the wave counts as recovered; PARTIAL if that is so without all of its servers.'),
  endsWith: z
    .enum(['servers', 'job'])
    .optional()
    .describe(
      'What ends the recovery of the wave. servers: DRS shows how each of them did, also while it has still to call their job COMPLETED, some seconds later. job: DRS has called every job COMPLETED. Default: servers.',
    ),
  onFailure: failurePolicySchema
    .optional()
    .describe(
      "stop: no further wave starts. continue: only the wave's descendants are skipped. ask: an operator decides. Default: stop in a drill, ask in a recovery.",
    ),
  timeoutMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(240)
    .describe('From the start of the wave; then an operator is asked.'),
  pauseBefore: z
    .boolean()
    .default(false)
    .describe('The wave waits for an operator before anything of it starts.'),
  before: actionStepsSchema.default([]).describe('Actions before the recovery.'),
  after: actionStepsSchema
    .default([])
    .describe('Actions after the recovery; they may refer to the recovered servers.'),
  onFailureActions: actionStepsSchema.default([]).describe('Actions when the wave has failed.'),
  onCancelActions: actionStepsSchema
    .default([])
    .describe('Actions when the wave is stopped by a cancellation.'),
});
export type PlanWave = z.infer<typeof planWaveSchema>;

/** The waves that run when all others have ended: names that no wave of a plan may have. */
export const closingWaveIds = {
  onFailure: 'plan-on-failure',
  onCancel: 'plan-on-cancel',
  beforeCleanUp: 'plan-before-clean-up',
  undo: 'plan-undo-reversal',
} as const;

/** A recovery plan as people write it, in YAML or JSON. */
export const planSchema = z.strictObject({
  planId: slugSchema.describe('The name under which versions of the plan are stored.'),
  description: z.string().max(1_000).optional().describe('For people.'),
  direction: z
    .literal('failback')
    .optional()
    .describe(
      'failback: the plan brings home what a recovery launched, between Regions, accounts and Availability Zones of AWS. Its waves name the servers as the plan of the recovery does. Servers that did not come from AWS are refused: people bring those home with the failback client of DRS. Default: failover.',
    ),
  home: slugSchema
    .optional()
    .describe(
      'Of a failback: the target that the servers came from. Default: the account and Region of the deployment.',
    ),
  phases: homewardPhasesSchema
    .optional()
    .describe('Of a failback: how each phase begins. Default: after an approval.'),
  stallMinutes: z
    .number()
    .int()
    .min(5)
    .max(1_440)
    .optional()
    .describe('Of a failback: a replication that does not move for so long is told of. Default: 30.'),
  tags: planTagsSchema
    .optional()
    .describe(
      'For people, and for access rules of the deployment, such as `team: payments`. They choose no servers.',
    ),
  rtoMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .optional()
    .describe('Recovery time objective of the whole plan.'),
  rpoMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .optional()
    .describe('Recovery point objective: the replication lag that is allowed.'),
  timeoutMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(1_440)
    .describe('From the start of the execution; then an operator is asked.'),
  recoveryNeedsApproval: z
    .boolean()
    .optional()
    .describe(
      'A real recovery waits until a second person approves it; a drill never does. Default: as the deployment says.',
    ),
  cleanUp: cleanUpSchema
    .optional()
    .describe(
      'What becomes of the instances of a drill once it has ended. Default: they run until somebody asks for their clean-up.',
    ),
  provenWithinDays: z
    .number()
    .int()
    .min(1)
    .max(1_100)
    .optional()
    .describe(
      'For so long a drill that recovered everything is a proof of the plan; then an alarm is raised, and the evidence says so.',
    ),
  calendars: calendarsSchema
    .optional()
    .describe(
      'SSM Change Calendars of the deployment’s account and Region, by name or ARN, that hold up the waves of a drill while one of them is closed. A real recovery never waits for them.',
    ),
  stopWhen: z
    .array(stopWhenSchema)
    .min(1)
    .max(10)
    .optional()
    .describe('Alarms that stop a drill when they rise, for as long as it runs. Default: none.'),
  targets: z
    .record(slugSchema, targetSchema)
    .default({})
    .describe('Accounts and Regions beside that of the deployment, by the name that waves and actions use.'),
  waves: z.array(planWaveSchema).min(1).max(200).describe('The nodes of the graph, in any order.'),
  onFailureActions: actionStepsSchema
    .default([])
    .describe('Actions once everything has finished and the execution has failed, before it ends.'),
  onCancelActions: actionStepsSchema
    .default([])
    .describe('Actions once everything has finished after a cancellation, before the execution ends.'),
  beforeCleanUp: actionStepsSchema
    .optional()
    .describe(
      'Of a drill: actions before its instances are ended, whoever asks for that. None is ended until they have succeeded. ${servers.…} in their parameters are the instances that the clean-up is to end in the account and Region where the action acts. Default: none.',
    ),
});
export type Plan = z.infer<typeof planSchema>;

import * as z from 'zod';
import { taskIdSchema } from './task-events.ts';
import { trafficMoveSchema } from './traffic.ts';
import { maySchema } from './access.ts';
import { actionKindSchema } from './action.ts';
import { executionStatusSchema } from './orders.ts';
import { metadataSchema } from './envelope.ts';
import { faultSchema } from './execution-events.ts';
import { homewardSchema } from './frozen-wave.ts';
import { serverSnapshotSchema } from './server-snapshot.ts';
import { executionIdSchema, modeSchema, requestIdSchema, slugSchema } from './identifiers.ts';
import { chosenPointSchema, failurePolicySchema, planSchema, successPolicySchema } from './plan.ts';
import { actionStageSchema } from './wave-events.ts';

/** RFC 9457. `faults` lists everything that is wrong with a request at once. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  faults: z.array(faultSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const executionSummarySchema = z.object({
  executionId: executionIdSchema,
  planId: z.string(),
  status: executionStatusSchema,
  mode: modeSchema,
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
});
export type ExecutionSummary = z.infer<typeof executionSummarySchema>;

export const executionPageSchema = z.object({
  executions: z.array(executionSummarySchema).describe('Newest first.'),
  next: z.string().optional().describe('Give it as `after` to get the next page; absent on the last.'),
});
export type ExecutionPage = z.infer<typeof executionPageSchema>;

export const openExecutionsSchema = executionPageSchema.omit({ next: true }).extend({
  executions: z.array(executionSummarySchema).describe('Oldest first.'),
});

/** HELD: the wave failed, and an operator has to say what follows. */
export const waveStatusSchema = z.enum([
  'WAITING',
  'STARTED',
  'HELD',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'SKIPPED',
]);

export const actionSnapshotSchema = z.object({
  stage: actionStageSchema,
  actionId: z.string(),
  kind: actionKindSchema,
  status: z.enum(['WAITING', 'RUNNING', 'AGAIN', 'SUCCEEDED', 'FAILED']),
  prompt: z.string().optional(),
  approvers: z.array(z.string()).optional(),
  message: z.string().optional(),
  startedAt: z.iso.datetime().optional().describe('Of the try that runs now.'),
  endsBy: z.iso.datetime().optional().describe('When its time is over, while it runs.'),
  silence: z
    .enum(['approves', 'declines'])
    .optional()
    .describe('Of what asks people: what happens when nobody answers in time.'),
});

export const waveSnapshotSchema = z.object({
  waveId: z.string(),
  phase: homewardSchema.shape.phase
    .optional()
    .describe('Of a failback: what the wave does with its servers.'),
  dependsOn: z.array(z.string()),
  account: z.string(),
  region: z.string(),
  status: waveStatusSchema,
  attempt: z.number().int(),
  startedAt: z.iso.datetime().optional(),
  onFailure: failurePolicySchema,
  success: successPolicySchema,
  awaitingCapacity: z.boolean(),
  heldAt: z.iso.datetime().optional().describe('Since when it waits for a decision on its failure.'),
  overdueSince: z.iso.datetime().optional().describe('When its time-out struck; nothing is aborted by it.'),
  stopped: z.string().optional(),
  jobIds: z.array(z.string()),
  servers: z.array(serverSnapshotSchema),
  actions: z.array(actionSnapshotSchema),
});
export type WaveSnapshot = z.infer<typeof waveSnapshotSchema>;

/** An execution as its records say it stands now: what decisions are made from. */
export const executionSnapshotSchema = executionSummarySchema.extend({
  planVersion: z.number().int(),
  direction: z.literal('failback').optional().describe('It brings home what a recovery launched.'),
  endedAt: z.iso.datetime().optional(),
  rtoMinutes: z.number().optional(),
  approval: z
    .object({
      planHash: z.string().describe('What an approval has to name.'),
      expiresAt: z.iso.datetime(),
      approvedBy: z.string().optional(),
    })
    .optional()
    .describe('Of a real recovery that needs a second person.'),
  allowReplacing: z
    .array(z.string())
    .optional()
    .describe('EC2 instances that launches of this drill may end or overwrite: the request named them.'),
  calendars: z
    .array(z.string())
    .optional()
    .describe(
      'SSM Change Calendars that a drill asks before each wave, and that a real recovery never asks.',
    ),
  paused: z
    .object({
      by: z.string(),
      reason: z.string(),
      at: z.iso.datetime(),
      opensAt: z.iso.datetime().optional().describe('When the calendars open again that paused it.'),
      openedAt: z.iso.datetime().optional().describe('When they were seen to be open again.'),
    })
    .optional()
    .describe('While it is paused: who or what paused it, and why.'),
  overdueSince: z.iso.datetime().optional().describe('When its time-out struck; nothing is aborted by it.'),
  reason: z.string().optional().describe('Why it was requested.'),
  pointInTime: chosenPointSchema.optional().describe('What the request chose for all servers.'),
  acceptWarnings: z.array(z.string()).optional().describe('Warnings that the request accepts, by name.'),
  inCharge: z
    .object({ name: z.string(), from: z.string(), since: z.iso.datetime() })
    .optional()
    .describe('To whom it was handed over last, and by whom. Absent: whoever requested it is in charge.'),
  cleanUp: z
    .object({
      status: z
        .enum(['AWAITED', 'RUNNING', 'COMPLETED', 'FAILED', 'KEPT'])
        .describe('FAILED: instances resist, and a person has to see to them.'),
      policy: z.enum(['auto', 'ask']).optional(),
      dueAt: z.iso.datetime().optional(),
      startedAt: z.iso.datetime().optional(),
      endedAt: z.iso.datetime().optional(),
      terminated: z.number().int().describe('Instances that the present or last run has ended.'),
      keptBy: z.string().optional().describe('Who keeps all instances.'),
      kept: z.record(z.string(), z.string()).describe('Who keeps single instances.'),
      awaitingCapacity: z
        .array(z.string())
        .optional()
        .describe('Where the next call waits for the DRS quota, as `account/region`.'),
      actions: z
        .enum(['running', 'failed'])
        .optional()
        .describe(
          'While the plan’s actions before it keep instances from being ended: they run, or did not succeed.',
        ),
    })
    .optional()
    .describe(
      'Of a drill that has ended: what becomes of its instances, as far as something was said of it.',
    ),
  now: z.iso.datetime().describe('The time at which it was read.'),
  may: maySchema,
  waves: z.array(waveSnapshotSchema).describe('Empty until the execution has started.'),
});
export type ExecutionSnapshot = z.infer<typeof executionSnapshotSchema>;

export const recordedEventSchema = z.object({
  type: z.string(),
  data: z.unknown(),
  metadata: metadataSchema,
});
export const eventPageSchema = z.object({
  events: z.array(recordedEventSchema).describe('Each stream in its own order; streams by time.'),
});

/** Something of an execution that waits for a person. */
export const dueDecisionSchema = executionSummarySchema
  .pick({ executionId: true, planId: true, status: true })
  .extend({
    mode: modeSchema,
    kind: z.enum(['second-person', 'approval', 'wave-failed', 'overdue', 'paused', 'other']),
    waveId: z.string().optional(),
    actionId: z.string().optional(),
    asked: z.string().describe('What is asked, as a sentence.'),
    since: z.iso.datetime().describe('Since when it waits.'),
    until: z.iso
      .datetime()
      .optional()
      .describe('Until when it can be answered; absent: as long as it takes.'),
    silence: z.string().describe('What happens when nobody answers.'),
    who: z.string().describe('Who may answer.'),
    choices: z
      .array(z.object({ choice: z.string(), command: z.string() }))
      .describe('What can be answered, with the exact command.'),
  });
export type DueDecision = z.infer<typeof dueDecisionSchema>;
/** Who asks, and what they may do. */
export const callerSchema = z.object({
  by: z.string(),
  scopes: z.array(z.enum(['viewer', 'operator', 'approver', 'planner'])),
  may: maySchema.describe('What access rules let them do with some plan; absent without rules.'),
});
export type CallerAnswer = z.infer<typeof callerSchema>;

export const decisionPageSchema = z.object({
  decisions: z.array(dueDecisionSchema).describe('Of all executions that have not ended, oldest first.'),
});

export const acceptedSchema = z.object({
  executionId: executionIdSchema,
  requestId: requestIdSchema,
  statusUrl: z.string().describe('Where the execution is followed, from now on.'),
});
export type Accepted = z.infer<typeof acceptedSchema>;

export const decisionAcceptedSchema = z.object({
  decisionId: requestIdSchema,
  executionId: executionIdSchema,
  statusUrl: z.string(),
});

export const reportAcceptedSchema = z.object({
  taskId: taskIdSchema,
  reportId: z.string().describe('The id under which the bus has taken the report.'),
});

export const planVersionSchema = z.object({
  planId: slugSchema,
  version: z.number().int(),
  hash: z.string(),
  plan: planSchema,
  storedAt: z.iso.datetime(),
  may: maySchema,
});
export type StoredPlan = z.infer<typeof planVersionSchema>;

export const planPageSchema = z.object({ plans: z.array(planVersionSchema) });
export const planVersionsSchema = z.object({
  versions: z.array(planVersionSchema.omit({ plan: true, may: true })),
});

/** A message to people that its receiver did not take. */
export const untoldNoticeSchema = z.object({
  state: z.enum(['waiting', 'given-up']),
  channel: z.string().describe('Empty while the rules cannot be read.'),
  event: z.string(),
  eventId: z.string(),
  since: z.iso.datetime(),
  tries: z.number().int(),
  reason: z.string().describe('Why it was not taken the last time.'),
});
export type UntoldNotice = z.infer<typeof untoldNoticeSchema>;
export const noticePageSchema = z.object({ notices: z.array(untoldNoticeSchema) });

export const findingSchema = z.object({
  level: z.enum(['error', 'warning']),
  name: z.string(),
  waveId: z.string(),
  sourceServerId: z.string().optional(),
  message: z.string(),
  needsAcceptance: z
    .literal(true)
    .optional()
    .describe('Of a warning: a start is refused until `acceptWarnings` has its name.'),
  allowedBy: z
    .enum(['allowDrillOverRecovery', 'allowReplacing'])
    .optional()
    .describe('Of an error: the field of the request by which a person allows it all the same.'),
});

/** An instance that the launch of a server ends, or whose volumes it replaces. */
export const replacedInstanceSchema = z.object({
  waveId: z.string(),
  sourceServerId: z.string(),
  instanceId: z.string(),
  origin: z
    .enum(['drill', 'recovery', 'unknown', 'existing'])
    .describe('existing: no job launched it, the launch goes into it. unknown: it counts as a recovery.'),
  fate: z.enum(['ended', 'overwritten']),
  state: z.string(),
  since: z.iso.datetime().optional().describe('When EC2 last started it.'),
  obstacles: z
    .array(z.enum(['record-deleted', 'failback', 'termination-protection', 'stop-protection', 'not-stopped']))
    .describe('What gets in the way of it, or speaks against it.'),
});

const leastMs = z.number().describe('At the soonest, in ms: the shortest of the last executions.');
const mostMs = z.number().describe('At the latest, in ms: the longest of the last executions.');

/**
 * How long a plan should take, from earlier executions where there are any: without the time that people take to
 * answer, and without waiting for quotas.
 */
export const forecastSchema = z.object({
  waves: z.array(
    z.object({
      waveId: z.string(),
      ...{ leastMs, mostMs },
      isLearned: z.boolean().describe('Whether earlier executions told how long its jobs take.'),
    }),
  ),
  criticalPath: z.array(z.string()).describe('The chain of waves that decides the whole, in their order.'),
  ...{ leastMs, mostMs },
  approvals: z.number().int().describe('Approvals and pauses on the critical path, whose time nobody knows.'),
  rto: z
    .object({
      minutes: z.number(),
      outlook: z
        .enum(['on-track', 'at-risk', 'out-of-reach'])
        .describe('at-risk: at the latest it takes longer. out-of-reach: also at the soonest.'),
    })
    .optional()
    .describe('Of a plan with a recovery time objective: what the forecast means for it.'),
});
export type Forecast = z.infer<typeof forecastSchema>;

/** What blocks running a plan now; a request would be refused exactly when there are faults. */
export const readinessSchema = z.object({
  planId: z.string(),
  version: z.number().int().optional(),
  hash: z.string().optional().describe('Of that version: what an approval has to name.'),
  ready: z.boolean(),
  waves: z.array(
    z.object({
      waveId: z.string(),
      account: z.string(),
      region: z.string(),
      servers: z.array(z.object({ sourceServerId: z.string(), name: z.string() })),
    }),
  ),
  findings: z.array(findingSchema),
  faults: z.array(faultSchema),
  replaced: z.array(replacedInstanceSchema).describe('What the launches would end or overwrite.'),
  traffic: z
    .array(z.object({ waveId: z.string(), actionId: z.string(), moves: z.array(trafficMoveSchema) }))
    .describe('What would be moved from what stands there now, as far as it can be read.'),
  forecast: forecastSchema.optional().describe('Absent where the plan itself cannot be run.'),
});
export type Readiness = z.infer<typeof readinessSchema>;

/** An instance that runs from a drill, and what becomes of it. */
export const drillRunSchema = z.object({
  instanceId: z.string(),
  sourceServerId: z.string(),
  serverName: z
    .string()
    .optional()
    .describe('As DRS names the source server; absent where DRS no longer lists it.'),
  account: z.string(),
  region: z.string(),
  state: z.string().describe('As EC2 says it, or as DRS does where EC2 does not show it.'),
  jobId: z.string().describe('The DRS job that launched it; empty where DRS names none.'),
  since: z.iso.datetime().optional().describe('When EC2 last started it; absent where EC2 does not show it.'),
  instanceHours: z.number().describe('Since then, in hours; 0 where that is not known.'),
  execution: z
    .object({
      executionId: executionIdSchema,
      planId: z.string(),
      requestedBy: z.string(),
      status: executionStatusSchema,
    })
    .optional()
    .describe('The drill that launched it; absent where no execution knows its job.'),
  fate: z
    .enum(['in-drill', 'due', 'asked', 'ending', 'kept', 'left', 'spared', 'runs-on', 'unknown'])
    .describe(
      'in-drill: its drill has not ended. due: it is ended at `at`. asked: an operator is asked at `at`. ending: its clean-up is running. kept: a person keeps it. left: a clean-up could not end it, or must not without a person. spared: its drill may not end it. runs-on: nobody said anything of it. unknown: no execution launched it, and nothing ends it.',
    ),
  at: z.iso.datetime().optional(),
  reason: z.string().optional().describe('Who keeps it, or why it is not ended.'),
});
export type DrillRun = z.infer<typeof drillRunSchema>;

export const drillPageSchema = z.object({
  drills: z.array(drillRunSchema).describe('Those longest running first.'),
  instanceHours: z.number().describe('Of all of them, so far.'),
  places: z
    .array(z.object({ account: z.string(), region: z.string() }))
    .describe(
      'Where was looked: at home, and in the targets of plans and of executions that are not closed.',
    ),
  faults: z.array(faultSchema).describe('Places that could not be read.'),
});
export type DrillPage = z.infer<typeof drillPageSchema>;

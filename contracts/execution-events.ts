import * as z from 'zod';
import { defineEvent, type FactOf } from './envelope.ts';
import {
  actorSchema,
  drsJobIdSchema,
  instanceIdSchema,
  modeSchema,
  reasonSchema,
  requestIdSchema,
  slugSchema,
} from './identifiers.ts';
import { approvalAwaited, executionApproved } from './approval-events.ts';
import { calendarsOpened } from './calendar-events.ts';
import { decidedBySchema } from './decided-by.ts';
import { noteAdded } from './note-events.ts';
import {
  calendarsSchema,
  chosenPointSchema,
  cleanUpSchema,
  failurePolicySchema,
  successPolicySchema,
  targetSchema,
} from './plan.ts';
import { risenAlarmSchema, stopWhenSchema } from './stop-when.ts';
import { frozenServerSchema, frozenWaveSchema, homewardSchema } from './frozen-wave.ts';
import { operatorEvents } from './operator-events.ts';
import { serverResultSchema } from './wave-events.ts';

export { frozenWaveSchema, type FrozenWave, type Homeward } from './frozen-wave.ts';

/** One thing that is wrong with an input: where, what, and what would be valid. */
export const faultSchema = z.object({
  path: z.string(),
  message: z.string(),
  expected: z.string().optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type { DecidedBy } from './decided-by.ts';

export const executionRequestSchema = z.strictObject({
  requestId: requestIdSchema.optional().describe("Default: the EventBridge event's id."),
  planId: slugSchema,
  planVersion: z.number().int().min(1).optional().describe('Default: the newest.'),
  mode: modeSchema,
  requestedBy: actorSchema.optional().describe('Default: the publishing account.'),
  reason: reasonSchema.optional(),
  allowDrillOverRecovery: z
    .boolean()
    .optional()
    .describe('Drill even servers that have a live instance from a real recovery, which the drill destroys.'),
  acceptWarnings: z
    .array(z.string().max(128))
    .max(100)
    .optional()
    .describe('Readiness warnings that are accepted, by name.'),
  allowReplacing: z
    .array(instanceIdSchema)
    .max(100)
    .optional()
    .describe(
      'EC2 instances that launches of this drill may end or overwrite, although nothing shows that they are a drill’s own.',
    ),
  calendars: calendarsSchema
    .optional()
    .describe(
      'SSM Change Calendars beside those of the plan that hold up the waves of this drill while they are closed.',
    ),
  pointInTime: chosenPointSchema
    .optional()
    .describe(
      'Which data all servers of this execution are launched from, whatever the plan says of them. Default: as the plan says.',
    ),
  startBy: z.iso
    .datetime()
    .optional()
    .describe('It is refused if it has not started by then, such as after a crash that delayed it.'),
});
export type ExecutionRequest = z.infer<typeof executionRequestSchema>;

export const executionRequested = defineEvent(
  'ExecutionRequested',
  'operator',
  'Somebody asks to run a plan as a drill or a recovery.',
  executionRequestSchema,
);

export const executionAccepted = defineEvent(
  'ExecutionAccepted',
  'accept-execution',
  'The request is on record; it is being checked.',
  executionRequestSchema.required({ requestId: true, requestedBy: true }),
);

/** Alarms that stand for the whole execution, with where they are. */
const frozenStopSchema = stopWhenSchema
  .pick({ alarms: true })
  .extend({ do: z.enum(['pause', 'cancel']), target: targetSchema });
export type FrozenStop = z.infer<typeof frozenStopSchema>;

export const executionStarted = defineEvent(
  'ExecutionStarted',
  'accept-execution',
  'The request was accepted; the plan is frozen.',
  z.object({
    requestId: requestIdSchema,
    planId: slugSchema,
    planVersion: z.number().int(),
    planHash: z.string().describe('SHA-256 of the plan version.'),
    frozenHash: z.string().describe('SHA-256 of the plan with every server resolved, as it will run.'),
    pointInTime: chosenPointSchema.optional().describe('What the request chose for all servers.'),
    mode: modeSchema,
    requestedBy: actorSchema,
    approvedBy: actorSchema.optional().describe('The second person, where needed.'),
    reason: reasonSchema,
    rtoMinutes: z.number().optional(),
    rpoMinutes: z.number().optional(),
    waveCount: z.number().int(),
    serverCount: z.number().int(),
    overrides: z
      .array(z.string())
      .describe(
        'Readiness findings that the request overrode by name, and drill-over-recovery if it allowed that.',
      ),
    warnings: z.array(z.string()).optional().describe('Readiness warnings that need no override, by name.'),
    allowReplacing: z
      .array(instanceIdSchema)
      .optional()
      .describe('EC2 instances that launches of this drill may end or overwrite: the request named them.'),
    cleanUp: cleanUpSchema.optional().describe('Of a drill whose plan says what becomes of its instances.'),
    beforeCleanUp: z.literal(true).optional().describe('Of a drill whose plan has actions before it.'),
    calendars: z
      .array(z.string())
      .optional()
      .describe(
        'SSM Change Calendars of the plan and the request. A drill asks them before each wave; a real recovery waits for none.',
      ),
    stopWhen: z.array(frozenStopSchema).optional().describe('Alarms that are looked at while it runs.'),
    direction: z.literal('failback').optional().describe('It brings home what a recovery launched.'),
  }),
);

export const executionRejected = defineEvent(
  'ExecutionRejected',
  'accept-execution',
  'The request was refused, with every reason at once.',
  z.object({
    requestId: requestIdSchema,
    planId: z.string(),
    faults: z.array(faultSchema),
    decidedBy: decidedBySchema.optional().describe('Who declined it.'),
  }),
);

export const waveStarted = defineEvent(
  'WaveStarted',
  'advance-execution',
  'All its dependencies are done; it is claimed, once per attempt.',
  z.object({
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    mode: modeSchema,
    definition: frozenWaveSchema,
    serverCount: z
      .number()
      .int()
      .optional()
      .describe(
        'How many servers the wave has, where its definition has room for the first of them alone: WaveServersListed names the others.',
      ),
    decidedBy: decidedBySchema.optional().describe('Who asked for this retry.'),
    relaunch: z
      .literal(true)
      .optional()
      .describe('The retry launches servers again whose instance runs, and so ends those instances.'),
  }),
);

export const waveServersListed = defineEvent(
  'WaveServersListed',
  'advance-execution',
  'More servers of a wave that has started, for which its WaveStarted has no room.',
  z.object({
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    servers: z.array(frozenServerSchema),
    relaunch: z.literal(true).optional().describe('As in its WaveStarted.'),
  }),
);

export const waveResultsListed = defineEvent(
  'WaveResultsListed',
  'advance-execution',
  'More results of a wave that ends, for which its WaveCompleted or WaveFailed has no room.',
  z.object({
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    servers: z.array(serverResultSchema),
  }),
);

export const waveOutcomeSchema = z.object({
  waveId: slugSchema,
  attempt: z.number().int().min(1),
  policy: successPolicySchema,
  servers: z
    .array(serverResultSchema)
    .describe('Of every server of the wave that no WaveResultsListed before it names.'),
  counts: z
    .object({ launched: z.number().int(), failed: z.number().int() })
    .optional()
    .describe('Of all servers of the wave, where servers has room for some of them alone.'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  phase: homewardSchema.shape.phase
    .optional()
    .describe('Of a failback: what the wave did with its servers, where it did not launch them.'),
});

export const waveCompleted = defineEvent(
  'WaveCompleted',
  'advance-execution',
  'The wave met its success policy; PARTIAL if not with all of its servers.',
  waveOutcomeSchema.extend({
    outcome: z.enum(['COMPLETED', 'PARTIAL']),
    runningJobs: z
      .array(drsJobIdSchema)
      .optional()
      .describe('Jobs whose servers all have their result, and which DRS has still to call COMPLETED.'),
  }),
);

export const waveResultsChanged = defineEvent(
  'WaveResultsChanged',
  'advance-execution',
  'A job of a wave that was complete ended otherwise than DRS had shown; its DRSJobCompleted names the servers.',
  z.object({
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    outcome: z.enum(['COMPLETED', 'PARTIAL']),
    counts: z.object({ launched: z.number().int(), failed: z.number().int() }),
  }),
);

export const waveFailed = defineEvent(
  'WaveFailed',
  'advance-execution',
  'The wave missed its success policy.',
  waveOutcomeSchema.extend({
    onFailure: failurePolicySchema,
    reasons: z.array(z.string()).describe('As many as fit; the last one says how many are left out.'),
    needsRelaunch: z
      .literal(true)
      .optional()
      .describe('Every server that it misses runs as an instance: only a retry with relaunch launches any.'),
  }),
);

export const waveSkipped = defineEvent(
  'WaveSkipped',
  'advance-execution',
  'The wave will not run, or its failure no longer counts.',
  z.object({
    waveId: slugSchema,
    reason: reasonSchema,
    decidedBy: decidedBySchema.optional(),
    satisfiesDependants: z.boolean(),
  }),
);

export const executionPaused = defineEvent(
  'ExecutionPaused',
  'advance-execution',
  'Nothing new starts; running jobs go on.',
  decidedBySchema.extend({
    calendars: z
      .array(z.string())
      .optional()
      .describe('SSM Change Calendars that paused a drill: closed, or not to be asked. No person did.'),
    opensAt: z.iso.datetime().optional().describe('When they open again, where that is known.'),
  }),
);
export const executionResumed = defineEvent(
  'ExecutionResumed',
  'advance-execution',
  'Waves start again.',
  decidedBySchema,
);
export const executionCancelling = defineEvent(
  'ExecutionCancelling',
  'advance-execution',
  'Nothing new starts, automations stop; DRS jobs run to their end.',
  decidedBySchema,
);
export const alarmRaised = defineEvent(
  'AlarmRaised',
  'advance-execution',
  'Alarms that the plan names in stopWhen went to ALARM: a drill is paused or cancelled, a recovery goes on.',
  z.object({
    alarms: z.array(risenAlarmSchema),
    consequence: z
      .enum(['pause', 'cancel', 'none'])
      .describe('Of a drill what its plan says; none: of a recovery.'),
  }),
);
export const totalsSchema = z.object({
  waves: z.object({ completed: z.number(), partial: z.number(), failed: z.number(), skipped: z.number() }),
  servers: z.object({ launched: z.number(), failed: z.number() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  durationMs: z.number(),
  rto: z.object({ targetMinutes: z.number(), achievedMinutes: z.number(), met: z.boolean() }).optional(),
});

export const executionCompleted = defineEvent(
  'ExecutionCompleted',
  'advance-execution',
  'Every wave has ended; PARTIAL if not all of them in full.',
  totalsSchema.extend({ outcome: z.enum(['COMPLETED', 'PARTIAL']) }),
);
export const executionFailed = defineEvent(
  'ExecutionFailed',
  'advance-execution',
  'The execution ended and did not recover what it had to.',
  totalsSchema,
);
export const executionCancelled = defineEvent(
  'ExecutionCancelled',
  'advance-execution',
  'The cancelled execution has finished.',
  totalsSchema,
);

export const executionEvents = [
  executionAccepted,
  approvalAwaited,
  executionApproved,
  executionStarted,
  executionRejected,
  waveStarted,
  waveServersListed,
  waveResultsListed,
  waveCompleted,
  waveResultsChanged,
  waveFailed,
  waveSkipped,
  executionPaused,
  calendarsOpened,
  executionResumed,
  executionCancelling,
  alarmRaised,
  noteAdded,
  ...operatorEvents,
  executionCompleted,
  executionFailed,
  executionCancelled,
] as const;

export type ExecutionFact = FactOf<(typeof executionEvents)[number]>;

import * as z from 'zod';
import { defineEvent, type FactOf } from './envelope.ts';
import { decidedBySchema } from './decided-by.ts';
import { frozenWaveSchema } from './execution-events.ts';
import { drsJobIdSchema, instanceIdSchema, slugSchema, sourceServerIdSchema } from './identifiers.ts';
import { toldInstancesMax } from './told-instances.ts';
import { decisionRefused, operatorNeeded, timeoutNear } from './operator-events.ts';

const saidBy = 'clean-up-drill';

const inRun = {
  run: z
    .number()
    .int()
    .min(1)
    .describe('Which clean-up of the drill: one that failed may be asked for again.'),
};
const place = { account: z.string(), region: z.string() };
const inJob = {
  ...inRun,
  job: z.number().int().min(1).describe('Counts the calls of TerminateRecoveryInstances, over all runs.'),
};

/** An instance that a drill launched: what it was launched for, and by which job. */
export const drillInstanceSchema = z.object({
  instanceId: instanceIdSchema,
  sourceServerId: sourceServerIdSchema,
  jobId: z.string().describe('The DRS job of the drill that launched it.'),
  launchedAt: z.iso.datetime().optional().describe('When EC2 last started it.'),
});
export type DrillInstance = z.infer<typeof drillInstanceSchema>;

/** An instance that a clean-up did not end. */
export const leftInstanceSchema = z.object({
  instanceId: z.string(),
  sourceServerId: z.string(),
  ...place,
  reason: z.string(),
  command: z.string().optional().describe('What removes the obstacle, as an exact command.'),
});
export type LeftInstance = z.infer<typeof leftInstanceSchema>;

const runTotals = {
  ...inRun,
  terminated: z.number().int().describe('Instances that this run ended.'),
  kept: z.number().int().describe('Instances that a person keeps.'),
  instanceHours: z.number().describe('How long the ended instances ran, together, in hours.'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
};

export const cleanUpAwaited = defineEvent(
  'CleanUpAwaited',
  saidBy,
  'A drill has ended; its instances run on until their clean-up.',
  z.object({
    policy: z.enum(['auto', 'ask']),
    outcome: z.string().describe('How the drill ended.'),
    dueAt: z.iso.datetime().describe('auto: the instances are ended then. ask: an operator is asked then.'),
  }),
);

export const drillExtended = defineEvent(
  'DrillExtended',
  saidBy,
  'The instances of a drill run on for longer.',
  decidedBySchema.extend({ dueAt: z.iso.datetime().describe('When their clean-up is due now.') }),
);

export const drillKept = defineEvent(
  'DrillKept',
  saidBy,
  'A person keeps instances of a drill: no clean-up ends them.',
  decidedBySchema.extend({
    instances: z.array(instanceIdSchema).optional().describe('Absent: all of them.'),
  }),
);

export const cleanUpStarted = defineEvent(
  'CleanUpStarted',
  saidBy,
  'The instances of a drill are being ended.',
  z.object({
    ...inRun,
    decidedBy: decidedBySchema.optional().describe('Who asked for it; absent where it follows the plan.'),
    includesKept: z.literal(true).optional().describe('Also those that somebody kept before.'),
    actions: z
      .enum(['first', 'skipped'])
      .optional()
      .describe(
        'first: those of the plan’s beforeCleanUp run before any instance is ended. skipped: whoever asked wanted none of them. Absent where the plan has none.',
      ),
  }),
);

const toldInstanceSchema = z.object({
  instanceId: instanceIdSchema,
  sourceServerId: sourceServerIdSchema,
  account: z.string(),
  region: z.string(),
});
/** An instance of a drill that is to be ended, of which the actions before that are told. */
export type ToldInstance = z.infer<typeof toldInstanceSchema>;

export const cleanUpActionsStarted = defineEvent(
  'CleanUpActionsStarted',
  saidBy,
  'The plan’s actions before its clean-up run; no instance is ended meanwhile.',
  z.object({
    ...inRun,
    waveId: slugSchema.describe('The wave without servers that holds them.'),
    attempt: z.number().int().min(1).describe('Of that wave: the same as the run.'),
    definition: frozenWaveSchema,
    instances: z
      .array(toldInstanceSchema)
      .max(toldInstancesMax)
      .optional()
      .describe(
        'The instances that the actions are given, and the only ones that this run ends. Absent where no action refers to servers.',
      ),
  }),
);

export const cleanUpActionsEnded = defineEvent(
  'CleanUpActionsEnded',
  saidBy,
  'The plan’s actions before its clean-up are over. After any outcome but COMPLETED no instance is ended in this run.',
  z.object({
    ...inRun,
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    outcome: z
      .enum(['COMPLETED', 'FAILED', 'STOPPED'])
      .describe(
        'STOPPED: a person keeps the instances, or another execution has taken servers of the drill.',
      ),
    reasons: z.array(z.string()),
  }),
);

export const cleanUpUndoStarted = defineEvent(
  'CleanUpUndoStarted',
  saidBy,
  'What the drill of a failback has reversed is stopped and deleted again, now that its instances are ended.',
  z.object({
    ...inRun,
    waveId: slugSchema.describe('The wave that does it.'),
    attempt: z.number().int().min(1).describe('Of that wave: the same as the run.'),
    definition: frozenWaveSchema,
  }),
);

export const cleanUpUndoEnded = defineEvent(
  'CleanUpUndoEnded',
  saidBy,
  'What the drill has reversed is gone again, or some of it is left.',
  z.object({
    ...inRun,
    waveId: slugSchema,
    attempt: z.number().int().min(1),
    outcome: z
      .enum(['COMPLETED', 'FAILED', 'STOPPED'])
      .describe(
        'STOPPED: another execution has taken servers of the drill, or a person keeps its instances.',
      ),
    reasons: z.array(z.string()),
  }),
);

export const cleanUpQueued = defineEvent(
  'CleanUpQueued',
  saidBy,
  'The next call that ends instances of a drill waits its turn for the DRS quota of an account and Region.',
  z.object({
    ...inRun,
    ...place,
    instances: z.number().int().describe('How many the call is to end.'),
    ahead: z.number().int().describe('How many jobs wait in front.'),
    others: z
      .object({ jobs: z.number().int(), servers: z.number().int() })
      .optional()
      .describe('What jobs that others started use of the quota.'),
  }),
);

export const terminationClaimed = defineEvent(
  'TerminationClaimed',
  saidBy,
  'Durable intent to call TerminateRecoveryInstances for exactly these instances.',
  z.object({ ...inJob, ...place, instances: z.array(drillInstanceSchema) }),
);

export const terminationStarted = defineEvent(
  'TerminationStarted',
  saidBy,
  'DRS accepted a job that ends instances of a drill.',
  z.object({ ...inJob, ...place, jobId: drsJobIdSchema, instances: z.number().int() }),
);

export const instanceTerminated = defineEvent(
  'InstanceTerminated',
  saidBy,
  'DRS and EC2 say that an instance of a drill is gone.',
  z.object({
    ...inJob,
    ...place,
    instanceId: instanceIdSchema,
    sourceServerId: sourceServerIdSchema,
    ranMinutes: z
      .number()
      .optional()
      .describe('From when EC2 last started it; absent where that is not known.'),
  }),
);

export const terminationEnded = defineEvent(
  'TerminationEnded',
  saidBy,
  'Nothing more comes of a call of TerminateRecoveryInstances; what it left is tried again.',
  z.object({
    ...inJob,
    ...place,
    cause: z
      .enum(['done', 'left', 'conflict', 'quota', 'invalid', 'no-effect', 'overdue', 'unseen'])
      .describe(
        'done: nothing is left. left: DRS ended its job and left instances. unseen: nobody may look what became of them.',
      ),
    left: z.array(instanceIdSchema),
    message: z.string(),
  }),
);

export const cleanUpCompleted = defineEvent(
  'CleanUpCompleted',
  saidBy,
  'Every instance of the drill is ended, or kept by a person.',
  z.object({
    ...runTotals,
    spared: z.array(leftInstanceSchema).describe('Instances of the same servers that are not the drill’s.'),
    sparedCount: z.number().int(),
  }),
);

export const cleanUpFailed = defineEvent(
  'CleanUpFailed',
  saidBy,
  'Instances of the drill run on; a person has to see to them.',
  z.object({
    ...runTotals,
    left: z.array(leftInstanceSchema).describe('What still runs, and why; as many as fit.'),
    leftCount: z.number().int(),
    reason: z
      .string()
      .optional()
      .describe(
        'Why nothing was ended: nobody can look at the instances, or the actions before did not succeed.',
      ),
    actions: z
      .literal('failed')
      .optional()
      .describe('The actions before did not succeed: a request with skipActions does without them.'),
  }),
);

export const cleanUpEvents = [
  cleanUpAwaited,
  drillExtended,
  drillKept,
  cleanUpStarted,
  cleanUpQueued,
  cleanUpActionsStarted,
  cleanUpActionsEnded,
  cleanUpUndoStarted,
  cleanUpUndoEnded,
  terminationClaimed,
  terminationStarted,
  instanceTerminated,
  terminationEnded,
  cleanUpCompleted,
  cleanUpFailed,
  operatorNeeded,
  timeoutNear,
  decisionRefused,
] as const;

export type CleanUpFact = FactOf<(typeof cleanUpEvents)[number]>;

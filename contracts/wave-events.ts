import * as z from 'zod';
import { actionKindSchema } from './action.ts';
import { defineEvent, type FactOf } from './envelope.ts';
import { decisionRefused, operatorNeeded, timeoutNear } from './operator-events.ts';
import { trafficMoveSchema } from './traffic.ts';
import { homewardEvents } from './homeward-events.ts';
import { drsJobIdSchema, slugSchema, sourceServerIdSchema } from './identifiers.ts';
import { launchActionSchema, serverPhaseSchema, serverResultSchema } from './server-result.ts';

export {
  serverPhaseSchema,
  launchActionSchema,
  recoveryPointSchema,
  serverResultSchema,
  type ServerPhase,
  type LaunchAction,
  type RecoveryPoint,
  type ServerResult,
} from './server-result.ts';
export type { HomewardProgress } from './homeward-events.ts';

const inWave = { waveId: slugSchema, attempt: z.number().int().min(1) };
const inJob = {
  ...inWave,
  job: z
    .number()
    .int()
    .min(1)
    .describe('Which job of the attempt: a wave of more than 100 servers takes several.'),
  tryNumber: z
    .number()
    .int()
    .min(1)
    .describe('Counts claims; a second one follows only a call that provably had no effect.'),
};

export const capacityAwaited = defineEvent(
  'CapacityAwaited',
  'launch-wave',
  'The wave waits its turn for the DRS quota of its account and Region.',
  z.object({
    ...inWave,
    job: z.number().int(),
    account: z.string(),
    region: z.string(),
    ahead: z.number().int().describe('How many claims wait in front.'),
    others: z
      .object({ jobs: z.number().int(), servers: z.number().int() })
      .optional()
      .describe('What jobs that others started use of the quota.'),
  }),
);

export const drsJobClaimed = defineEvent(
  'DRSJobClaimed',
  'launch-wave',
  'Durable intent to call StartRecovery for exactly these servers.',
  z.object({ ...inJob, servers: z.array(sourceServerIdSchema) }),
);

export const drsJobStarted = defineEvent(
  'DRSJobStarted',
  'launch-wave',
  "DRS accepted a job for the wave's servers.",
  z.object({
    ...inJob,
    jobId: drsJobIdSchema,
    account: z.string(),
    region: z.string(),
    servers: z.array(sourceServerIdSchema),
    adopted: z.boolean(),
  }),
);

export const drsJobRefused = defineEvent(
  'DRSJobRefused',
  'launch-wave',
  'DRS certainly started no job for this claim.',
  z.object({
    ...inJob,
    cause: z.enum(['conflict', 'quota', 'invalid', 'interlock', 'not-found-after-quarantine']),
    message: z.string(),
    final: z.boolean(),
  }),
);

export const drsJobProgressed = defineEvent(
  'DRSJobProgressed',
  'watch-jobs',
  'Servers changed phase (snapshot, conversion, launch).',
  z.object({
    ...inWave,
    jobId: drsJobIdSchema,
    phases: z.record(sourceServerIdSchema, serverPhaseSchema),
    launchActions: z
      .record(sourceServerIdSchema, z.array(launchActionSchema))
      .optional()
      .describe('Of servers whose launch actions changed: those that changed, or all that are expected.'),
    expected: z
      .record(sourceServerIdSchema, z.number().int())
      .optional()
      .describe('How many launch actions each server is to run; servers without any are left out.'),
    unread: z.string().optional().describe('Why it is not known which launch actions are expected.'),
    isFirstResult: z
      .literal(true)
      .optional()
      .describe(
        'It tells of the first results of the job, and others follow within seconds: who acts on the last is woken for it, to be warm by then.',
      ),
  }),
);

export const drsJobResultsListed = defineEvent(
  'DRSJobResultsListed',
  'watch-jobs',
  'More results of a job, for which its ServerLaunchesEnded or DRSJobCompleted has no room.',
  z.object({
    ...inWave,
    job: z.number().int(),
    jobId: drsJobIdSchema,
    servers: z.array(serverResultSchema),
  }),
);

export const serverLaunchesEnded = defineEvent(
  'ServerLaunchesEnded',
  'watch-jobs',
  'DRS shows how each server of a job did, and has still to call the job COMPLETED.',
  z.object({
    ...inWave,
    job: z.number().int(),
    jobId: drsJobIdSchema,
    servers: z
      .array(serverResultSchema)
      .describe('Of every server of the job that no DRSJobResultsListed before it names.'),
  }),
);

export const drsJobCompleted = defineEvent(
  'DRSJobCompleted',
  'watch-jobs',
  "DRS itself says that the job ended, with each server's result.",
  z.object({
    ...inWave,
    job: z.number().int(),
    jobId: drsJobIdSchema,
    servers: z
      .array(serverResultSchema)
      .describe(
        'Of every server of the job that no DRSJobResultsListed before it names; after a ServerLaunchesEnded, of those alone that did otherwise in the end.',
      ),
    awaiting: z
      .array(sourceServerIdSchema)
      .optional()
      .describe(
        'Servers that were launched and whose launch actions go on; LaunchActionsEnded has their results.',
      ),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
  }),
);

export const launchActionsEnded = defineEvent(
  'LaunchActionsEnded',
  'watch-jobs',
  "The launch actions of servers ended after their job, or are awaited no longer, with each server's result.",
  z.object({
    ...inWave,
    job: z.number().int(),
    jobId: drsJobIdSchema,
    servers: z.array(serverResultSchema),
  }),
);

export const actionStageSchema = z.enum(['before', 'after', 'onFailure', 'onCancel']);
export type ActionStage = z.infer<typeof actionStageSchema>;

const answerIdSchema = z.string().optional().describe('The answer of an approver or worker that decided it.');
const workerSchema = z.string().optional().describe('Which worker reported it, as it says itself.');
const heartbeatBySchema = z.iso
  .datetime()
  .optional()
  .describe('A worker that is not heard of before has failed.');
const inAction = {
  ...inWave,
  stage: actionStageSchema,
  actionId: slugSchema,
  tryNumber: z.number().int().min(1),
};

export const actionClaimed = defineEvent(
  'ActionClaimed',
  'run-actions',
  'Whoever carries it out may have been asked to: SSM, Lambda, a worker, or the service through which traffic is moved.',
  z.object({
    ...inAction,
    moves: z
      .array(trafficMoveSchema)
      .optional()
      .describe('Of a traffic action: what stood there, said before anything is changed, and what is to.'),
  }),
);
export const actionStarted = defineEvent(
  'ActionStarted',
  'run-actions',
  'An action runs, or waits for its approver or its worker.',
  z.object({
    ...inAction,
    kind: actionKindSchema,
    automationExecutionId: z.string().optional(),
    taskId: z.string().optional().describe('The task that a worker was asked to do.'),
    durableExecutionArn: z.string().optional().describe('Of a durable function of Lambda.'),
    changeId: z.string().optional().describe('Of a traffic action: the change that Route 53 has accepted.'),
    heartbeatBy: heartbeatBySchema,
    endsBy: z.iso.datetime().describe('Time-out of the action, or the end of the wait.'),
    prompt: z.string().optional(),
    approvers: z.array(z.string()).optional(),
  }),
);
export const actionCompleted = defineEvent(
  'ActionCompleted',
  'run-actions',
  'An action succeeded, was approved, or its wait is over.',
  z.object({
    ...inAction,
    by: z.string().optional(),
    reason: z.string().optional(),
    decisionId: answerIdSchema,
    worker: workerSchema,
    outputs: z.record(z.string(), z.array(z.string())).optional(),
    moves: z
      .array(trafficMoveSchema)
      .optional()
      .describe('Of a traffic action: each record or routing control, with what it was and what it is now.'),
  }),
);
export const actionProgressed = defineEvent(
  'ActionProgressed',
  'run-actions',
  'How far a running action is: what its worker or function says, or which alarms it waits for.',
  z.object({
    ...inAction,
    message: z.string(),
    percent: z.number().optional(),
    heartbeatBy: heartbeatBySchema,
    worker: workerSchema,
  }),
);
export const taskReportRefused = defineEvent(
  'TaskReportRefused',
  'run-actions',
  'A report on a task was forged, late or repeated, and changed nothing. The first ten of a try are told.',
  z.object({ ...inAction, why: z.string(), worker: workerSchema }),
);
export const actionFailed = defineEvent(
  'ActionFailed',
  'run-actions',
  'An action failed, was declined, or timed out.',
  z.object({
    ...inAction,
    cause: z.enum(['failed', 'declined', 'timed-out', 'refused', 'stopped']),
    message: z.string(),
    by: z.string().optional(),
    decisionId: answerIdSchema,
    worker: workerSchema,
    final: z.boolean(),
  }),
);

export const waveStopped = defineEvent(
  'WaveStopped',
  'any',
  'Nothing more of the wave starts; what runs in DRS runs to its end.',
  z.object({ ...inWave, reason: z.string() }),
);

export const jobStuck = defineEvent(
  'DRSJobStuck',
  'watch-jobs',
  'A job has been in one phase for much too long.',
  z.object({ ...inWave, jobId: drsJobIdSchema, phase: serverPhaseSchema, sinceMinutes: z.number() }),
);

export const waveEvents = [
  capacityAwaited,
  drsJobClaimed,
  drsJobStarted,
  drsJobRefused,
  drsJobProgressed,
  drsJobResultsListed,
  serverLaunchesEnded,
  drsJobCompleted,
  launchActionsEnded,
  jobStuck,
  ...homewardEvents,
  actionClaimed,
  actionStarted,
  actionProgressed,
  taskReportRefused,
  actionCompleted,
  actionFailed,
  waveStopped,
  operatorNeeded,
  decisionRefused,
  timeoutNear,
] as const;

export type WaveFact = FactOf<(typeof waveEvents)[number]>;

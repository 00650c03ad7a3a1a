import * as z from 'zod';
import { defineEvent, type FactOf } from './envelope.ts';
import { handoverRequested, noteRequested } from './note-events.ts';
import { executionRequested } from './execution-events.ts';
import {
  actorSchema,
  executionIdSchema,
  instanceIdSchema,
  reasonSchema,
  requestIdSchema,
  slugSchema,
} from './identifiers.ts';

export const extensionMinutesSchema = z
  .number()
  .int()
  .min(1)
  .max(43_200)
  .describe('From when the clean-up is due, or from now where that has passed.');
export const keptInstancesSchema = z
  .array(instanceIdSchema)
  .min(1)
  .max(1_000)
  .optional()
  .describe('Default: all instances of the drill.');

const decision = {
  executionId: executionIdSchema,
  decisionId: requestIdSchema
    .optional()
    .describe("Default: the EventBridge event's id. The same id is never acted on twice."),
  by: actorSchema,
  reason: reasonSchema.default(''),
};
const onWave = { ...decision, waveId: slugSchema };
const onAction = { ...onWave, actionId: slugSchema };

export const pauseRequested = defineEvent(
  'PauseRequested',
  'operator',
  'Start nothing new.',
  z.strictObject(decision),
);
export const resumeRequested = defineEvent(
  'ResumeRequested',
  'operator',
  'Go on after a pause.',
  z.strictObject(decision),
);
export const cancelRequested = defineEvent(
  'CancelRequested',
  'operator',
  'Start nothing new, and end once everything has finished.',
  z.strictObject(decision),
);
export const retryWaveRequested = defineEvent(
  'RetryWaveRequested',
  'operator',
  'Recover the failed servers of a failed wave again.',
  z.strictObject({
    ...onWave,
    relaunch: z
      .boolean()
      .optional()
      .describe(
        'Also launch servers again whose instance runs, such as after a failed launch action: DRS ends that instance.',
      ),
  }),
);
export const skipWaveRequested = defineEvent(
  'SkipWaveRequested',
  'operator',
  'Do not run this wave, or give it up; its dependants start without it.',
  z.strictObject(onWave),
);
export const continueRequested = defineEvent(
  'ContinueRequested',
  'operator',
  'Accept the failure of a wave: its dependants are skipped, the rest goes on.',
  z.strictObject(onWave),
);
export const approveRequested = defineEvent(
  'ApproveRequested',
  'operator',
  'Approve a waiting approval.',
  z.strictObject(onAction),
);
export const declineRequested = defineEvent(
  'DeclineRequested',
  'operator',
  'Decline a waiting approval.',
  z.strictObject(onAction),
);

export const approveExecutionRequested = defineEvent(
  'ApproveExecutionRequested',
  'operator',
  'Approve a real recovery that waits for a second person.',
  z.strictObject({
    ...decision,
    planHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
      .describe('Hash of the plan version that was reviewed: an approval is valid for no other.'),
  }),
);
export const declineExecutionRequested = defineEvent(
  'DeclineExecutionRequested',
  'operator',
  'Decline a real recovery that waits for a second person.',
  z.strictObject(decision),
);

export const cleanUpRequested = defineEvent(
  'CleanUpRequested',
  'operator',
  'End the instances that a drill has launched, now.',
  z.strictObject({
    ...decision,
    includeKept: z
      .boolean()
      .optional()
      .describe(
        'Also those that somebody keeps: without it they stay, and a drill kept as a whole is refused.',
      ),
    skipActions: z
      .boolean()
      .optional()
      .describe('Without the actions that the plan has before its clean-up.'),
  }),
);
export const extendDrillRequested = defineEvent(
  'ExtendDrillRequested',
  'operator',
  'Let the instances of a drill run for longer before their clean-up.',
  z.strictObject({ ...decision, minutes: extensionMinutesSchema }),
);
export const keepDrillRequested = defineEvent(
  'KeepDrillRequested',
  'operator',
  'Keep instances of a drill: no clean-up ends them.',
  z.strictObject({ ...decision, instances: keptInstancesSchema }),
);

export const decisionEvents = [
  pauseRequested,
  resumeRequested,
  cancelRequested,
  retryWaveRequested,
  skipWaveRequested,
  continueRequested,
  approveRequested,
  declineRequested,
  approveExecutionRequested,
  declineExecutionRequested,
  cleanUpRequested,
  extendDrillRequested,
  keepDrillRequested,
  noteRequested,
  handoverRequested,
] as const;

/** What others may publish: the request and the decisions. */
export const requestEvents = [executionRequested, ...decisionEvents] as const;

export type DecisionFact = FactOf<(typeof decisionEvents)[number]>;

/** The contract of a request or decision by its event's name. */
export const requestContractOf = (name: string): (typeof requestEvents)[number] | undefined =>
  requestEvents.find((contract) => contract.name === name);

import * as z from 'zod';
import { slugSchema } from '../identifiers.ts';
import {
  everyAction,
  heartbeatMinutesSchema,
  parametersSchema,
  timeoutMinutesSchema,
  triesMaxSchema,
} from './every-action.ts';

/** Somebody else's work: a worker hears TaskRequested on the bus, and answers with TaskReported. */
export const callbackActionSchema = z.strictObject({
  kind: z.literal('callback').describe('A task for a worker of any team, who reports its end.'),
  ...everyAction,
  task: slugSchema.describe('What is to be done, by the name under which its workers listen.'),
  parameters: parametersSchema,
  timeoutMinutes: timeoutMinutesSchema
    .default(60)
    .describe('Then the worker is told to stop, and the action fails.'),
  heartbeatMinutes: heartbeatMinutesSchema
    .optional()
    .describe(
      'A worker that is silent for so long has failed. Default: it may be silent until the time-out.',
    ),
  triesMax: triesMaxSchema.describe('How many times the task is requested in all if it fails.'),
});
export type CallbackAction = z.infer<typeof callbackActionSchema>;

import * as z from 'zod';
import { slugSchema } from '../identifiers.ts';
import {
  everyAction,
  heartbeatMinutesSchema,
  parametersSchema,
  timeoutMinutesSchema,
  triesMaxSchema,
} from './every-action.ts';

/** A function of AWS Lambda. Lambda: Invoke, and for durable functions GetDurableExecution and StopDurableExecution. */
export const lambdaActionSchema = z.strictObject({
  kind: z.literal('lambda').describe('A function of AWS Lambda.'),
  ...everyAction,
  function: z
    .string()
    .regex(
      /^[\w-]{1,64}(:(\$LATEST|[\w-]{1,128}))?$/,
      'the name of a function, with a version or an alias after a colon if you like',
    )
    .describe("It must be on the deployment's allow-list."),
  mode: z
    .enum(['callback', 'durable', 'poll'])
    .default('callback')
    .describe(
      '`callback`: it is invoked asynchronously with a task, on which it or whoever it hands it to reports. `durable`: a durable function, whose execution says how it ends. `poll`: it is invoked again and again, and an error means not yet.',
    ),
  target: slugSchema
    .optional()
    .describe("A key of the plan's targets: where the function is. Default: where the wave recovers."),
  parameters: parametersSchema,
  timeoutMinutes: timeoutMinutesSchema
    .default(60)
    .describe('Then the action fails; a durable execution is stopped, and a worker is told to stop.'),
  heartbeatMinutes: heartbeatMinutesSchema
    .optional()
    .describe('With `callback` only: a worker that is silent for so long has failed.'),
  triesMax: triesMaxSchema.describe('How many times the function is started in all if it fails.'),
});
export type LambdaAction = z.infer<typeof lambdaActionSchema>;

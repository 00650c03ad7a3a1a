import * as z from 'zod';

const functionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'up to 64 letters, digits, - and _')
    .describe('FunctionName'),
  qualifiers: z
    .array(z.string().regex(/^[\w-]{1,128}$/))
    .default([])
    .describe('Its versions and aliases beside $LATEST.'),
  durable: z.boolean().default(false).describe('Whether its executions are durable.'),
  lastsSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(1)
    .describe('From its invocation until it puts its event, or until its durable execution ends.'),
  failures: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('So many invocations fail before the first that succeeds.'),
  puts: z
    .strictObject({
      bus: z.string().min(1).default('default').describe('EventBusName'),
      source: z.string().min(1),
      detailType: z.string().min(1),
      detail: z
        .record(z.string(), z.unknown())
        .describe('A text that begins with $. is the path of a value in the payload.'),
    })
    .optional()
    .describe('An event that it puts on a bus when an invocation has succeeded.'),
});
export type ScenarioFunction = z.output<typeof functionSchema>;

/** Functions that stand for those of a user; they act without asking IAM, since no template has their roles. */
export const scenarioFunctions = z.array(functionSchema).default([]);

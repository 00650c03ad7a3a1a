import * as z from 'zod';

const duration = z
  .union([
    z.number().nonnegative(),
    z.strictObject({ from: z.number().nonnegative(), to: z.number().nonnegative() }),
  ])
  .describe('Seconds, or a range of seconds from which each run draws.');

export type Duration = z.output<typeof duration>;

const atStep = z
  .string()
  .optional()
  .describe('The name of the step at which it happens. Default: the last step.');

const outcome = z
  .discriminatedUnion('result', [
    z.strictObject({ result: z.literal('Success') }),
    z.strictObject({
      result: z.literal('Failed'),
      message: z.string().default('The step failed.').describe('The failure message that the step reports.'),
      step: atStep,
    }),
    z.strictObject({ result: z.literal('TimedOut'), step: atStep }),
    z
      .strictObject({ result: z.literal('AwaitsApproval'), step: atStep })
      .describe('Waits for an Approve or a Reject signal.'),
    z
      .strictObject({ result: z.literal('NeverEnds'), step: atStep })
      .describe('Stays InProgress until it is stopped.'),
    z.strictObject({
      result: z.literal('OtherStatus'),
      status: z.string().min(1).describe('A status that the caller may never have heard of, e.g. Exited.'),
    }),
  ])
  .describe('How one run of a document ends.');

export type Outcome = z.output<typeof outcome>;

const outcomes = z
  .array(outcome)
  .min(1)
  .default([{ result: 'Success' }])
  .describe('One for each start in turn; the last one serves all later starts.');

const step = z.strictObject({
  name: z.string().min(1),
  action: z
    .string()
    .regex(/^aws:[a-zA-Z]{3,25}$/, 'must look like aws:executeScript')
    .default('aws:executeScript'),
  seconds: duration.optional().describe('How long this step takes. Default: its share of the whole.'),
});

const parameter = z.strictObject({
  type: z
    .string()
    .default('StringList')
    .describe('As in a runbook: String, StringList, Boolean, Integer, ...'),
  default: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Makes the parameter optional.'),
});

const documentScenario = z
  .strictObject({
    seconds: duration.optional().describe('How long the whole automation takes when its steps do not say.'),
    steps: z.array(step).min(1).optional().describe("Replaces the document's own steps."),
    parameters: z
      .record(z.string(), parameter)
      .optional()
      .describe("Replaces the document's own parameters."),
    outputs: z.record(z.string(), z.array(z.string())).optional().describe('What a successful run puts out.'),
    cancelSeconds: duration
      .default(1)
      .describe('How long the automation stays Cancelling after it was stopped.'),
    outcomes,
    cases: z
      .array(
        z.strictObject({
          when: z
            .record(z.string(), z.array(z.string()))
            .describe('Applies to starts in which each parameter named here holds all these values.'),
          outcomes,
        }),
      )
      .default([])
      .describe(
        'Other outcomes for some parameters; the first that applies is taken, and counts its own starts.',
      ),
  })
  .describe('How one document behaves. A document that is named here exists.');

export type DocumentScenario = z.output<typeof documentScenario>;

const answer = z
  .strictObject({
    result: z.enum(['Success', 'Failed', 'TimedOut']).default('Success'),
    seconds: z.number().nonnegative().default(2).describe('How long the step takes.'),
    outputs: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("What the action puts out, such as Payload; the step's own outputs are selected from it."),
    message: z.string().default('The step failed.').describe('The failure message that the step reports.'),
  })
  .describe('What comes of a step that is not carried out here, such as a script.');

export type StepAnswer = z.output<typeof answer>;

/** How the simulated SSM behaves in one account and Region. Everything has a default, which is AWS's own. */
export const ssmScenario = z
  .strictObject({
    documents: z.record(z.string(), documentScenario).default({}),
    calendars: z
      .record(z.string().regex(/^[a-zA-Z0-9_\-.]{3,128}$/, '3 to 128 letters, digits, _ - .'), z.string())
      .default({})
      .describe('Change Calendars that exist from the beginning: the text of each in iCalendar form.'),
    answers: z
      .record(z.string(), z.record(z.string(), answer))
      .default({})
      .describe(
        'By document, or * for all, and then by step or action: what comes of steps of runbooks that were created. Nothing of a document runs on this machine but what the simulated AWS can do.',
      ),
    throttling: z
      .boolean()
      .default(true)
      .describe('Whether calls above the published request rates are refused.'),
    concurrentMax: z
      .number()
      .int()
      .positive()
      .default(100)
      .describe('Automations that run at once; more are queued.'),
    queuedMax: z
      .number()
      .int()
      .nonnegative()
      .default(5000)
      .describe('Automations that wait; more are refused.'),
    events: z
      .strictObject({
        lossRate: z.number().min(0).max(1).default(0).describe('Share of status events that never arrive.'),
        duplicateRate: z
          .number()
          .min(0)
          .max(1)
          .default(0)
          .describe('Share of status events that arrive twice.'),
        delaySeconds: duration.default({ from: 0.1, to: 0.6 }),
      })
      .default({ lossRate: 0, duplicateRate: 0, delaySeconds: { from: 0.1, to: 0.6 } })
      .describe('Status events are best effort.'),
  })
  .describe('SSM Automation in one account and Region.');

export type SsmScenario = z.output<typeof ssmScenario>;

export const defaultDocumentScenario: DocumentScenario = documentScenario.parse({});

/** Draws a duration, in milliseconds. */
export const drawMs = (length: Duration, random: () => number): number => {
  const seconds = typeof length === 'number' ? length : length.from + random() * (length.to - length.from);
  return Math.round(seconds * 1000);
};

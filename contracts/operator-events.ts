import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { actorSchema } from './identifiers.ts';

export const operatorNeeded = defineEvent(
  'OperatorNeeded',
  'any',
  'The machine must not decide this alone: what, why, and the choices.',
  z.object({
    waveId: z.string().optional(),
    attempt: z.number().int().optional(),
    about: z.enum([
      'launch-uncertain',
      'launch-refused',
      'automation-uncertain',
      'result-changed',
      'wave-failed',
      'wave-timed-out',
      'execution-timed-out',
      'record-too-large',
      'clean-up-due',
      'clean-up-failed',
    ]),
    why: z.string(),
    choices: z.array(z.enum(['retry', 'skip', 'continue', 'cancel', 'wait', 'clean-up', 'extend', 'keep'])),
  }),
);

/** Said in the execution's stream of decisions on it, and in the wave's of answers to its approvals. */
export const decisionRefused = defineEvent(
  'DecisionRefused',
  'any',
  'A decision came too late, twice, or does not apply, with the reason.',
  z.object({
    decisionId: z.string(),
    decision: z.string(),
    by: actorSchema,
    reason: z.string(),
    waveId: z.string().optional(),
    attempt: z.number().int().optional(),
    actionId: z.string().optional(),
  }),
);

/** Four fifths of a time-out have passed. Said once each, and late rather than never: nothing is decided by it. */
export const timeoutNear = defineEvent(
  'TimeoutNear',
  'any',
  'A time-out of an action, a wave or the execution will soon strike.',
  z.object({
    about: z.enum(['action', 'wave', 'execution', 'clean-up']),
    waveId: z.string().optional(),
    attempt: z.number().int().optional(),
    stage: z.string().optional(),
    actionId: z.string().optional(),
    endsBy: z.iso.datetime().describe('When the time-out strikes.'),
    consequence: z.string().describe('What happens then.'),
  }),
);

export const operatorEvents = [decisionRefused, operatorNeeded, timeoutNear] as const;

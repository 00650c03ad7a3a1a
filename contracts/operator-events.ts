import * as z from 'zod';
import { defineEvent } from './envelope.ts';

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
      'wave-failed',
      'wave-timed-out',
      'execution-timed-out',
    ]),
    why: z.string(),
    choices: z.array(z.enum(['retry', 'skip', 'continue', 'cancel', 'wait'])),
  }),
);

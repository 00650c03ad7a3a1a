import * as z from 'zod';
import { everyAction } from './every-action.ts';

/** A pause of fixed length, for instance until caches are warm. */
export const waitActionSchema = z.strictObject({
  kind: z.literal('wait').describe('A wait of fixed length.'),
  ...everyAction,
  minutes: z.number().min(0.1).max(1_440).describe('How long to wait.'),
});
export type WaitAction = z.infer<typeof waitActionSchema>;

import * as z from 'zod';
import { slugSchema } from '../identifiers.ts';

/** What every action says, of whatever kind. */
export const everyAction = {
  actionId: slugSchema.describe('Unique among the actions of its wave.'),
  when: z.enum(['DRILL', 'RECOVERY', 'BOTH']).default('BOTH').describe('The modes in which the action runs.'),
  optional: z.boolean().default(false).describe('A failure is recorded, and the wave continues.'),
};

/** Of the kinds that can take too long. */
export const timeoutMinutesSchema = z.number().int().min(1).max(10_080);

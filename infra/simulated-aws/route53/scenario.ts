import * as z from 'zod';
import { recordSetSchema } from './record-set.ts';

const zoneSchema = z.strictObject({
  id: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/)
    .describe('Id, without /hostedzone/.'),
  name: z.string().min(1).describe('Name'),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional()
    .describe('Whose it is. Default: the home account.'),
  records: z.array(recordSetSchema).max(1_000).default([]).describe('Records that exist from the beginning.'),
});

/** What a scenario says of Route 53, which is one service for all Regions. */
export const route53Scenario = z
  .strictObject({
    zones: z.array(zoneSchema).max(100).default([]).describe('Hosted zones, each with its records.'),
    inSyncSeconds: z
      .number()
      .min(0)
      .max(3_600)
      .default(30)
      .describe('How long a change is PENDING before it is INSYNC.'),
    busyProbability: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'That a change of a zone meets an earlier one that is not complete: PriorRequestNotComplete.',
      ),
  })
  .describe('Route 53: public hosted zones, their records and the changes of these.');
export type Route53Scenario = z.output<typeof route53Scenario>;

import * as z from 'zod';
import { description } from './constraint.ts';
import type { JsonObject } from './json.ts';
import type { Tags } from './tags.ts';

/** A statement of a bus's resource policy: stored and shown; whoever puts events onto the bus of another account is judged by it. */
export type PolicyStatement = JsonObject;

/** Members of the requests that create and change a bus: stored and shown, without effect here. */
export const settings = {
  Description: description,
  KmsKeyIdentifier: z.string().max(2_048).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().min(1).max(1_600).optional() }).optional(),
  LogConfig: z
    .object({
      IncludeDetail: z.enum(['NONE', 'FULL']).optional(),
      Level: z.enum(['OFF', 'ERROR', 'INFO', 'TRACE']).optional(),
    })
    .optional(),
};

export type BusSettings = z.output<z.ZodObject<typeof settings>>;

export interface EventBus {
  readonly name: string;
  readonly settings: BusSettings;
  readonly policy: readonly PolicyStatement[];
  readonly tags: Tags;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** The policy document that AWS shows; nothing for a bus without statements. */
export const policyText = (statements: readonly PolicyStatement[]): string | undefined =>
  statements.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: statements });

import * as z from 'zod';

const wordSchema = z
  .string()
  .regex(/^[\w.:/@+=-]{1,64}$/, 'letters, digits and _ . : / @ + = -, 1 to 64 characters');

/** What a plan is about, for people and for access rules. */
export const planTagsSchema = z.record(wordSchema, wordSchema);
export type PlanTags = Readonly<Record<string, string>>;

import * as z from 'zod';
import { parseTimestamp } from '../timestamp.ts';

const identified = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-zA-Z]{17}$`), `Must be ${prefix}- and 17 letters or digits`);

export const sourceServerID = identified('s');
export const recoverySnapshotID = identified('pit');
export const jobID = identified('drsjob');
export const recoveryInstanceID = z
  .string()
  .regex(/^i-[0-9a-fA-F]{8,}$/, 'Must be i- and hexadecimal digits');

export const tags = z.record(z.string().max(256), z.string().max(256));

export const paged = {
  maxResults: z.int().min(1).optional(),
  nextToken: z.string().optional(),
};

/** A time on the wire, to epoch ms. */
export const time = z.string().transform((text, context) => {
  const at = parseTimestamp(text);
  if (at === undefined) context.addIssue({ code: 'custom', message: 'Must be an ISO 8601 time' });
  return at ?? z.NEVER;
});

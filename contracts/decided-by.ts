import * as z from 'zod';
import { actorSchema, reasonSchema } from './identifiers.ts';

/** Who decided something, and why. */
export const decidedBySchema = z.object({ decisionId: z.string(), by: actorSchema, reason: reasonSchema });
export type DecidedBy = z.infer<typeof decidedBySchema>;

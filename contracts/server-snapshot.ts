import * as z from 'zod';
import { homewardProgressSchema } from './homeward-events.ts';
import { launchResultSchema, serverPhaseSchema, serverResultSchema } from './server-result.ts';

/** A server of a wave as its records say it stands. */
export const serverSnapshotSchema = z.object({
  sourceServerId: z.string(),
  name: z.string(),
  critical: z.boolean(),
  phase: serverPhaseSchema,
  launchResult: launchResultSchema.optional(),
  instanceId: z.string().optional(),
  failure: z.string().optional(),
  keepsInstance: serverResultSchema.shape.keepsInstance,
  warnings: serverResultSchema.shape.warnings,
  recoveryPoint: serverResultSchema.shape.recoveryPoint,
  launchActions: serverResultSchema.shape.launchActions,
  homeward: homewardProgressSchema.optional().describe('Of a failback: how far it is on its way home.'),
});

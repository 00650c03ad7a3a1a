import { putPlan } from '../../core/streams/plan-store.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import { readPlanFile } from './plan-file.ts';
import { fileURLToPath } from 'node:url';

/** A shop in three tiers, whose servers stand in the default scenario. */
export const samplePlanFile = fileURLToPath(
  new URL('../../../contracts/plans/three-tier.yaml', import.meta.url),
);

/** Stores the sample plan, so that there is something to ask for. */
export const storeSamplePlan = async (connection: ConnectionOptions, now: number): Promise<void> => {
  await putPlan(connect(connection).store, readPlanFile(samplePlanFile), new Date(now).toISOString());
};

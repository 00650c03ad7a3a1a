import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import { readPlanFile } from './plan-file.ts';
import { putPlan } from '../../core/streams/plan-store.ts';
import { samplePlanFile } from './sample-plan.ts';

/** Stores the sample plan, so that there is something to ask for. */
export const storeSamplePlan = async (connection: ConnectionOptions, now: number): Promise<void> => {
  await putPlan(connect(connection).store, readPlanFile(samplePlanFile), new Date(now).toISOString());
};

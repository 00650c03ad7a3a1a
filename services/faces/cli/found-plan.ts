import { existsSync } from 'node:fs';
import type { Plan } from '../../../contracts/plan.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { namedPlan } from './named-plan.ts';
import { readPlanFile } from './plan-file.ts';

/** A plan by its file or by the name under which it is stored, or what to say of one that is neither. */
export const foundPlan = async (
  store: RecordStore,
  subject: string,
  version: number | undefined,
): Promise<Plan | string> => {
  if (existsSync(subject)) return readPlanFile(subject);
  const stored = await namedPlan(store, subject, version);
  return typeof stored === 'string' ? `There is no file ${subject}. ${stored}` : stored.plan;
};

import { existsSync } from 'node:fs';
import type { Plan } from '../../../contracts/plan.ts';
import { readPlanFile } from './plan-file.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { getPlan, listPlanIds } from '../../core/streams/plan-store.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import { didYouMean } from '../../core/view/nearest.ts';

/** A stored plan, or what to say of one that is not there: what was perhaps meant, and how to find out. */
export const namedPlan = async (
  store: RecordStore,
  planId: string,
  version?: number,
  options?: ConnectionOptions,
): Promise<PlanVersion | string> => {
  const found = await getPlan(store, planId, version);
  if (found !== undefined) return found;
  const ids = await listPlanIds(store);
  if (version !== undefined && ids.includes(planId))
    return `There is no version ${version} of the plan ${planId}. The newest: ${commandLine(`plan get ${planId} --json`, options)}`;
  const known =
    ids.length === 0
      ? `Store one: ${commandLine('plan put FILE', options)}`
      : `List them: ${commandLine('plan list', options)}`;
  return `There is no plan ${planId}.${didYouMean(planId, ids)} ${known}`;
};

/** A plan by its file or by the name under which it is stored, or what to say of one that is neither. */
export const foundPlan = async (
  store: RecordStore,
  subject: string,
  version: number | undefined,
  options?: ConnectionOptions,
): Promise<Plan | string> => {
  if (existsSync(subject)) return readPlanFile(subject);
  const stored = await namedPlan(store, subject, version, options);
  return typeof stored === 'string' ? `There is no file ${subject}. ${stored}` : stored.plan;
};

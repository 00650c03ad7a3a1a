import { counted } from '../../core/view/words.ts';
import * as z from 'zod';
import { stringify } from 'yaml';
import { planSchema } from '../../../contracts/plan.ts';
import { connect } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { namedPlan } from './named-plan.ts';
import { readPlanFile } from './plan-file.ts';
import { listPlans, putPlan } from '../../core/streams/plan-store.ts';

/** The JSON Schema of plans, with which an editor completes and checks them. */
export const planJsonSchema = (): unknown => ({
  ...z.toJSONSchema(planSchema, { io: 'input', target: 'draft-7' }),
  title: 'Groundswell recovery plan',
});

export const planSchemaCommand = (console: Console): number => {
  console.print(JSON.stringify(planJsonSchema(), null, 2));
  return 0;
};

export const planCheck = (file: string, { json }: { readonly json?: boolean }, console: Console): number => {
  const plan = readPlanFile(file);
  const waves = counted(plan.waves.length, 'wave');
  console.print(json === true ? JSON.stringify(plan) : `${plan.planId} is valid: ${waves}.`);
  return 0;
};

export interface PlanPutOptions extends ConnectionOptions {
  readonly json?: boolean;
}

export const planPut = async (file: string, options: PlanPutOptions, console: Console): Promise<number> => {
  const plan = readPlanFile(file);
  const stored = await putPlan(connect(options).store, plan, new Date().toISOString());
  const { planId, version, hash } = stored;
  console.print(options.json === true ? JSON.stringify(stored) : `${planId} v${version} ${hash}`);
  return 0;
};

export interface PlanGetOptions extends ConnectionOptions {
  readonly planVersion?: number;
  readonly json?: boolean;
}

export const planGet = async (planId: string, options: PlanGetOptions, console: Console): Promise<number> => {
  const stored = await namedPlan(connect(options).store, planId, options.planVersion, options);
  if (typeof stored === 'string') {
    console.warn(stored);
    return 2;
  }
  console.print(options.json === true ? JSON.stringify(stored) : stringify(stored.plan).trimEnd());
  return 0;
};

export const planList = async (options: PlanGetOptions, console: Console): Promise<number> => {
  const plans = await listPlans(connect(options).store);
  const rows = plans.map(({ planId, version, storedAt, hash }) => [
    planId,
    `v${version}`,
    storedAt,
    hash.slice(0, 12),
  ]);
  if (options.json === true) console.print(JSON.stringify(plans));
  else if (rows.length === 0)
    console.print(`There are no plans yet. Store one: ${commandLine('plan put FILE', options)}`);
  else console.print(tableText([['plan', 'version', 'stored', 'hash'], ...rows]).join('\n'));
  return 0;
};

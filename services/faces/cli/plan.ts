import { counted } from '../../core/view/words.ts';
import * as z from 'zod';
import { stringify } from 'yaml';
import { planSchema } from '../../../contracts/plan.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { readCompleted, readProof } from '../evidence/read-proof.ts';
import { proofText } from '../report/programme-text.ts';
import { connect, nowThere } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { namedPlan } from './named-plan.ts';
import { readPlanFile } from './plan-file.ts';
import { listPlans, putPlan } from '../../core/streams/plan-store.ts';

const proofsAtOnce = 4;

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

/** Which servers a plan recovers does not matter here: DRS is not asked. */
const serversOf = async () => ({ servers: [], unread: [] });

export const planList = async (options: PlanGetOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const plans = await listPlans(store);
  if (options.json === true) console.print(JSON.stringify(plans));
  else if (plans.length === 0)
    console.print(`There are no plans yet. Store one: ${commandLine('plan put FILE', options)}`);
  else {
    const [completed, now] = await Promise.all([readCompleted(store), nowThere(options)]);
    const rows = await inParallel(plans, proofsAtOnce, async (stored) => {
      const told = await readProof({ store, serversOf }, stored, completed, now);
      const { value, note } = proofText(told, now);
      const proven = `${value} (${note})${told.isOverdue ? ', OVERDUE' : ''}`;
      return [stored.planId, `v${stored.version}`, stored.storedAt, stored.hash.slice(0, 12), proven];
    });
    console.print(tableText([['plan', 'version', 'stored', 'hash', 'last proven'], ...rows]).join('\n'));
  }
  return 0;
};

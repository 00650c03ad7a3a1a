import type { Command } from 'commander';
import { numberBetween } from './arguments.ts';
import { withConnection } from './connection.ts';
import { withExamples } from './help.ts';
import type { PlanGetOptions, PlanPutOptions } from './plan.ts';
import type { Shell } from './console.ts';

export const planVersion = numberBetween(1, 999_999);

/** Adds `plan` with its commands. */
export const addPlans = (program: Command, { console, end }: Shell): void => {
  const plan = program.command('plan').description('check, store and show plans');
  const check = plan
    .command('check <file>')
    .description('report everything that is wrong with a plan')
    .option('--json', 'the plan as it was read')
    .action(async (file: string, options: { readonly json?: boolean }) =>
      end((await import('./plan.ts')).planCheck(file, options, console)),
    );
  withExamples(check, [['plan check shop.yaml', 'every fault at once, each with its line']]);
  const schema = plan
    .command('schema')
    .description('the JSON Schema of plans')
    .action(async () => end((await import('./plan.ts')).planSchemaCommand(console)));
  withExamples(schema, [['plan schema > plan.schema.json', 'for completion and checks in an editor']]);
  const put = withConnection(plan.command('put <file>'))
    .description('store a plan as its next version')
    .option('--json', 'the stored version as JSON')
    .action(async (file: string, options: PlanPutOptions) =>
      end(await (await import('./plan.ts')).planPut(file, options, console)),
    );
  withExamples(put, [
    ['plan put shop.yaml', 'an unchanged plan stays at its version'],
    ['plan put shop.yaml --profile dr --region eu-west-1', 'to the deployment on AWS'],
  ]);
  const get = withConnection(plan.command('get <plan>'))
    .description('show a plan')
    .option('--plan-version <number>', 'default: the newest', planVersion)
    .option('--json', 'with its version and hash')
    .action(async (planId: string, options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planGet(planId, options, console)),
    );
  withExamples(get, [
    ['plan get shop > shop.yaml', 'the newest version, as YAML'],
    ['plan get shop --plan-version 3 --json', 'an older one, with its hash'],
  ]);
  const list = withConnection(plan.command('list'))
    .description('the newest version of every plan')
    .option('--json', 'the plans as JSON')
    .action(async (options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planList(options, console)),
    );
  withExamples(list, [['plan list', 'a line per plan']]);
};

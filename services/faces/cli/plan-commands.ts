import { type Command, Option } from 'commander';
import { numberBetween } from './arguments.ts';
import { withConnection } from './connection.ts';
import { withExamples } from './help.ts';
import type { PlanGetOptions, PlanPutOptions } from './plan.ts';
import type { PlanShowOptions } from './plan-show.ts';
import type { PlanExportOptions } from './plan-export.ts';
import type { PlanImportOptions } from './plan-import.ts';
import type { PlanVersionsOptions } from './plan-versions.ts';
import type { Shell } from './console.ts';

/** Named here, so that help needs no import of what reads them; a test holds the two lists alike. */
export const kinds = [
  ...['orchestrator', 'drs-plan-automation', 'drs', 'site-recovery', 'region-switch', 'orchestrator-items'],
];

export const planVersion = numberBetween(1, 999_999);

const addImport = (plan: Command, { console, end }: Shell): void => {
  const command = withConnection(plan.command('import [file]'))
    .description("turn another tool's plans into plans of Groundswell, with a report")
    .option('--from <kind>', `what the file is, if its content is not to decide: ${kinds.join(', ')}`)
    .option('--out <folder>', 'where each plan is written, with the report (default: one plan is printed)')
    .option('--map <file>', 'what the file cannot know: servers, groups, documents, steps, units, the place')
    .option('--lookup', 'find machines that are named by their host in DRS; what --map says comes first')
    .option('--as-graph', 'follow dependencies that the other tool stored and never read')
    .option('--in-turn', 'a wave for each server where servers were started one after the other')
    .option('--json', 'the plans and the report as JSON')
    .action(async (file: string | undefined, options: PlanImportOptions) =>
      end(await (await import('./plan-import.ts')).planImport(file, options, console)),
    );
  withExamples(command, [
    ['plan import export.json --out plans', 'each plan of the file, and import-report.txt'],
    ['plan import --from drs --out plans', "DRS's own recovery plans, read from the service"],
    ['plan import app.json --map map.yaml > shop.yaml', 'one plan; the report goes to standard error'],
  ]);
};

const addVersions = (plan: Command, { console, end }: Shell): void => {
  const diff = withConnection(plan.command('diff <one> [other]'))
    .description('tell what one plan says otherwise than another: waves, order, servers, actions, policies')
    .option('--json', 'the differences as JSON')
    .action(async (one: string, other: string | undefined, options: PlanVersionsOptions) =>
      end(await (await import('./plan-versions.ts')).planDiff(one, other, options, console)),
    );
  withExamples(diff, [
    ['plan diff shop', 'what the newest version changed'],
    ['plan diff shop shop.yaml', 'what storing the file would change'],
    ['plan diff shop@2 shop@5', 'two versions; files may stand on either side'],
  ]);
  const history = withConnection(plan.command('history <plan>'))
    .description('the versions of a plan, newest first, with what each changed')
    .option('--json', 'with every change, as JSON')
    .action(async (planId: string, options: PlanVersionsOptions) =>
      end(await (await import('./plan-versions.ts')).planHistory(planId, options, console)),
    );
  withExamples(history, [['plan history shop', 'a line per version']]);
  const restore = withConnection(plan.command('restore <plan> <version>'))
    .description('store what an older version says as the next version')
    .option('--json', 'the stored version as JSON')
    .action(async (planId: string, version: string, options: PlanVersionsOptions) =>
      end(
        await (
          await import('./plan-versions.ts')
        ).planRestore(planId, planVersion(version), options, console),
      ),
    );
  withExamples(restore, [['plan restore shop 3', 'no version is lost, and executions that run keep theirs']]);
};

const addExport = (plan: Command, { console, end }: Shell): void => {
  const command = withConnection(plan.command('export <plan>'))
    .description("make one of DRS's own recovery plans from a plan, or write it out in full")
    .addOption(
      new Option('--to <form>', 'drs, json or yaml').choices(['drs', 'json', 'yaml']).makeOptionMandatory(),
    )
    .option('--plan-version <number>', 'of a stored plan; default: the newest', planVersion)
    .option('--dry-run', 'with --to drs: look, and say what would be created')
    .action(async (subject: string, options: PlanExportOptions) =>
      end(await (await import('./plan-export.ts')).planExport(subject, options, console)),
    );
  withExamples(command, [
    [
      'plan export shop --to drs',
      'a fallback that runs when Groundswell is gone; again: is it still in step?',
    ],
    ['plan export shop.yaml --to yaml', 'with every default written out'],
  ]);
};

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
  addVersions(plan, { console, end });
  addImport(plan, { console, end });
  addExport(plan, { console, end });
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
  const show = withConnection(plan.command('show <plan>'))
    .description('what a stored plan is, which alarms stop it, and what is proven of it')
    .option('--json', 'the newest version with its proof, as JSON')
    .action(async (planId: string, options: PlanShowOptions) =>
      end(await (await import('./plan-show.ts')).planShow(planId, options, console)),
    );
  withExamples(show, [['plan show shop', 'when it was last proven, in which time, and for which servers']]);
  const list = withConnection(plan.command('list'))
    .description('the newest version of every plan, and when each was last proven')
    .option('--json', 'the plans as JSON')
    .action(async (options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planList(options, console)),
    );
  withExamples(list, [['plan list', 'a line per plan']]);
};

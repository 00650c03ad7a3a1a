import { type Command, Option } from 'commander';
import { withConnection } from './connection.ts';
import { withExamples } from './help.ts';
import type { ReportOptions } from './report.ts';
import type { Shell } from './shell.ts';

/** Adds `report`. */
export const addReport = (program: Command, { console, end }: Shell): void => {
  const report = withConnection(program.command('report [execution]'))
    .description('the document of an execution: what was asked, done and decided, and the proof of it')
    .addOption(
      new Option('--format <format>', 'of the document')
        .choices(['html', 'pdf', 'md', 'json'])
        .default('html'),
    )
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'default: standard output, or EXECUTION.pdf')
    .option('--trend <plan>', 'instead of one execution: compare all of a plan')
    .option('--run <name>', "what to report on: live, or an audit replay's name", 'live')
    .action(async (executionId: string | undefined, { json, ...options }: ReportOptions) =>
      end(
        await (
          await import('./report.ts')
        ).report(executionId, json === true ? { ...options, format: 'json' } : options, console),
      ),
    );
  withExamples(report, [
    ['report exec-3f2a… --out drill.html', 'a page that needs nothing else'],
    ['report exec-3f2a… --format pdf', 'needs a Chromium'],
    ['report --trend shop --format md', 'every execution of a plan, side by side'],
  ]);
};

import { type Command, Option } from 'commander';
import { withConnection } from './connection.ts';
import type { Console } from './console.ts';
import type { ReportOptions } from './report.ts';

/** Adds `report`. */
export const addReport = (program: Command, console: Console, end: (code: number) => void): void => {
  withConnection(program.command('report [execution]'))
    .description('the document of an execution: what was asked, done and decided, and the proof of it')
    .addOption(
      new Option('--format <format>', 'of the document')
        .choices(['html', 'pdf', 'md', 'json'])
        .default('html'),
    )
    .option('--out <file>', 'default: standard output, or EXECUTION.pdf')
    .option('--trend <plan>', 'instead of one execution: compare all of a plan')
    .option('--run <name>', "what to report on: live, or an audit replay's name", 'live')
    .action(async (executionId: string | undefined, options: ReportOptions) =>
      end(await (await import('./report.ts')).report(executionId, options, console)),
    );
};

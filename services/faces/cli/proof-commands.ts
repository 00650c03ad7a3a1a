import { InvalidArgumentError, type Command, Option } from 'commander';
import { numberBetween } from './arguments.ts';
import type { AuditFileOptions } from './audit-file.ts';
import type { AuditReplayOptions } from './audit.ts';
import { withConnection } from './connection.ts';
import { withExamples } from './help.ts';
import type { Shell } from './console.ts';
import type { EvidenceOptions } from './evidence.ts';
import type { ReportOptions } from './report.ts';

const instant = (text: string): number => {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('Valid: an instant such as 2026-11-23T09:00:00Z.');
};

/** Adds `audit replay`. */
export const addAudit = (program: Command, { console, end }: Shell): void => {
  const audit = program.command('audit').description('prove what happened');
  const replay = withConnection(audit.command('replay [execution]'))
    .description('replay the archive to the audit alone, rebuild every stream from its events, and verify')
    .option('--from <instant>', 'instead of an execution: everything since', instant)
    .option('--to <instant>', 'and until', instant)
    .option(
      '--patience <seconds>',
      'end the replay after this long without events',
      numberBetween(1, 3_600),
      30,
    )
    .option('--json', 'the verdict as JSON')
    .action(async (executionId: string | undefined, options: AuditReplayOptions) =>
      end(await (await import('./audit.ts')).auditReplay(executionId, options, console)),
    );
  withExamples(replay, [
    ['audit replay exec-3f2a…', 'exit code 1 names a discrepancy'],
    ['audit replay --from 2026-11-23T00:00:00Z --to 2026-11-24T00:00:00Z', 'a whole day'],
  ]);
  const file = withConnection(audit.command('file <file> [execution]'))
    .description(
      'verify a copy of the archive: events, or the journal of the embedded bus, one JSON document per line',
    )
    .option('--no-state', 'verify the events alone, without the stored state')
    .option('--json', 'the verdict as JSON')
    .action(async (path: string, executionId: string | undefined, options: AuditFileOptions) =>
      end(await (await import('./audit-file.ts')).auditFile(path, executionId, options, console)),
    );
  withExamples(file, [
    ['audit file .groundswell/journals/eventbridge.jsonl', 'everything that the local bus has archived'],
    ['audit file export.jsonl exec-3f2a…', 'one execution, against its stored state'],
  ]);
};

/** Adds `report`. */
export const addReport = (program: Command, { console, end }: Shell): void => {
  const report = withConnection(program.command('report [execution]'))
    .description('the report on an execution: what was requested, done and decided, with proof')
    .addOption(
      new Option('--format <format>', 'output format').choices(['html', 'pdf', 'md', 'json']).default('html'),
    )
    .option('--json', 'the same as --format json')
    .option(
      '--out <file>',
      'default: standard output; for a PDF, and for a page on a terminal, EXECUTION.pdf or .html',
    )
    .option('--trend <plan>', 'instead of one execution: compare all executions of a plan')
    .option('--run <name>', "what to report on: live, or an audit replay's name", 'live')
    .action(async (executionId: string | undefined, { json, ...options }: ReportOptions) =>
      end(
        await (
          await import('./report.ts')
        ).report(executionId, json === true ? { ...options, format: 'json' } : options, console),
      ),
    );
  withExamples(report, [
    ['report exec-3f2a…', 'a self-contained page, exec-3f2a….html on a terminal'],
    ['report exec-3f2a… --format md', 'to read it right here'],
    ['report exec-3f2a… --format pdf', 'requires Chromium'],
    ['report --trend shop --format md', 'every execution of a plan, side by side'],
  ]);
};

/** Adds `evidence`. */
export const addEvidence = (program: Command, { console, end }: Shell): void => {
  const evidence = withConnection(program.command('evidence'))
    .description(
      'the evidence of a recovery programme: objectives, drills held and skipped, findings, decisions, clean-ups, coverage of servers, and whether each record verifies',
    )
    .option('--plan <plan...>', 'default: all stored plans')
    .option('--from <instant>', 'default: 92 days before the end', instant)
    .option('--to <instant>', 'default: now', instant)
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['html', 'pdf', 'json', 'csv'])
        .default('html'),
    )
    .option(
      '--out <file>',
      'default: standard output; for a PDF, and for a page on a terminal, evidence.pdf or .html',
    )
    .action(async (options: EvidenceOptions) =>
      end(await (await import('./evidence.ts')).evidence(options, console)),
    );
  withExamples(evidence, [
    ['evidence --out quarter.html', 'all plans, the last 92 days; exit code 1 if a record does not verify'],
    [
      'evidence --plan shop --from 2026-07-01T00:00:00Z --to 2026-10-01T00:00:00Z --format pdf',
      'one plan, a quarter',
    ],
    ['evidence --format csv', 'a line for each execution and each skipped drill'],
  ]);
};

import { InvalidArgumentError, type Command } from 'commander';
import { numberBetween } from './arguments.ts';
import type { AuditReplayOptions } from './audit.ts';
import { withConnection } from './connection.ts';
import type { Console } from './console.ts';

const instant = (text: string): number => {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('Valid: an instant such as 2026-11-23T09:00:00Z.');
};

/** Adds `audit replay`. */
export const addAudit = (program: Command, console: Console, end: (code: number) => void): void => {
  const audit = program.command('audit').description('prove what happened');
  withConnection(audit.command('replay [execution]'))
    .description('replay the archive to the audit alone, rebuild every stream from its events, and verify')
    .option('--from <instant>', 'instead of an execution: all that was said since', instant)
    .option('--to <instant>', 'and until', instant)
    .option('--patience <seconds>', 'how long a silence ends the replay', numberBetween(1, 3_600), 30)
    .option('--json', 'the verdict as JSON')
    .addHelpText('after', '\nExit codes: 0 verified, 1 a discrepancy or a fault, 2 the input is not valid.')
    .action(async (executionId: string | undefined, options: AuditReplayOptions) =>
      end(await (await import('./audit.ts')).auditReplay(executionId, options, console)),
    );
};

import { Command } from 'commander';
import { addAudit } from './audit-command.ts';
import { addCompletion } from './completion-command.ts';
import type { Console } from './console.ts';
import { addDecisions } from './decision-commands.ts';
import { addDoctor } from './doctor-command.ts';
import { addExecutions } from './execution-commands.ts';
import { exitCodesText } from './help.ts';
import { addNotices } from './notice-command.ts';
import { addPlans } from './plan-commands.ts';
import { addReport } from './report-command.ts';
import { addRuntimes } from './runtime-commands.ts';
import type { Shell } from './shell.ts';

/** Each group of commands is a file; each command loads what it needs when it runs, for the SDK's sake. */
const groups: readonly ((program: Command, shell: Shell) => void)[] = [
  addRuntimes,
  addPlans,
  addExecutions,
  addDecisions,
  addAudit,
  addReport,
  addNotices,
  addDoctor,
  addCompletion,
];

/** The whole command line. `end` is told the exit code of the command that ran. */
export const createProgram = (console: Console, end: (code: number) => void): Command => {
  const program = new Command('groundswell')
    .description('Event-driven orchestration of disaster recovery on AWS Elastic Disaster Recovery')
    .showHelpAfterError('(--help says what is possible)')
    .addHelpText('after', `\n${exitCodesText()}`)
    .exitOverride();
  for (const add of groups) add(program, { console, end });
  for (const command of [...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.copyInheritedSettings(program);
  return program;
};

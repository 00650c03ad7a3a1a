import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Command } from 'commander';
import { addAudit, addEvidence, addReport } from './proof-commands.ts';
import { addApi } from './api-commands.ts';
import { addContexts } from './context-commands.ts';
import { applyContext } from './apply-context.ts';
import { addCompletion } from './completion-command.ts';
import type { Console, Shell } from './console.ts';
import { addDecisions, addNotes } from './decision-commands.ts';
import { addDoctor, addNotices } from './deployment-commands.ts';
import { addExecutions } from './execution-commands.ts';
import { addFailback } from './failback-commands.ts';
import { exitCodesText } from './help.ts';
import { addPlans } from './plan-commands.ts';
import { addSchedules } from './schedule-commands.ts';
import { addRuntimes } from './runtime-commands.ts';

/** Each group of commands is a file; each command loads what it needs when it runs, for the SDK's sake. */
const groups: readonly ((program: Command, shell: Shell) => void)[] = [
  addRuntimes,
  addPlans,
  addExecutions,
  addSchedules,
  addDecisions,
  addNotes,
  addFailback,
  addAudit,
  addReport,
  addEvidence,
  addNotices,
  addDoctor,
  addApi,
  addContexts,
  addCompletion,
];

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')));

/** The whole command line. `end` is told the exit code of the command that ran. */
export const createProgram = (console: Console, end: (code: number) => void): Command => {
  const program = new Command('groundswell')
    .description('Event-driven orchestration of disaster recovery on AWS Elastic Disaster Recovery')
    .version(version)
    .showHelpAfterError('(run --help for usage)')
    .addHelpText('after', `\n${exitCodesText()}`)
    .exitOverride()
    .hook('preAction', (_program, command) => applyContext(command));
  for (const add of groups) add(program, { console, end });
  for (const command of [...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.copyInheritedSettings(program);
  return program;
};

import { Command } from 'commander';
import { addAudit } from './audit-command.ts';
import { modeNamed, numberBetween, portNumber } from './arguments.ts';
import { withConnection } from './connection.ts';
import type { Console } from './console.ts';
import type { DrillOptions } from './drill.ts';
import type { PlanGetOptions } from './plan.ts';
import type { DecisionName, DecisionOptions, RequestOptions } from './say.ts';
import { addReport } from './report-command.ts';
import type { StatusOptions } from './status.ts';
import type { UpOptions } from './up.ts';

const speed = numberBetween(0.1, 10_000);
const version = numberBetween(1, 999_999);

const addRuntimes = (program: Command, console: Console, end: (code: number) => void): void => {
  program
    .command('up')
    .description('run the simulated AWS with Groundswell in it')
    .option('--port <number>', 'port of the endpoint', portNumber, 4566)
    .option('--state <folder>', 'where everything is kept', '.groundswell')
    .option('--speed <factor>', 'how many times faster than real time waiting passes', speed, 1)
    .option('--scenario <file>', 'servers, durations and failures, in YAML or JSON')
    .option('--host <address>', 'listen on another address than 127.0.0.1, open to whoever reaches it')
    .action(async (options: UpOptions) => {
      const { up } = await import('./up.ts');
      end(await up(options, console));
    });
  program
    .command('drill')
    .description('run a plan from beginning to end on a runtime of its own, in memory')
    .option('--plan <file>', 'the plan, in YAML or JSON (default: a sample in three tiers)')
    .option('--speed <factor>', 'how many times faster than real time waiting passes', speed, 240)
    .option(
      '--scenario <file>',
      'servers, durations and failures (default: PLAN.scenario.yaml beside the plan)',
    )
    .option('--mode <mode>', 'drill or recovery', modeNamed, 'DRILL')
    .option('--json', 'one event per line on standard output, and nothing else')
    .addHelpText(
      'after',
      '\nExit codes: 0 the execution completed, 2 the input is not valid, 1 anything else.',
    )
    .action(async (options: DrillOptions) => {
      const { drill } = await import('./drill.ts');
      end(await drill(options, console));
    });
};

const addPlans = (program: Command, console: Console, end: (code: number) => void): void => {
  const plan = program.command('plan').description('check, store and show plans');
  plan
    .command('check <file>')
    .description('everything that is wrong with a plan')
    .action(async (file: string) => end((await import('./plan.ts')).planCheck(file, console)));
  plan
    .command('schema')
    .description('the JSON Schema of plans')
    .action(async () => end((await import('./plan.ts')).planSchemaCommand(console)));
  withConnection(plan.command('put <file>'))
    .description('store a plan as its next version')
    .action(async (file: string, options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planPut(file, options, console)),
    );
  withConnection(plan.command('get <plan>'))
    .description('show a plan')
    .option('--plan-version <number>', 'default: the newest', version)
    .option('--json', 'with its version and hash')
    .action(async (planId: string, options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planGet(planId, options, console)),
    );
  withConnection(plan.command('list'))
    .description('the newest version of every plan')
    .option('--json')
    .action(async (options: PlanGetOptions) =>
      end(await (await import('./plan.ts')).planList(options, console)),
    );
};

const addExecutions = (program: Command, console: Console, end: (code: number) => void): void => {
  withConnection(program.command('request <plan>'))
    .description('ask for an execution of a stored plan; prints its id')
    .requiredOption('--mode <mode>', 'drill or recovery', modeNamed)
    .option('--request-id <id>', 'a repeat of the same id starts nothing new')
    .option('--plan-version <number>', 'default: the newest', version)
    .option('--by <name>', 'who asks (default: you)')
    .option('--reason <text>', 'why')
    .option('--allow-drill-over-recovery', 'drill servers although that destroys machines of a real recovery')
    .option('--accept-warning <name...>', 'readiness warnings that are accepted')
    .action(async (planId: string, options: RequestOptions) =>
      end(await (await import('./say.ts')).request(planId, options, console)),
    );
  withConnection(program.command('status [execution]'))
    .description('show an execution, or list the newest')
    .option('--watch', 'follow it to its end; without an id, the newest')
    .option('--json')
    .action(async (id: string | undefined, options: StatusOptions) =>
      end(await (await import('./status.ts')).status(id, options, console)),
    );
};

const decisions: readonly (readonly [verb: string, name: DecisionName, subject: string, meaning: string])[] =
  [
    ['pause', 'PauseRequested', '<execution>', 'start nothing new'],
    ['resume', 'ResumeRequested', '<execution>', 'go on after a pause'],
    ['cancel', 'CancelRequested', '<execution>', 'start nothing new and end when all has come to rest'],
    ['retry', 'RetryWaveRequested', '<execution> <wave>', 'recover the failed servers of a wave again'],
    ['skip', 'SkipWaveRequested', '<execution> <wave>', 'give a wave up; its dependants start without it'],
    ['continue', 'ContinueRequested', '<execution> <wave>', 'accept a failure; the dependants are skipped'],
    ['approve', 'ApproveRequested', '<execution> <wave> <action>', 'approve a waiting approval'],
    ['decline', 'DeclineRequested', '<execution> <wave> <action>', 'decline a waiting approval'],
  ];

const addDecisions = (program: Command, console: Console, end: (code: number) => void): void => {
  for (const [verb, name, subject, meaning] of decisions)
    withConnection(program.command(`${verb} ${subject}`))
      .description(meaning)
      .option('--by <name>', 'who decides (default: you)')
      .option('--reason <text>', 'why')
      .action(async (...given: unknown[]) => {
        const [executionId = '', waveId, actionId] = given.filter((value) => typeof value === 'string');
        const options = given.at(-2) as DecisionOptions;
        const about = {
          executionId,
          ...(waveId !== undefined && { waveId }),
          ...(actionId !== undefined && { actionId }),
        };
        end(await (await import('./say.ts')).decide(name, about, options, console));
      });
};

/**
 * The whole command line. Each command loads what it needs when it runs, for the SDK's sake. `end` is told
 * the exit code of the command that ran.
 */
export const createProgram = (console: Console, end: (code: number) => void): Command => {
  const program = new Command('groundswell')
    .description('Event-driven orchestration of disaster recovery on AWS Elastic Disaster Recovery')
    .showHelpAfterError('(--help says what is possible)')
    .exitOverride();
  addRuntimes(program, console, end);
  addPlans(program, console, end);
  addExecutions(program, console, end);
  addDecisions(program, console, end);
  addAudit(program, console, end);
  addReport(program, console, end);
  for (const command of [...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.copyInheritedSettings(program);
  return program;
};

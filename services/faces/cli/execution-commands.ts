import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  confirmOption,
  instantOf,
  modeNamed,
  numberBetween,
  patienceOption,
  pointOption,
} from './arguments.ts';
import { withConnection } from './connection.ts';
import { exitCodes, withExamples } from './help.ts';
import { planVersion } from './plan-commands.ts';
import type { CheckOptions } from './check.ts';
import type { RequestOptions } from './say.ts';
import type { ServersOptions } from './servers.ts';
import type { Shell } from './console.ts';
import type { DecisionsOptions } from './decisions.ts';
import type { DrillsOptions } from './drills.ts';
import type { StatusOptions } from './status.ts';
import { executionStatuses } from '../../../contracts/execution-status.ts';
import type { WatchOptions } from './watch.ts';

const stateNamed = (text: string): string => {
  const state = executionStatuses.find((each) => each === text.toUpperCase());
  if (state !== undefined) return state;
  throw new InvalidArgumentError(`Valid: ${executionStatuses.join(', ').toLowerCase()}.`);
};

const addRequest = (program: Command, { console, end }: Shell): void => {
  const request = withConnection(program.command('request <plan>'))
    .description('request an execution of a stored plan; prints its id')
    .requiredOption('--mode <mode>', 'drill or recovery', modeNamed)
    .option('--request-id <id>', 'repeating the same id starts nothing new')
    .option('--plan-version <number>', 'default: the newest', planVersion)
    .option('--by <name>', 'who requests it (default: you)')
    .option('--reason <text>', 'why')
    .option('--allow-drill-over-recovery', 'drill servers even if that destroys machines of a real recovery')
    .option('--allow-replacing <instance...>', 'EC2 instances that the drill may end or overwrite, by id')
    .option('--accept-warning <name...>', 'readiness warnings to accept')
    .option(
      '--calendar <name...>',
      'Change Calendars, beside those of the plan, that hold up a drill while closed',
    )
    .addOption(pointOption())
    .option('--start-by <instant>', 'refuse it if it has not started by then, ISO 8601')
    .option('--json', 'the ids of the execution and of the request as JSON')
    .option('--wait', 'follow it to its end; the exit code is that of `watch`')
    .addOption(confirmOption())
    .addOption(patienceOption())
    .action(async (planId: string, options: RequestOptions) =>
      end(await (await import('./say.ts')).request(planId, options, console)),
    );
  withExamples(
    request,
    [
      ['request three-tier --mode drill', 'prints the id with which to follow the drill'],
      ['request shop --mode recovery --confirm shop --reason "Region is down"', 'a real recovery'],
      ['request shop --mode drill --wait', 'follows it; exit code 0 only if it has COMPLETED'],
      ['request shop --mode drill --request-id weekly-47', 'repeating it starts nothing new'],
    ],
    [exitCodes.done, exitCodes.failed, exitCodes.invalid, exitCodes.unknown],
  );
};

const addStatus = (program: Command, { console, end }: Shell): void => {
  const status = withConnection(program.command('status [execution]'))
    .description('show an execution, or list those that have not ended and the newest')
    .option('--watch', 'follow it to its end; without an id, the newest')
    .option('--state <state>', 'of the list: those in this state', stateNamed)
    .option('--mode <mode>', 'drills or recoveries', modeNamed)
    .option('--plan <plan>', 'those of a plan')
    .option('--by <name>', 'those that somebody requested')
    .option('--text <text>', 'those with a text in their id, plan, reason or requester')
    .option('--from <instant>', 'those begun since', instantOf)
    .option('--to <instant>', 'those begun until', instantOf)
    .option('--limit <number>', 'how many', numberBetween(1, 100), 20)
    .option('--json', 'as JSON')
    .action(async (id: string | undefined, options: StatusOptions) =>
      end(await (await import('./status.ts')).status(id, options, console)),
    );
  withExamples(status, [
    ['status', 'those that have not ended, and the newest'],
    ['status --plan shop --mode drill --from 2026-01-01', "a plan's drills of this year"],
    ['status exec-3f2a…', 'one of them, with its waves and servers, and what it waits for'],
  ]);
};

const addDecisionList = (program: Command, { console, end }: Shell): void => {
  const decisions = withConnection(program.command('decisions'))
    .description('what waits for people in all executions: until when, what silence means, and the commands')
    .option('--json', 'as JSON')
    .action(async (options: DecisionsOptions) =>
      end(await (await import('./decisions.ts')).decisions(options, console)),
    );
  withExamples(decisions, [
    ['decisions', 'the oldest first'],
    ['decisions --json | jq length', 'how many'],
  ]);
};

const addDrills = (program: Command, { console, end }: Shell): void => {
  const drills = withConnection(program.command('drills'))
    .description(
      'what runs from drills: whose, since when, and what becomes of it; exit code 1 if a place cannot be read',
    )
    .option('--json', 'as JSON')
    .action(async (options: DrillsOptions) =>
      end(await (await import('./drills.ts')).drills(options, console)),
    );
  withExamples(drills, [
    ['drills', 'those longest running first, also what no execution launched'],
    ['drills --json | jq .instanceHours', 'what they have run so far'],
  ]);
};

const addWatch = (program: Command, { console, end }: Shell): void => {
  const watch = withConnection(program.command('watch [execution]'))
    .description(
      'follow an execution to its end: waves and servers in place, or a line per event; without an id, the newest that has not ended',
    )
    .option('--json', 'one event per line on standard output, and nothing else')
    .action(async (id: string | undefined, options: WatchOptions) =>
      end(await (await import('./watch.ts')).watch(id, options, console)),
    );
  withExamples(
    watch,
    [
      ['watch', 'the newest that has not ended'],
      ['watch exec-3f2a…', 'waves and servers with their progress, drawn in place'],
      ['watch $(groundswell request shop --mode drill)', 'from the request to the summary'],
      ['watch exec-3f2a… > drill.log', 'without a terminal: a line per event'],
    ],
    [exitCodes.done, exitCodes.failed, exitCodes.invalid, exitCodes.interrupted, exitCodes.cutOff],
  );
};

const addCheck = (program: Command, { console, end }: Shell): void => {
  const check = withConnection(program.command('check <plan>'))
    .description('ask DRS whether a plan, stored or in a file, can run now; changes nothing')
    .option('--mode <mode>', 'drill or recovery', modeNamed, 'DRILL')
    .option('--plan-version <number>', 'default: the newest', planVersion)
    .option('--allow-drill-over-recovery', 'as in the request')
    .option('--allow-replacing <instance...>', 'as in the request')
    .option('--accept-warning <name...>', 'as in the request')
    .addOption(pointOption())
    .option('--json', 'findings, faults, the instances to be replaced and the forecast as JSON')
    .action(async (plan: string, options: CheckOptions) =>
      end(await (await import('./check.ts')).check(plan, options, console)),
    );
  withExamples(check, [
    ['check shop', 'all findings at once, the critical path and the expected duration'],
    ['check shop.yaml --mode recovery', 'a plan that is not stored yet'],
  ]);
};

const addServers = (program: Command, { console, end }: Shell): void => {
  const servers = withConnection(program.command('servers'))
    .description(
      'source servers as DRS reports them, with their readiness and the plans that recover them; exit code 1 if one cannot be launched',
    )
    .option('--plan <plan>', 'those of a plan, stored or in a file, in all of its targets')
    .option('--plan-version <number>', 'default: the newest', planVersion)
    .addOption(
      new Option(
        '--uncovered',
        'only those that no stored plan recovers; exit code 1 if there is one',
      ).conflicts(['plan', 'planVersion']),
    )
    .option('--mode <mode>', 'check readiness for a drill or a recovery', modeNamed, 'DRILL')
    .option('--json', 'servers and faults as JSON')
    .action(async (options: ServersOptions) =>
      end(await (await import('./servers.ts')).servers(options, console)),
    );
  withExamples(servers, [
    ['servers', "all of the deployment's account and Region, and of all targets of plans"],
    ['servers --uncovered', 'those that a disaster would leave behind'],
    ['servers --plan shop --mode recovery', 'those of a plan, as a recovery would find them'],
    ['servers --json | jq ".servers[].lagSeconds"', 'for a script'],
  ]);
};

/** Adds what asks for executions and looks at them. */
export const addExecutions = (program: Command, shell: Shell): void => {
  addCheck(program, shell);
  addServers(program, shell);
  addRequest(program, shell);
  addStatus(program, shell);
  addDecisionList(program, shell);
  addDrills(program, shell);
  addWatch(program, shell);
};

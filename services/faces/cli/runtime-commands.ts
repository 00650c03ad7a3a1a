import type { Command } from 'commander';
import { modeNamed, numberBetween, pointOption, portNumber } from './arguments.ts';
import type { DrillOptions } from './drill.ts';
import { exitCodes, withExamples } from './help.ts';
import type { Shell } from './console.ts';
import type { UpOptions } from './up.ts';

const speed = numberBetween(0.1, 10_000);

/** Adds `up` and `drill`: the simulated AWS, with Groundswell in it. */
export const addRuntimes = (program: Command, { console, end }: Shell): void => {
  const up = program
    .command('up')
    .description('run the simulated AWS with Groundswell in it')
    .option('--port <number>', 'port of the endpoint', portNumber, 4566)
    .option('--state <folder>', 'where all state is kept', '.groundswell')
    .option('--speed <factor>', 'how many times faster than real time to run', speed, 1)
    .option('--scenario <file>', 'servers, durations and failures, in YAML or JSON')
    .option('--host <address>', 'listen on an address other than 127.0.0.1, open to anyone who can reach it')
    .option('--outbound', "let EventBridge's API destinations call addresses other than this machine's")
    .option(
      '--enforce-iam <templates...>',
      'grant only the permissions of these CloudFormation templates: the folder of cdk synth, or template files, as FILE or FILE@ACCOUNT/REGION',
    )
    .option('--verify-signatures', 'reject unsigned and wrongly signed requests, as AWS does')
    .option('--recovery-needs-approval', 'a second person has to approve every real recovery')
    .option(
      '--sign-in <file>',
      'ask for tokens: {issuer, audience, console: {clientId, scopes}}, in YAML or JSON, as the settings of a deployment',
    )
    .option('--access <file>', 'access rules, in YAML or JSON: who may do what with which plans over the API')
    .option('--json', 'one line of JSON once it is up, and nothing else')
    .action(async (options: UpOptions) => end(await (await import('./up.ts')).up(options, console)));
  withExamples(up, [
    ['up', 'on port 4566, in real time, with its state in .groundswell'],
    ['up --speed 60', 'an hour of waiting passes in a minute'],
    ['up --scenario servers.yaml --state /tmp/dr', 'your servers, durations and failures'],
  ]);
  const drill = program
    .command('drill')
    .description('run a plan from start to finish on its own in-memory runtime')
    .option('--plan <file>', 'the plan, in YAML or JSON (default: a sample in three tiers)')
    .option('--speed <factor>', 'how many times faster than real time to run', speed, 240)
    .option(
      '--scenario <file>',
      'servers, durations and failures (default: PLAN.scenario.yaml beside the plan)',
    )
    .option('--mode <mode>', 'drill or recovery', modeNamed, 'DRILL')
    .option('--accept-warning <name...>', 'readiness warnings to accept')
    .addOption(pointOption())
    .option('--json', 'one event per line on standard output, and nothing else')
    .action(async (options: DrillOptions) => end(await (await import('./drill.ts')).drill(options, console)));
  withExamples(
    drill,
    [
      ['drill', 'three tiers in about 20 seconds'],
      ['drill --plan contracts/plans/diamond.yaml', 'another plan, with the servers beside it'],
      ['drill --json | jq .type', 'every event as a line of JSON'],
    ],
    Object.values(exitCodes).filter((code) => code !== exitCodes.unknown),
  );
};

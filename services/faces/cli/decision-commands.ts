import type { Command } from 'commander';
import { confirmOption, extensionMinutes, patienceOption } from './arguments.ts';
import { withConnection } from './connection.ts';
import { type Example, exitCodes, withExamples } from './help.ts';
import type { DecisionName, DecisionOptions } from './say.ts';
import type { Shell } from './console.ts';

interface DecisionWord {
  readonly verb: string;
  readonly event: DecisionName;
  readonly subject: string;
  readonly meaning: string;
  readonly example: string;
  /** What it says when only an execution is named: of a recovery that waits for a second person. */
  readonly whole?: { readonly event: DecisionName; readonly example: string };
}

const inExecution = 'exec-3f2a…';

const words: readonly DecisionWord[] = [
  {
    ...{
      verb: 'pause',
      event: 'PauseRequested',
      subject: '<execution>',
      meaning: 'start nothing new until resumed',
    },
    example: `${inExecution} --reason "waiting for the network team"`,
  },
  {
    ...{
      verb: 'resume',
      event: 'ResumeRequested',
      subject: '<execution>',
      meaning: 'continue after a pause',
    },
    example: inExecution,
  },
  {
    ...{ verb: 'cancel', event: 'CancelRequested', subject: '<execution>' },
    meaning: 'start nothing new, and end once everything has finished',
    example: `${inExecution} --confirm shop --reason "false alarm"`,
  },
  {
    ...{ verb: 'retry', event: 'RetryWaveRequested', subject: '<execution> <wave>' },
    meaning: 'retry the failed servers of a wave',
    example: `${inExecution} database`,
  },
  {
    ...{ verb: 'skip', event: 'SkipWaveRequested', subject: '<execution> <wave>' },
    meaning: 'give up on a wave; its dependants start without it',
    example: `${inExecution} reporting --reason "not needed today"`,
  },
  {
    ...{ verb: 'continue', event: 'ContinueRequested', subject: '<execution> <wave>' },
    meaning: 'accept a failure; its dependants are skipped',
    example: `${inExecution} reporting`,
  },
  {
    ...{ verb: 'clean-up', event: 'CleanUpRequested', subject: '<execution>' },
    meaning: 'terminate the instances that a drill has launched',
    example: `${inExecution} --reason "the drill is evaluated"`,
  },
  {
    ...{ verb: 'extend', event: 'ExtendDrillRequested', subject: '<execution>' },
    meaning: 'let the instances of a drill run for longer',
    example: `${inExecution} --minutes 120`,
  },
  {
    ...{ verb: 'keep', event: 'KeepDrillRequested', subject: '<execution>' },
    meaning: 'keep instances of a drill; no clean-up terminates them',
    example: `${inExecution} --instance i-0f3a… --reason "under investigation"`,
  },
  {
    ...{ verb: 'approve', event: 'ApproveRequested', subject: '<execution> [wave] [action]' },
    meaning: 'approve an action, or a recovery as its second person',
    example: `${inExecution} web go-live`,
    whole: { event: 'ApproveExecutionRequested', example: `${inExecution} --plan-hash 9c1e…` },
  },
  {
    ...{ verb: 'decline', event: 'DeclineRequested', subject: '<execution> [wave] [action]' },
    meaning: 'decline an action, or a recovery that awaits a second person',
    example: `${inExecution} web go-live --reason "health checks fail"`,
    whole: { event: 'DeclineExecutionRequested', example: `${inExecution} --reason "false alarm"` },
  },
];

const withDecisionExamples = (command: Command, examples: readonly Example[]): Command =>
  withExamples(command, examples, [exitCodes.done, exitCodes.failed, exitCodes.invalid, exitCodes.unknown]);

/** Adds what people tell each other about an execution. */
export const addNotes = (program: Command, { console, end }: Shell): void => {
  const told = (command: Command): Command =>
    withConnection(command)
      .option('--by <name>', 'who says it (default: you)')
      .option('--json', 'print what was published as JSON')
      .addOption(patienceOption());
  const note = told(program.command('note <execution> <text>'))
    .description('note something on an execution, also after its end; it changes nothing of the run')
    .action(async (executionId: string, text: string, options: DecisionOptions) =>
      end(await (await import('./say.ts')).decide('NoteRequested', { executionId, text }, options, console)),
    );
  withDecisionExamples(note, [
    [`note ${inExecution} "The database team looks at database-2"`, 'in the report, the console and notices'],
  ]);
  const handover = told(program.command('handover <execution> [text]'))
    .description('hand an execution over: somebody else is in charge from now on')
    .requiredOption('--to <name>', 'who is in charge from now on')
    .action(async (executionId: string, text: string | undefined, { to, ...options }: HandoverOptions) =>
      end(
        await (
          await import('./say.ts')
        ).decide('HandoverRequested', { executionId, to, text: text ?? '' }, options, console),
      ),
    );
  withDecisionExamples(handover, [
    [
      `handover ${inExecution} --to bob "Waves 1 to 3 are up, the approval is due at 4"`,
      'at a change of shift',
    ],
  ]);
};

interface HandoverOptions extends DecisionOptions {
  readonly to: string;
}

/** Adds what operators decide. */
export const addDecisions = (program: Command, { console, end }: Shell): void => {
  for (const { verb, event, subject, meaning, example, whole } of words) {
    const command = withConnection(program.command(`${verb} ${subject}`))
      .description(meaning)
      .option('--by <name>', 'who decides (default: you)')
      .option('--reason <text>', 'why')
      .option('--json', 'print the published decision as JSON')
      .addOption(patienceOption())
      .action(async (...given: unknown[]) => {
        const [executionId = '', waveId, actionId] = given.filter((value) => typeof value === 'string');
        const options = given.at(-2) as DecisionOptions;
        const { planHash, relaunch, includeKept, skipActions, minutes, instance } = options;
        const about = {
          executionId,
          ...(waveId !== undefined && { waveId }),
          ...(actionId !== undefined && { actionId }),
          ...(planHash !== undefined && { planHash }),
          ...(relaunch === true && { relaunch }),
          ...(includeKept === true && { includeKept }),
          ...(skipActions === true && { skipActions }),
          ...(minutes !== undefined && { minutes }),
          ...(instance !== undefined && { instances: instance }),
        };
        const name = whole !== undefined && waveId === undefined ? whole.event : event;
        end(await (await import('./say.ts')).decide(name, about, options, console));
      });
    if (verb === 'approve')
      command.option(
        '--plan-hash <hash>',
        'hash of the plan you reviewed; required to approve a whole recovery',
      );
    if (verb === 'cancel') command.addOption(confirmOption());
    if (verb === 'clean-up')
      command
        .option('--include-kept', 'also instances that somebody keeps; without it they stay')
        .option('--skip-actions', 'without the actions that the plan has before its clean-up');
    if (verb === 'extend')
      command.requiredOption(
        '--minutes <count>',
        'from when the clean-up is due, or from now where that has passed',
        extensionMinutes,
      );
    if (verb === 'keep')
      command.option('--instance <id...>', 'only these instances (default: all that the drill launched)');
    if (verb === 'retry')
      command.option(
        '--relaunch',
        'also relaunch servers whose instance is running, for example after a failed launch action; terminates that instance',
      );
    const wholeExample = whole && ([`${verb} ${whole.example}`, 'as the second person'] as const);
    withDecisionExamples(command, [[`${verb} ${example}`, meaning], ...(wholeExample ? [wholeExample] : [])]);
  }
};

import { Argument, type Command } from 'commander';
import {
  completionScript,
  idKinds,
  idsCommand,
  placesOf,
  shellNames,
  type IdKind,
  type ShellName,
} from './completion.ts';
import { withConnection, type ConnectionOptions } from './connection.ts';
import { withExamples } from './help.ts';
import type { Shell } from './console.ts';

/** Adds `completion`, which reads all other commands. */
export const addCompletion = (program: Command, { console, end }: Shell): void => {
  const completion = program
    .command('completion')
    .description('print a shell completion script')
    .addArgument(new Argument('<shell>').choices(shellNames))
    .action((shell: ShellName) => {
      console.print(completionScript(shell, placesOf(program)).trimEnd());
      end(0);
    });
  const ids = withConnection(program.command(idsCommand, { hidden: true }))
    .description('print the ids that a shell completes')
    .addArgument(new Argument('<kind>').choices(idKinds))
    .argument('[of...]', 'the ids before it: of an execution, of a wave')
    .action(async (kind: IdKind, of: readonly string[], options: ConnectionOptions) =>
      end(await (await import('./ids.ts')).printIds(kind, of, options, console)),
    );
  withExamples(ids, [
    [`${idsCommand} executions`, 'the newest, those that have not ended in front'],
    [`${idsCommand} actions exec-3f2a… web`, 'of a wave, those that ask people'],
  ]);
  withExamples(completion, [
    ['completion bash >> ~/.bashrc', 'for every new bash session'],
    ['completion zsh >> ~/.zshrc', 'for every new zsh session'],
    ['completion fish > ~/.config/fish/completions/groundswell.fish', 'for every new fish session'],
  ]);
};

import { Argument, type Command } from 'commander';
import { completionScript, placesOf, shellNames, type ShellName } from './completion.ts';
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
  withExamples(completion, [
    ['completion bash >> ~/.bashrc', 'for every new bash session'],
    ['completion zsh >> ~/.zshrc', 'for every new zsh session'],
    ['completion fish > ~/.config/fish/completions/groundswell.fish', 'for every new fish session'],
  ]);
};

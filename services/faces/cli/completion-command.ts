import { Argument, type Command } from 'commander';
import { completionScript, placesOf, shellNames, type ShellName } from './completion.ts';
import { withExamples } from './help.ts';
import type { Shell } from './console.ts';

/** Adds `completion`, which reads all other commands. */
export const addCompletion = (program: Command, { console, end }: Shell): void => {
  const completion = program
    .command('completion')
    .description('a script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>').choices(shellNames))
    .action((shell: ShellName) => {
      console.print(completionScript(shell, placesOf(program)).trimEnd());
      end(0);
    });
  withExamples(completion, [
    ['completion bash >> ~/.bashrc', 'in every new bash'],
    ['completion zsh >> ~/.zshrc', 'in every new zsh'],
    ['completion fish > ~/.config/fish/completions/groundswell.fish', 'in every new fish'],
  ]);
};

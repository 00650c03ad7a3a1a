import type { Command } from 'commander';

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return text.trim();
};

const withNames = (command: Command, before: string): readonly (readonly [string, Command])[] => {
  const name = `${before} ${command.name()}`.trim();
  return [[name, command], ...command.commands.flatMap((each) => withNames(each, name))];
};

/** Every command in Markdown, as its own help describes it, with examples and exit codes. */
export const commandReference = (program: Command): string =>
  withNames(program, '')
    .map(([name, command]) => `## ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``)
    .join('\n\n');

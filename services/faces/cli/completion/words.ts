import type { Command } from 'commander';

/** What can stand behind some words of a command line. */
export interface Place {
  /** The words so far, without `groundswell`: of a command, or of none. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly meaning: string }[];
}

const isOffered = (command: Command): boolean => command.name() !== 'help';

const wordsOf = (command: Command): Place['words'] => [
  ...command.commands.filter(isOffered).map((each) => ({ word: each.name(), meaning: each.description() })),
  ...command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, meaning: description }] : [])),
];

/** Every place of a command line at which there is something to complete, read from the commands themselves. */
export const placesOf = (command: Command, path: readonly string[] = []): readonly Place[] => [
  { path: path.join(' '), words: wordsOf(command) },
  ...command.commands.filter(isOffered).flatMap((each) => placesOf(each, [...path, each.name()])),
];

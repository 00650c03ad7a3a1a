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

const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];
export const shellNames: readonly ShellName[] = shells;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const wordList = ({ words }: Place): string => words.map(({ word }) => word).join(' ');

/** The longest beginning of the line that is a command; an option's value or an argument ends it. */
const bash = (places: readonly Place[]): readonly string[] => [
  '_groundswell() {',
  '  local path="" offered="" word',
  '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
  '    case "${path:+$path }$word" in',
  `      ${places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join('|')}) path="\${path:+$path }$word" ;;`,
  '      *) break ;;',
  '    esac',
  '  done',
  '  case "$path" in',
  ...places.map((place) => `    ${quoted(place.path)}) offered=${quoted(wordList(place))} ;;`),
  '  esac',
  '  COMPREPLY=($(compgen -W "$offered" -- "${COMP_WORDS[COMP_CWORD]}"))',
  '}',
  'complete -o default -F _groundswell groundswell',
];

/** Zsh runs bash's completions. */
const zsh = (places: readonly Place[]): readonly string[] => [
  'autoload -Uz compinit bashcompinit',
  '(( $+functions[compdef] )) || compinit',
  'bashcompinit',
  ...bash(places),
];

const fishLine = (path: string, { word, meaning }: Place['words'][number]): string => {
  const words = path === '' ? [] : path.split(' ');
  const seen = words.map((each) => `__fish_seen_subcommand_from ${each}`).join('; and ');
  const where = seen === '' ? '__fish_use_subcommand' : seen;
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
  return `complete -c groundswell -n ${quoted(where)} ${what} -d ${quoted(meaning)}`;
};

const fish = (places: readonly Place[]): readonly string[] =>
  places.flatMap(({ path, words }) => words.map((word) => fishLine(path, word)));

/** A script that teaches a shell the commands and options, for it to be read at its start. */
export const completionScript = (shell: ShellName, places: readonly Place[]): string =>
  `${{ bash, zsh, fish }[shell](places).join('\n')}\n`;

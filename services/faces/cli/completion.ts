import type { Command } from 'commander';

/** What can stand behind some words of a command line. */
export interface Place {
  /** The words so far, without `groundswell`: of a command, or of none. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly meaning: string }[];
  /** What its first argument is an id of; absent where it is none that can be asked for. */
  readonly ids?: IdKind;
}

export const idKinds = ['executions', 'plans'] as const;
export type IdKind = (typeof idKinds)[number];

/** Prints the ids; the scripts call it, and nobody else has to know of it. */
export const idsCommand = 'complete';

const isOffered = (command: Command): boolean => !['help', idsCommand].includes(command.name());

const kindOf = ({ registeredArguments: [first] }: Command): Pick<Place, 'ids'> => {
  const ids = idKinds.find((kind) => kind === `${first?.name() ?? ''}s`);
  return ids === undefined ? {} : { ids };
};

const wordsOf = (command: Command): Place['words'] => [
  ...command.commands.filter(isOffered).map((each) => ({ word: each.name(), meaning: each.description() })),
  ...command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, meaning: description }] : [])),
];

/** Every place of a command line at which there is something to complete, read from the commands themselves. */
export const placesOf = (command: Command, path: readonly string[] = []): readonly Place[] => [
  { path: path.join(' '), words: wordsOf(command), ...kindOf(command) },
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
  '  local path="" offered="" ids="" depth=0 word',
  '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
  '    case "${path:+$path }$word" in',
  `      ${places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join('|')}) path="\${path:+$path }$word"; depth=$((depth + 1)) ;;`,
  '      *) break ;;',
  '    esac',
  '  done',
  '  case "$path" in',
  ...places.map((place) => `    ${quoted(place.path)}) offered=${quoted(wordList(place))} ;;`),
  '  esac',
  ...idKinds.flatMap((kind) => {
    const paths = places.filter(({ ids }) => ids === kind).map(({ path }) => quoted(path));
    return paths.length === 0 ? [] : [`  case "$path" in ${paths.join('|')}) ids=${kind} ;; esac`];
  }),
  '  if [ -n "$ids" ] && [ "$COMP_CWORD" -eq $((depth + 1)) ]; then',
  `    offered="$offered $(groundswell ${idsCommand} "$ids" 2>/dev/null)"`,
  '  fi',
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

const seenIn = (path: string): string =>
  path === ''
    ? '__fish_use_subcommand'
    : path
        .split(' ')
        .map((each) => `__fish_seen_subcommand_from ${each}`)
        .join('; and ');

const fishLine = (path: string, { word, meaning }: Place['words'][number]): string => {
  const where = seenIn(path);
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
  return `complete -c groundswell -n ${quoted(where)} ${what} -d ${quoted(meaning)}`;
};

const fishIds = (path: string, kind: IdKind): string =>
  `complete -c groundswell -n ${quoted(seenIn(path))} -f -a '(groundswell ${idsCommand} ${kind} 2>/dev/null)'`;

const fish = (places: readonly Place[]): readonly string[] =>
  places.flatMap((place) => [
    ...place.words.map((word) => fishLine(place.path, word)),
    ...(place.ids === undefined ? [] : [fishIds(place.path, place.ids)]),
  ]);

/** A script that teaches a shell the commands and options, for it to be read at its start. */
export const completionScript = (shell: ShellName, places: readonly Place[]): string =>
  `${{ bash, zsh, fish }[shell](places).join('\n')}\n`;

import type { Command } from 'commander';

/** What can stand behind some words of a command line. */
export interface Place {
  /** The words so far, without `groundswell`: of a command, or of none. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly meaning: string }[];
  /** What its arguments are ids of, in their order, up to the first that is none that can be asked for. */
  readonly ids: readonly IdKind[];
}

/** The ids of waves are asked for behind that of an execution, those of actions behind both. */
export const idKinds = ['executions', 'plans', 'waves', 'actions', 'contexts'] as const;
export type IdKind = (typeof idKinds)[number];

/** Prints the ids; the scripts call it, and nobody else has to know of it. */
export const idsCommand = 'complete';

const isOffered = (command: Command): boolean => !['help', idsCommand].includes(command.name());

const idsOf = ({ registeredArguments }: Command): Place['ids'] => {
  const kinds = registeredArguments.map((argument) => idKinds.find((kind) => kind === `${argument.name()}s`));
  const unknown = kinds.indexOf(undefined);
  return kinds.slice(0, unknown < 0 ? kinds.length : unknown).flatMap((kind) => kind ?? []);
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
  { path: path.join(' '), words: wordsOf(command), ids: idsOf(command) },
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
  '  local path="" offered="" ids="" depth=0 at=0 word',
  '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
  '    case "${path:+$path }$word" in',
  `      ${places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join('|')}) path="\${path:+$path }$word"; depth=$((depth + 1)) ;;`,
  '      *) break ;;',
  '    esac',
  '  done',
  '  case "$path" in',
  ...places.map((place) => `    ${quoted(place.path)}) offered=${quoted(wordList(place))} ;;`),
  '  esac',
  // An id stands behind the command and the ids before it, and nowhere behind an option.
  '  case " ${COMP_WORDS[*]:depth+1:COMP_CWORD-depth-1}" in *" -"*) ;; *) at=$((COMP_CWORD - depth)) ;; esac',
  '  case "$path/$at" in',
  ...places.flatMap(({ path, ids }) =>
    ids.map((kind, index) => `    ${quoted(`${path}/${index + 1}`)}) ids=${kind} ;;`),
  ),
  '  esac',
  '  if [ "${COMP_WORDS[COMP_CWORD-1]}" = --context ]; then ids=contexts; at=0; offered=""; fi',
  '  if [ -n "$ids" ]; then',
  `    offered="$offered $(groundswell ${idsCommand} "$ids" "\${COMP_WORDS[@]:depth+1:at>1?at-1:0}" 2>/dev/null)"`,
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

/** Fish hands over the words before the one that is written, `groundswell` among them. */
const fishIds = (path: string, kinds: readonly IdKind[]): readonly string[] => {
  const first = path.split(' ').length + 1;
  return kinds.map((kind, index) => {
    const where = `${seenIn(path)}; and test (count (commandline -opc)) -eq ${first + index}`;
    const before = index === 0 ? '' : ` (commandline -opc)[${first + 1}..]`;
    return `complete -c groundswell -n ${quoted(where)} -f -a '(groundswell ${idsCommand} ${kind}${before} 2>/dev/null)'`;
  });
};

const fish = (places: readonly Place[]): readonly string[] => [
  ...places.flatMap((place) => [
    ...place.words.map((word) => fishLine(place.path, word)),
    ...fishIds(place.path, place.ids),
  ]),
  `complete -c groundswell -n 'true' -l context -x -a '(groundswell ${idsCommand} contexts 2>/dev/null)'`,
];

/** A script that teaches a shell the commands and options, for it to be read at its start. */
export const completionScript = (shell: ShellName, places: readonly Place[]): string =>
  `${{ bash, zsh, fish }[shell](places).join('\n')}\n`;

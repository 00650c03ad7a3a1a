import { placeOf, defaultConnection } from './connection.ts';
import type { Console } from './console.ts';
import {
  changeContexts,
  chosenContext,
  type Context,
  contextFields,
  contextNamed,
  contextsFile,
  fromContext,
  readContexts,
} from './contexts.ts';
import { tableText } from './format.ts';
import { calledAs, exitCodes } from './help.ts';

interface JsonOption {
  readonly json?: boolean;
}

/** Lists the contexts; the one that `context use` has chosen is marked. */
export const listContexts = ({ json = false }: JsonOption, console: Console): number => {
  const { current, contexts } = readContexts();
  const all = Object.entries(contexts);
  if (json) console.print(JSON.stringify({ ...(current !== undefined && { current }), contexts }));
  else if (all.length === 0)
    console.print(
      `There are no contexts. Make one: ${calledAs()} context put NAME --endpoint aws --profile …`,
    );
  else
    console.print(
      tableText([
        ['', 'context', ...contextFields],
        ...all.map(([name, context]) => [
          ...[name === current ? '*' : '', name],
          ...contextFields.map((field) => context[field] ?? '–'),
        ]),
      ]).join('\n'),
    );
  return exitCodes.done;
};

/** Chooses the context of every later command; without a name, none. */
export const useContext = (name: string | undefined, console: Console): number => {
  if (name !== undefined) contextNamed(name, readContexts(), process.env);
  changeContexts((document) => {
    if (name === undefined) document.delete('current');
    else document.set('current', name);
  });
  console.print(name === undefined ? 'No context is in use.' : `Context ${name} is in use.`);
  return exitCodes.done;
};

/** Stores a context under a name. */
export const putContext = (name: string, context: Context, console: Console): number => {
  changeContexts((document) => document.setIn(['contexts', name], context));
  console.print(`Context ${name} is stored in ${contextsFile()}.`);
  return exitCodes.done;
};

/** Forgets a context. */
export const deleteContext = (name: string, console: Console): number => {
  contextNamed(name, readContexts(), process.env);
  changeContexts((document, { current }) => {
    document.deleteIn(['contexts', name]);
    if (current === name) document.delete('current');
  });
  console.print(`Context ${name} is deleted.`);
  return exitCodes.done;
};

/** What a command without options would ask, and what says so. */
const inEffect = () => {
  const chosen = chosenContext({}, process.env);
  const { bus, table } = defaultConnection;
  const { endpoint = 'aws', ...place } = placeOf({
    ...{ bus, table },
    ...(chosen && fromContext(chosen, () => false)),
  });
  const profile = chosen?.context.profile ?? process.env['AWS_PROFILE'];
  const why = chosen === undefined ? 'no context' : `context ${chosen.name}, by ${chosen.by}`;
  return { why, endpoint, ...place, ...(profile !== undefined && { profile }) };
};

/** Shows a context, or where a command without options would go. */
export const showContext = (
  name: string | undefined,
  { json = false }: JsonOption,
  console: Console,
): number => {
  const shown = name === undefined ? inEffect() : contextNamed(name, readContexts(), process.env);
  const rows = Object.entries(shown).map(([field, value]) => [
    field,
    value ?? 'as the AWS configuration says',
  ]);
  console.print(json ? JSON.stringify(shown) : tableText([...rows, ['file', contextsFile()]]).join('\n'));
  return exitCodes.done;
};

import type { Command } from 'commander';
import type { ConnectionOptions } from './connection.ts';
import { chosenContext, fromContext } from './contexts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A command and those that it stands under: each may have read an option that both know. */
const chainOf = (command: Command): readonly Command[] =>
  command.parent === null ? [command] : [command, ...chainOf(command.parent)];

const knows = (command: Command): boolean =>
  command.options.some((option) => option.attributeName() === 'context');

/** Gives a command that asks a deployment what its context says, as if it had been typed. */
export const applyContext = (command: Command, env: Environment = process.env): void => {
  const chain = chainOf(command).filter(knows);
  if (!knows(command)) return;
  const isGiven = (field: string): boolean =>
    chain.some((each) => each.getOptionValueSource(field) === 'cli');
  const given = (field: 'context' | 'endpoint' | 'profile'): Partial<ConnectionOptions> =>
    Object.fromEntries(
      chain.flatMap((each) => {
        const { [field]: value } = each.opts<ConnectionOptions>();
        return each.getOptionValueSource(field) === 'cli' ? [[field, value]] : [];
      }),
    );
  const chosen = chosenContext({ ...given('context'), ...given('endpoint'), ...given('profile') }, env);
  if (chosen === undefined) return;
  const added = Object.entries(fromContext(chosen, isGiven));
  for (const each of chain) {
    for (const [field, value] of added) each.setOptionValueWithSource(field, value, 'config');
    each.setOptionValue(
      'ofContext',
      added.map(([field]) => field),
    );
  }
};

import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Arns } from './arn.ts';
import { busNotFound, ruleNotFound } from './errors.ts';
import type { EventBus } from './event-bus.ts';
import type { RowKind } from './record.ts';
import type { Rule } from './rule.ts';
import type { Table } from './table.ts';
import { busNameOf } from './arn.ts';

/** What all operations work on. */
export interface Core {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly random: Random;
  readonly arns: Arns;
  readonly tables: { readonly [K in RowKind]: Table<K> };
}

/** Bus names may hold slashes and rule names may not, so the two together are unambiguous. */
export const ruleKey = (bus: string, name: string): string => `${bus}/${name}`;

export const requireBus = (core: Core, nameOrArn: string | undefined): EventBus => {
  const name = busNameOf(nameOrArn, core.arns);
  const bus = core.tables.bus.get(name);
  if (bus === undefined) throw busNotFound(name);
  return bus;
};

export const requireRule = (core: Core, bus: string, name: string): Rule => {
  const rule = core.tables.rule.get(ruleKey(bus, name));
  if (rule === undefined) throw ruleNotFound(name, bus);
  return rule;
};

export const rulesOf = (core: Core, bus: string): readonly Rule[] =>
  [...core.tables.rule.values()].filter((rule) => rule.bus === bus);

/** Timestamps are epoch seconds on the wire. */
export const toSeconds = (ms: number): number => ms / 1_000;

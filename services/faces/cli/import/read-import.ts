import type { Fault } from '../../../../contracts/execution-events.ts';
import { assemble, faultsAtOrigin, type ImportedPlan } from './assemble.ts';
import type { ImportOptions } from './context.ts';
import type { Hosts } from './hosts.ts';
import { type ImportMap, readMap } from './import-map.ts';
import { kindNames, recognise } from './kinds/kinds.ts';
import { createLedger, type Note } from './ledger.ts';
import { readSource } from './source.ts';
import { withoutTypes } from './typed-items.ts';

export interface Imported {
  /** The kind of file, as people say it. */
  readonly title: string;
  readonly plans: readonly ImportedPlan[];
  readonly notes: readonly Note[];
  /** With one, nothing of the file may be used. */
  readonly faults: readonly Fault[];
  /** Entries of the map that nothing in the file has asked for. */
  readonly unusedEntries: readonly string[];
}

export interface ImportRequest extends ImportOptions {
  /** The kind by name; undefined: by the content of the file. */
  readonly from: string | undefined;
  readonly map: ImportMap;
  /** Where machines are looked up by their host names. */
  readonly hosts?: Hosts | undefined;
}

/** Parts of a file are read by several others, and what is wrong with them is said once. */
const onceEach = <T>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const nothing = { title: '', plans: [], notes: [], unusedEntries: [] };

/** The plans in the value of a foreign file, with all that there is to say of them; nothing is thrown. */
export const readImport = (value: unknown, { from, map, hosts, ...options }: ImportRequest): Imported => {
  if (from !== undefined && !kindNames.includes(from))
    return {
      ...nothing,
      faults: [{ path: '', message: `there is no kind ${from}`, expected: kindNames.join(', ') }],
    };
  const plain = withoutTypes(value);
  const recognised = recognise(plain, from);
  if ('message' in recognised) return { ...nothing, faults: [{ path: '', ...recognised }] };
  const { kind } = recognised;
  const ledger = createLedger();
  const { root, unread } = readSource(plain, ledger);
  const reader = readMap(map);
  const drafts = kind.read({ root, ledger, map: reader, options, hosts });
  const taken = new Set<string>();
  const plans = drafts.map((draft) => assemble(draft, taken));
  if (drafts.length === 0 && ledger.faults.length === 0) ledger.fault('', 'holds no plan');
  // What could not be read is missing in the plan, and would be told a second time there.
  const faults = ledger.faults.length > 0 ? ledger.faults : plans.flatMap(faultsAtOrigin);
  for (const path of unread()) ledger.lacks(path, 'Groundswell has nothing like it');
  return {
    title: kind.title,
    plans,
    notes: onceEach(ledger.notes),
    faults: onceEach(faults),
    unusedEntries: reader.unused(),
  };
};

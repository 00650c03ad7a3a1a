import { pathText } from '../../../../contracts/faults.ts';
import type { Ledger } from './ledger.ts';

type Path = readonly (string | number)[];
type Members = Readonly<Record<string, unknown>>;

/**
 * A value of the foreign file with the place at which it stands. Each read is remembered, so that what nobody
 * has read can be told at the end: an import drops nothing in silence. A null counts as absent.
 */
export interface Source {
  readonly path: string;
  readonly value: unknown;
  /** Where a member stands, or would. */
  readonly at: (name: string) => string;
  /** The first of these members that is there. */
  readonly field: (...names: readonly string[]) => Source | undefined;
  /** The items of the first of these members that is there; a fault unless it is a list. */
  readonly list: (...names: readonly string[]) => readonly Source[];
  /** Its own items, where it is a list itself. */
  readonly items: () => readonly Source[];
  /** The members of an object, in order. */
  readonly members: () => readonly (readonly [name: string, member: Source])[];
  /** The text of the first of these members that is there; nothing for an empty one. A fault unless it is a text. */
  readonly text: (...names: readonly string[]) => string | undefined;
  readonly number: (...names: readonly string[]) => number | undefined;
  readonly flag: (...names: readonly string[]) => boolean | undefined;
  /** The texts of a list, each with its place. */
  readonly texts: (
    ...names: readonly string[]
  ) => readonly { readonly text: string; readonly path: string }[];
  /** Reads it whole: nothing in it is told as unread any more. */
  readonly take: () => unknown;
}

export interface SourceFile {
  readonly root: Source;
  /** The outermost parts that nobody has read and that say something, in the file's order. */
  readonly unread: () => readonly string[];
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const saysNothing = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.every(saysNothing)) ||
  (isObject(value) && Object.values(value).every(saysNothing));

const kindText = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : JSON.stringify(value);
};

const entriesOf = (value: unknown): readonly (readonly [string | number, unknown])[] => {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  return isObject(value) ? Object.entries(value) : [];
};

type IsRead = (path: Path) => boolean;

/** What is left of a value: nothing if all was read, the value itself if nothing was, else the parts. */
const leftOf = (isRead: IsRead, path: Path, here: unknown): readonly Path[] => {
  if (isRead(path) || saysNothing(here)) return [];
  const parts = entriesOf(here).map(([key, part]) => ({ path: [...path, key], part }));
  const left = parts.map((each) => leftOf(isRead, each.path, each.part));
  const isWhole = parts.every(
    ({ path: of, part }, index) =>
      saysNothing(part) || (left[index]?.length === 1 && left[index][0]?.length === of.length),
  );
  return isWhole ? [path] : left.flat();
};

const isText = (found: unknown): found is string => typeof found === 'string';
const isNumber = (found: unknown): found is number => typeof found === 'number' && Number.isFinite(found);
const isFlag = (found: unknown): found is boolean => typeof found === 'boolean';

/** Gives values as sources, each of whose reads is marked. */
const sourcesOf = (mark: (path: Path) => void, ledger: Ledger): ((path: Path, here: unknown) => Source) => {
  const wrong = (path: Path, found: unknown, wanted: string): undefined =>
    void ledger.fault(pathText(path), `is ${kindText(found)}`, wanted);

  const at = (path: Path, here: unknown): Source => {
    const own = (name: string): unknown =>
      isObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
    const found = (names: readonly string[]): Source | undefined => {
      const name = names.find((each) => own(each) !== undefined && own(each) !== null);
      return name === undefined ? undefined : at([...path, name], own(name));
    };
    const itemsOf = (source: Source | undefined): readonly Source[] => source?.items() ?? [];
    const scalar = <T>(
      names: readonly string[],
      isIt: (found: unknown) => found is T,
      wanted: string,
    ): T | undefined => {
      const source = found(names);
      if (source === undefined) return undefined;
      source.take();
      if (isIt(source.value)) return source.value;
      ledger.fault(source.path, `is ${kindText(source.value)}`, wanted);
      return undefined;
    };
    return {
      path: pathText(path),
      value: here,
      at: (name) => pathText([...path, name]),
      field: (...names) => found(names),
      list: (...names) => itemsOf(found(names)),
      items: () => {
        if (Array.isArray(here)) return here.map((item, index) => at([...path, index], item));
        mark(path);
        wrong(path, here, 'a list');
        return [];
      },
      members: () => {
        if (isObject(here))
          return Object.keys(here).map((name) => [name, at([...path, name], here[name])] as const);
        mark(path);
        wrong(path, here, 'an object');
        return [];
      },
      text: (...names) => {
        const text = scalar(names, isText, 'a text')?.trim();
        return text === '' ? undefined : text;
      },
      number: (...names) => scalar(names, isNumber, 'a number'),
      flag: (...names) => scalar(names, isFlag, 'true or false'),
      texts: (...names) =>
        itemsOf(found(names)).flatMap((item) => {
          item.take();
          if (isText(item.value)) return [{ text: item.value.trim(), path: item.path }];
          ledger.fault(item.path, `is ${kindText(item.value)}`, 'a text');
          return [];
        }),
      take: () => {
        mark(path);
        return here;
      },
    };
  };
  return at;
};

export const readSource = (value: unknown, ledger: Ledger): SourceFile => {
  const read = new Set<string>();
  const at = sourcesOf((path) => void read.add(JSON.stringify(path)), ledger);
  const unread = () => leftOf((path) => read.has(JSON.stringify(path)), [], value);
  return { root: at([], value), unread: () => unread().map(pathText) };
};

import { type Document, isCollection, isMap, isPair, isScalar, type Node, type Pair } from 'yaml';

/** Where something stands in a text, in UTF-16 code units from its start. */
export interface Place {
  /** Where its node begins. */
  readonly at: number;
  /** What to mark of it: never more than one line. */
  readonly from: number;
  readonly to: number;
}

type Keys = readonly (string | number)[];

/** `waves[0].servers` as the keys that lead there. */
export const keysOf = (path: string): Keys =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );

/** The pair of a name, or the entry of a number. */
const memberOf = (node: unknown, key: string | number): Pair | Node | undefined => {
  if (!isCollection(node)) return undefined;
  const items: readonly unknown[] = node.items;
  const found = isMap(node)
    ? items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key))
    : items[Number(key)];
  return found as Pair | Node | undefined;
};

const startOf = (node: Node): number => node.range?.[0] ?? 0;
const endOf = (node: Node): number => node.range?.[1] ?? startOf(node);

/** The first line of a part of the text, without the space at its end. */
const firstLine = (text: string, from: number, to: number): number => {
  const line = text.slice(from, to).split('\n', 1)[0] ?? '';
  return from + line.trimEnd().length;
};

const placeOfPair = (text: string, { key, value }: Pair): Place => {
  const [name, held] = [key as Node, value as Node | null];
  const from = startOf(name);
  // A name without a value has a null that stands nowhere.
  if (held === null || endOf(held) <= endOf(name)) return { at: from, from, to: endOf(name) };
  if (!isScalar(held)) return { at: startOf(held), from, to: endOf(name) };
  return { at: startOf(held), from, to: firstLine(text, from, endOf(held)) };
};

const placeOfNode = (text: string, node: Node): Place => {
  const from = startOf(node);
  return { at: from, from, to: firstLine(text, from, endOf(node)) };
};

/** The place of what a path leads to, or of the nearest around it that is there; undefined in an empty document. */
export const placeOf = (document: Document.Parsed, text: string, path: string): Place | undefined => {
  const root = document.contents;
  if (root === null) return undefined;
  let [node, place]: [unknown, Place] = [root, placeOfNode(text, root)];
  for (const key of keysOf(path)) {
    const member = memberOf(node, key);
    if (member === undefined) break;
    place = isPair(member) ? placeOfPair(text, member) : placeOfNode(text, member);
    node = isPair(member) ? member.value : member;
  }
  return place;
};

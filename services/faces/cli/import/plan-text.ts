import { Document, isMap, isSeq, type Node, Scalar } from 'yaml';
import { visible } from '../../../../contracts/visible-text.ts';
import type { ImportedPlan } from './assemble.ts';

const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );

/** The part of the document that carries a comment about a place: an item, or the name of a member. */
const carrierOf = (document: Document, path: string): Node | undefined => {
  const keys = keysOf(path);
  const last = keys.at(-1);
  const parent: unknown = keys.length > 1 ? document.getIn(keys.slice(0, -1), true) : document.contents;
  if (isSeq(parent) && typeof last === 'number') return parent.items[last] as Node;
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => key instanceof Scalar && key.value === last);
  return pair?.key instanceof Scalar ? pair.key : undefined;
};

const commentOf = (from: string, name: string | undefined): string =>
  visible(` from ${from === '' ? 'the file' : from}${name === undefined ? '' : `, ${JSON.stringify(name)}`}`);

/** Servers that stand where their list says need no line each. */
const isSaid = (origins: ReadonlyMap<string, string>, path: string, from: string): boolean => {
  const [, list] = /^(.*\.servers)\[\d+\]$/.exec(path) ?? [];
  return list !== undefined && from.startsWith(origins.get(list) ?? '\0');
};

/** A plan as YAML, with a comment at each part that says where it came from. */
export const planText = ({ plan, origins, names }: ImportedPlan, title: string, file: string): string => {
  const document = new Document(plan, { aliasDuplicateObjects: false });
  for (const [path, from] of origins) {
    if (path === '' || isSaid(origins, path, from)) continue;
    const carrier = carrierOf(document, path);
    if (carrier !== undefined) carrier.commentBefore = commentOf(from, names.get(path));
  }
  document.commentBefore = visible(
    ` Imported from ${file}, ${title}: ${commentOf(origins.get('') ?? '', names.get('')).trim()}`,
  );
  return document.toString({ lineWidth: 110 });
};

import {
  type Document,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { waveNode, wavesNode } from './plan-document.ts';

/** Changes of a text that leave all that they are not about as it was written, letter by letter. */
export interface Written {
  readonly text: string;
  readonly document: Document.Parsed;
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;
const endOf = (node: Node): number => node.range?.[1] ?? 0;
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};
/** As many spaces as stand, or could stand, before this place of its line. */
const indentAt = (text: string, at: number): string => ' '.repeat(at - lineStart(text, at));
const spliced = (text: string, from: number, to: number, insert: string): string =>
  text.slice(0, from) + insert + text.slice(to);

/** JSON quotes every name, and YAML those that would be read as something else. */
const nameIn = ({ text }: Written, name: string): string =>
  text.trimStart().startsWith('{') ? JSON.stringify(name) : stringify(name).trim();

/** Between entries of a list in brackets: as it stands between those that are there. */
const commaBefore = (text: string, list: Node, entry: Node): string =>
  text.slice(startOf(list), startOf(entry)).includes('\n') ? `,\n${indentAt(text, startOf(entry))}` : ', ';

const pairOf = (map: YAMLMap, name: string): Pair<Node, Node | null> | undefined =>
  map.items.find(({ key }) => isScalar(key) && key.value === name) as Pair<Node, Node | null> | undefined;

const addedToList = (written: Written, list: YAMLSeq, entry: string): string | undefined => {
  const { text } = written;
  const [first, last] = [list.items[0], list.items.at(-1)] as [Node | undefined, Node | undefined];
  if (first === undefined || last === undefined)
    return list.flow === true ? spliced(text, startOf(list) + 1, startOf(list) + 1, entry) : undefined;
  if (list.flow === true) {
    const at = endOf(last);
    return spliced(text, at, at, commaBefore(text, list, first) + entry);
  }
  const at = lineEnd(text, endOf(last) - (text[endOf(last) - 1] === '\n' ? 1 : 0));
  return spliced(text, at, at, `\n${indentAt(text, startOf(list))}- ${entry}`);
};

/** Adds a name to those that a wave depends on; undefined where that takes more than a splice. */
export const spliceConnection = (written: Written, index: number, name: string): string | undefined => {
  const { text, document } = written;
  const wave = waveNode(document, index);
  const known = wave === undefined ? undefined : pairOf(wave, 'dependsOn');
  const entry = nameIn(written, name);
  if (known !== undefined) return isSeq(known.value) ? addedToList(written, known.value, entry) : undefined;
  const title = wave === undefined ? undefined : pairOf(wave, 'waveId');
  const first = wave?.items[0]?.key as Node | undefined;
  if (wave === undefined || first === undefined || !isScalar(title?.value)) return undefined;
  if (wave.flow === true) {
    const at = endOf(title.value);
    return spliced(
      text,
      at,
      at,
      `${commaBefore(text, wave, first)}${nameIn(written, 'dependsOn')}: [${entry}]`,
    );
  }
  const at = lineEnd(text, endOf(title.value));
  return spliced(text, at, at, `\n${indentAt(text, startOf(first))}dependsOn: [${entry}]`);
};

/** Takes an entry out of a list or an object in brackets, with one of its commas. */
const takenFromFlow = (
  text: string,
  entries: readonly Node[],
  ends: readonly number[],
  at: number,
): string => {
  const [entry, next] = [entries[at], entries[at + 1]];
  if (entry === undefined) return text;
  if (next !== undefined) return spliced(text, startOf(entry), startOf(next), '');
  return spliced(text, ends[at - 1] ?? startOf(entry), ends[at] ?? startOf(entry), '');
};

/** Takes whole lines out. */
const takenLines = (text: string, from: number, to: number): string =>
  spliced(text, lineStart(text, from), Math.min(text.length, lineEnd(text, to) + 1), '');

const isFirstOnLine = (text: string, at: number): boolean =>
  text.slice(lineStart(text, at), at).trim() === '';

/** The end of what a node says, without the line break behind it. */
const saidUntil = (text: string, node: Node): number =>
  startOf(node) + text.slice(startOf(node), endOf(node)).trimEnd().length;

/** Takes a name from those that a wave depends on, and the whole field with the last of them. */
export const spliceDisconnection = (written: Written, index: number, name: string): string | undefined => {
  const { text, document } = written;
  const wave = waveNode(document, index);
  const known = wave === undefined ? undefined : pairOf(wave, 'dependsOn');
  if (wave === undefined || known === undefined || !isSeq(known.value)) return undefined;
  const entries = known.value.items as readonly Node[];
  const at = entries.findIndex((entry) => isScalar(entry) && entry.value === name);
  const entry = entries[at];
  if (entry === undefined) return undefined;
  if (entries.length > 1) {
    if (known.value.flow === true) return takenFromFlow(text, entries, entries.map(endOf), at);
    const dash = text.lastIndexOf('-', startOf(entry) - 1);
    return isFirstOnLine(text, dash) ? takenLines(text, dash, saidUntil(text, entry)) : undefined;
  }
  if (wave.flow === true) {
    const pairs = wave.items as readonly Pair<Node, Node | null>[];
    const keys = pairs.map(({ key }) => key);
    const ends = pairs.map(({ key, value }) => endOf(value ?? key));
    return takenFromFlow(text, keys, ends, pairs.indexOf(known));
  }
  return isFirstOnLine(text, startOf(known.key))
    ? takenLines(text, startOf(known.key), saidUntil(text, known.value))
    : undefined;
};

/** Comments behind a wave that are indented like its fields belong to it. */
const withOwnComments = (text: string, at: number, column: number): number => {
  let end = lineEnd(text, at);
  for (;;) {
    const next = text.slice(end + 1, lineEnd(text, end + 1));
    const isOwn = /^\s*#/.test(next) && next.search(/\S/) > column;
    if (!isOwn || end >= text.length) return end;
    end = lineEnd(text, end + 1);
  }
};

/** Adds a wave behind the others. */
export const spliceWave = (
  written: Written,
  waveId: string,
  dependsOn: readonly string[],
): string | undefined => {
  const { text, document } = written;
  const waves = wavesNode(document);
  const [first, last] = [waves?.items[0], waves?.items.at(-1)] as [Node | undefined, Node | undefined];
  if (waves === undefined || first === undefined || last === undefined) return undefined;
  const names = dependsOn.map((name) => nameIn(written, name)).join(', ');
  if (waves.flow === true) {
    const field = (name: string, value: string): string => `${nameIn(written, name)}: ${value}`;
    const fields = [
      field('waveId', nameIn(written, waveId)),
      ...(dependsOn.length > 0 ? [field('dependsOn', `[${names}]`)] : []),
      field('servers', `{ ${field('tags', '{}')}, ${field('minimum', '1')} }`),
    ];
    const at = endOf(last);
    return spliced(text, at, at, `${commaBefore(text, waves, first)}{ ${fields.join(', ')} }`);
  }
  const indent = indentAt(text, startOf(waves));
  const at = withOwnComments(text, saidUntil(text, last), indent.length);
  const lines = [
    `- waveId: ${nameIn(written, waveId)}`,
    ...(dependsOn.length > 0 ? [`  dependsOn: [${names}]`] : []),
    '  servers: { tags: {}, minimum: 1 }',
  ];
  return spliced(text, at, at, lines.map((line) => `\n${indent}${line}`).join(''));
};

/** Takes a wave out, with the lines between it and the next. */
export const spliceWithoutWave = ({ text, document }: Written, index: number): string | undefined => {
  const waves = wavesNode(document);
  const entries = (waves?.items ?? []) as readonly Node[];
  const [entry, next] = [entries[index], entries[index + 1]];
  if (waves === undefined || entry === undefined) return undefined;
  if (waves.flow === true) return takenFromFlow(text, entries, entries.map(endOf), index);
  const dash = text.lastIndexOf('-', startOf(entry) - 1);
  if (!isFirstOnLine(text, dash)) return undefined;
  if (next === undefined) return takenLines(text, dash, saidUntil(text, entry));
  // What is said above the next wave is said of that one.
  const end = withOwnComments(text, saidUntil(text, entry), dash - lineStart(text, dash));
  return takenLines(text, dash, end);
};

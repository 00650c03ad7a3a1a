import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';

/** Where a cursor stands in the structure of a text. */
export interface CursorPlace {
  /** `field`: where the name of a field stands or would stand. `value`: where a value does. */
  readonly of: 'field' | 'value';
  /** To the object of the field, or to the value. */
  readonly path: readonly (string | number)[];
  /** The names of the object's other fields. */
  readonly taken: readonly string[];
  /** The document around it. */
  readonly around: unknown;
}

/** What is being written, and how. */
export interface Word {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly quote: string;
}

const isWordPart = (character: string | undefined): boolean =>
  character !== undefined && /[^\s,[\]{}:'"#]/.test(character);

const quoteBefore = (text: string, at: number): string => {
  const character = text[at - 1] ?? '';
  return character === '"' || character === "'" ? character : '';
};

/** The word around an offset; undefined in a comment, and on a dash that is none yet. */
export const wordAt = (text: string, offset: number): Word | undefined => {
  let [from, to] = [offset, offset];
  while (isWordPart(text[from - 1])) from--;
  while (isWordPart(text[to])) to++;
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  const written = text.slice(from, to);
  if (/(^|\s)#/.test(line.replace(/"[^"]*"|'[^']*'/g, '')) || /^-+$/.test(written)) return undefined;
  return { from, to, text: written, quote: quoteBefore(text, from) };
};

/** Stands for the word: no plan has it. */
const mark = 'zzCursorStandsHere';

type Step = Document | Node | Pair;

const stepsOf = (ancestors: readonly Step[], node: Node): readonly (string | number)[] =>
  [...ancestors, node].flatMap((step, at, all): readonly (string | number)[] => {
    const parent = all[at - 1];
    if (isSeq(parent)) return [parent.items.indexOf(step)];
    if (isPair(parent) && isScalar(parent.key) && parent.value === step) return [String(parent.key.value)];
    return [];
  });

const namesOf = (map: unknown): readonly string[] =>
  isMap(map)
    ? map.items.flatMap(({ key }) => (isScalar(key) && key.value !== mark ? [String(key.value)] : []))
    : [];

const valueOf = (document: Document): unknown => {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
};

const placeIn = (text: string): CursorPlace | undefined => {
  const document = parseDocument(text, { prettyErrors: false });
  let found: CursorPlace | undefined;
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (node.value !== mark) return undefined;
      const path = stepsOf(ancestors, node);
      const around = valueOf(document);
      found =
        key === 'key'
          ? { of: 'field', path, taken: namesOf(ancestors.at(-2)), around }
          : { of: 'value', path, taken: [], around };
      return visit.BREAK;
    },
  });
  return found;
};

/**
 * Where a word stands, if it can be told: the text is read with a mark in place of the word, once as it is and once
 * as the name of a field, since a field without its colon is none yet.
 */
export const placesOf = (text: string, word: Word): readonly CursorPlace[] => {
  const { from, to, quote } = word;
  const [before, after] = [text.slice(0, from), text.slice(to)];
  const closing = quote !== '' && !after.startsWith(quote) ? quote : '';
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const asField = /^\s*(?:- +)*$/.test(line) && !/^\s*:/.test(after);
  const read = [
    placeIn(`${before}${mark}${closing}${after}`),
    ...(asField ? [placeIn(`${before}${mark}: ${after}`)] : []),
  ];
  return read.filter((place) => place !== undefined);
};

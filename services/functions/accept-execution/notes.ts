import { hashOf } from '../../core/kernel/canonical.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

/** An answer, or one piece of a long one, and when it was given (epoch ms). */
export interface Note {
  readonly key: string;
  readonly at: number;
  readonly answer: { readonly value?: unknown };
  /** `whole`: the hash of the long answer. */
  readonly piece?: { readonly nth: number; readonly of: number; readonly whole: string };
}

interface Page {
  readonly notes: readonly Note[];
}

/** Far below what an item may hold, and small enough that a page more costs little. */
const pageBytesMax = 36_000;
/** Pages are read so many at a time, until one is missing; the first alone, since mostly there is none. */
const readAtOnce = 8;

const keyOf = (round: string, page: number) => ({ kind: 'check' as const, id: `${round}/${page}` });

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** In parts that a page holds each; one that is larger alone stays as it is. */
const inParts = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
  const parts: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > left) {
      parts.push([]);
      left = pageBytesMax;
    }
    parts.at(-1)?.push(item);
    left -= bytes;
  }
  return parts;
};

/** The list of all source servers of an account may be longer than a page. */
const pieces = (note: Note): readonly Note[] => {
  const { value } = note.answer;
  if (!Array.isArray(value) || bytesOf(value) <= pageBytesMax) return [note];
  const parts = inParts(value as readonly unknown[]);
  const whole = hashOf(value);
  return parts.map((part, nth) => ({
    ...note,
    answer: { value: part },
    piece: { nth, of: parts.length, whole },
  }));
};

/** What the pages say, the newest answer of each key; a long one of which a piece is missing counts for nothing. */
const joined = (notes: readonly Note[]): ReadonlyMap<string, Note> => {
  const whole = new Map<string, Note>();
  const add = (note: Note): void => {
    const known = whole.get(note.key);
    if (known === undefined || known.at <= note.at) whole.set(note.key, note);
  };
  // By their number: a page whose write had no answer may stand there twice.
  const partial = new Map<string, Map<number, Note>>();
  for (const note of notes) {
    const { piece, ...rest } = note;
    if (piece === undefined) {
      add(rest);
      continue;
    }
    const name = `${note.key}@${note.at}/${piece.whole}`;
    const found = (partial.get(name) ?? new Map<number, Note>()).set(piece.nth, note);
    partial.set(name, found);
    if (found.size < piece.of) continue;
    const inOrder = [...found].sort(([a], [b]) => a - b).map(([, each]) => each);
    add({ ...rest, answer: { value: inOrder.flatMap(({ answer }) => answer.value as readonly unknown[]) } });
  }
  return whole;
};

const readPages = async (store: RecordStore, round: string): Promise<readonly Page[]> => {
  const pages: Page[] = [];
  for (;;) {
    const from = pages.length;
    const length = from === 0 ? 1 : readAtOnce;
    const read = await Promise.all(
      Array.from({ length }, (_, index) => store.read<Page>(keyOf(round, from + index))),
    );
    const end = read.findIndex((page) => page === undefined);
    pages.push(...read.slice(0, end < 0 ? length : end).flatMap((page) => page?.body ?? []));
    if (end >= 0) return pages;
  }
};

/**
 * The answers that a round of checks has got so far, in pages of their own: whoever goes on with it need not ask
 * for them again. Pages are only added, so that two who go on at once lose nothing of each other.
 */
export const openNotes = async (store: RecordStore, round: string) => {
  const pages = await readPages(store, round);
  const known = joined(pages.flatMap(({ notes }) => notes));
  let next = pages.length;
  return {
    known,
    async add(notes: readonly Note[]): Promise<void> {
      for (const part of inParts(notes.flatMap(pieces))) {
        const page: Page = { notes: part };
        while ((await store.write(keyOf(round, next++), page, 0)) === 'conflict');
      }
    },
  };
};

/** Throws the pages of a round away. */
export const forgetNotes = async (store: RecordStore, round: string): Promise<void> => {
  const pages = await readPages(store, round);
  await Promise.all(
    pages.map(async (_, index) => {
      const stored = await store.read(keyOf(round, index));
      if (stored !== undefined) await store.remove(keyOf(round, index), stored.revision);
    }),
  );
};

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** An append-only file of JSON lines: what was appended outlives `kill -9` at any instant. */
export interface Journal<R> {
  /** What stood in the file when it was opened. */
  readonly records: readonly R[];
  append(record: R): void;
  /** Replaces the whole file at once with these records, which stand for all that was appended before. */
  compact(records: readonly R[]): void;
  close(): void;
}

const memoryJournal = <R>(): Journal<R> => ({
  records: [],
  append: () => undefined,
  compact: () => undefined,
  close: () => undefined,
});

const lines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** A kill in the middle of a write leaves a last line without its end, which was never acknowledged to anybody. */
const readWhole = <R>(file: string): readonly R[] => {
  if (!existsSync(file)) return [];
  const content = readFileSync(file);
  const end = content.lastIndexOf(0x0a) + 1;
  if (end < content.length) truncateSync(file, end);
  const text = content.subarray(0, end).toString('utf8');
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as R);
};

/** Opens the journal in `file`, or one that lives in memory only when no file is given. */
export const openJournal = <R>(file: string | undefined): Journal<R> => {
  if (file === undefined) return memoryJournal();
  mkdirSync(dirname(file), { recursive: true });
  const records = readWhole<R>(file);
  let handle = openSync(file, 'a');
  return {
    records,
    append: (record) => void writeSync(handle, `${JSON.stringify(record)}\n`),
    compact(kept) {
      const fresh = `${file}.new`;
      const target = openSync(fresh, 'w');
      writeSync(target, lines(kept));
      closeSync(target);
      closeSync(handle);
      renameSync(fresh, file);
      handle = openSync(file, 'a');
    },
    close: () => closeSync(handle),
  };
};

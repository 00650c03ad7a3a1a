import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** An append-only file of JSON lines: what was appended outlives `kill -9` at any instant. */
export interface Journal<R> {
  /** What stood in the file when it was opened. */
  readonly records: readonly R[];
  /** Throws if the record cannot be written as a whole; the file is then as it was. */
  append(record: R): void;
  /**
   * Replaces the whole file at once with these records, which stand for all that was appended before. Throws
   * if they cannot be written; the file is then as it was, and goes on taking records.
   */
  compact(records: readonly R[]): void;
  close(): void;
}

/** A line that was written as a whole and is no record any more; what it said is lost, so nothing is guessed. */
export class DamagedJournalError extends Error {
  constructor(file: string, line: number, reason: string) {
    super(
      `${file}:${line} is damaged: ${reason}. Nothing was changed. Restore the file from a copy, or start with another state folder.`,
    );
    this.name = 'DamagedJournalError';
  }
}

const memoryJournal = <R>(): Journal<R> => ({
  records: [],
  append: () => undefined,
  compact: () => undefined,
  close: () => undefined,
});

const lines = (records: readonly unknown[]): Buffer =>
  Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

/** Writes what it can from an offset on, and says how many bytes that were; `writeSync` of Node. */
export type Write = (handle: number, bytes: Buffer, at: number) => number;

/** A full disk takes the beginning of a write and says how much. */
const writeWhole = (handle: number, bytes: Buffer, write: Write): void => {
  for (let at = 0; at < bytes.length;) at += write(handle, bytes, at);
};

const newline = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const readLine = <R>(bytes: Uint8Array): R | undefined => {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null ? (value as R) : undefined;
  } catch {
    return undefined;
  }
};

const reasonOf = (bytes: Uint8Array): string =>
  bytes.includes(0) ? 'it holds NUL bytes' : 'it is no JSON record in UTF-8';

const readRecords = <R>(file: string, content: Buffer): readonly R[] => {
  const records: R[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(newline, start);
    const bytes = content.subarray(start, end);
    const record = readLine<R>(bytes);
    if (record === undefined) throw new DamagedJournalError(file, records.length + 1, reasonOf(bytes));
    records.push(record);
    start = end + 1;
  }
  return records;
};

/** A kill in the middle of a write leaves a last line without its end, which was never acknowledged to anybody. */
const readWhole = <R>(file: string, onRepair: (text: string) => void): readonly R[] => {
  if (!existsSync(file)) return [];
  const content = readFileSync(file);
  const end = content.lastIndexOf(newline) + 1;
  const records = readRecords<R>(file, content.subarray(0, end));
  if (end < content.length) {
    truncateSync(file, end);
    onRepair(
      `${file}:${records.length + 1} was cut off while it was written; its ${content.length - end} bytes were removed.`,
    );
  }
  return records;
};

/** Makes a rename outlive a power cut. Windows has no such thing and needs none. */
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Writes a file that is on the disk when this returns; what cannot be written as a whole is removed again. */
const writeSynced = (file: string, bytes: Buffer, write: Write): void => {
  const handle = openSync(file, 'w');
  try {
    writeWhole(handle, bytes, write);
    fsyncSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
};

/**
 * Opens the journal in `file`, or one that lives in memory only when no file is given. `onRepair` is called with
 * a torn last line; any other damage is a DamagedJournalError.
 */
export const openJournal = <R>(
  file: string | undefined,
  onRepair: (text: string) => void = () => undefined,
  write: Write = writeSync,
): Journal<R> => {
  if (file === undefined) return memoryJournal();
  mkdirSync(dirname(file), { recursive: true });
  const records = readWhole<R>(file, onRepair);
  let handle = openSync(file, 'a');
  let size = fstatSync(handle).size;
  return {
    records,
    append(record) {
      const bytes = lines([record]);
      try {
        writeWhole(handle, bytes, write);
      } catch (error) {
        ftruncateSync(handle, size);
        throw error;
      }
      size += bytes.length;
    },
    compact(kept) {
      const fresh = `${file}.new`;
      const bytes = lines(kept);
      writeSynced(fresh, bytes, write);
      // Windows renames over no file that is open.
      closeSync(handle);
      try {
        renameSync(fresh, file);
      } finally {
        handle = openSync(file, 'a');
        size = fstatSync(handle).size;
      }
      syncFolder(dirname(file));
    },
    close: () => closeSync(handle),
  };
};

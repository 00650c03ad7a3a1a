import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Journal, openJournal, type Write } from '../journal.ts';

/** The journals of a runtime: files in one folder, or memory. */
export interface Journals {
  open<R>(name: string): Journal<R>;
  /** The folders in which journals lie. */
  folders(): readonly string[];
  close(): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Compaction only saves space: where there is none left for it, the longer file says the same. */
const withOptionalCompaction = <R>(
  journal: Journal<R>,
  file: string,
  onNote: (text: string) => void,
): Journal<R> => ({
  ...journal,
  compact(records) {
    try {
      journal.compact(records);
    } catch (error) {
      onNote(`${file} could not be compacted and stays as it was: ${reasonOf(error)}`);
    }
  },
});

/** `onNote` is told what was repaired, and what could not be done and does no harm. */
export const createJournals = (
  folder: string | undefined,
  onNote: (text: string) => void,
  write?: Write,
): Journals => {
  const opened: Pick<Journal<unknown>, 'close'>[] = [];
  return {
    open<R>(name: string) {
      const file = folder === undefined ? undefined : join(folder, `${name}.jsonl`);
      const journal = openJournal<R>(file, onNote, write);
      opened.push(journal);
      return file === undefined ? journal : withOptionalCompaction(journal, file, onNote);
    },
    folders: () =>
      folder === undefined || !existsSync(folder)
        ? []
        : readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
            each.isDirectory() ? [each.name] : [],
          ),
    close: () => opened.forEach((journal) => journal.close()),
  };
};

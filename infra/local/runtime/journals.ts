import { join } from 'node:path';
import { type Journal, openJournal } from '../journal.ts';

/** The journals of a runtime: files in one folder, or memory. */
export interface Journals {
  open<R>(name: string): Journal<R>;
  close(): void;
}

export const createJournals = (folder: string | undefined): Journals => {
  const opened: Pick<Journal<unknown>, 'close'>[] = [];
  return {
    open<R>(name: string) {
      const journal = openJournal<R>(folder === undefined ? undefined : join(folder, `${name}.jsonl`));
      opened.push(journal);
      return journal;
    },
    close: () => opened.forEach((journal) => journal.close()),
  };
};

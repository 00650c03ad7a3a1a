import type { Fault } from '../../../../contracts/execution-events.ts';

/** What became of a part of the foreign file that is not simply the same thing here. */
export type NoteKind = 'changed' | 'no counterpart' | 'to decide';

export interface Note {
  readonly kind: NoteKind;
  /** Where it stands in the foreign file, `waves[0].name`; the whole file is the empty path. */
  readonly from: string;
  readonly text: string;
}

/**
 * Everything that an import has to say, gathered while it reads: a part that cannot be mapped safely is a fault,
 * and all faults come at once, so nothing is thrown.
 */
export interface Ledger {
  readonly notes: readonly Note[];
  readonly faults: readonly Fault[];
  readonly changed: (from: string, text: string) => void;
  /** Of what Groundswell has no word for, or does not do. */
  readonly lacks: (from: string, text: string) => void;
  /** What a person has to look at, because the file does not say it. */
  readonly decide: (from: string, text: string) => void;
  readonly fault: (path: string, message: string, expected?: string) => void;
}

export const createLedger = (): Ledger => {
  const notes: Note[] = [];
  const faults: Fault[] = [];
  const note = (kind: NoteKind) => (from: string, text: string) => void notes.push({ kind, from, text });
  return {
    notes,
    faults,
    changed: note('changed'),
    lacks: note('no counterpart'),
    decide: note('to decide'),
    fault: (path, message, expected) =>
      void faults.push({ path, message, ...(expected !== undefined && { expected }) }),
  };
};

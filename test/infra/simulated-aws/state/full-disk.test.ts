import { mkdtempSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal, type Write } from '../../../../infra/simulated-aws/journal.ts';
import { createJournals } from '../../../../infra/simulated-aws/state/journals.ts';

/** Bytes that are left on the disk. */
const disk = { free: Number.POSITIVE_INFINITY };

/** A full disk takes as much of a write as it has room for, and refuses only the next one. */
const write: Write = (handle, data, at) => {
  const bytes = data.subarray(at, at + disk.free);
  if (bytes.length === 0)
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  disk.free -= bytes.length;
  return writeSync(handle, bytes);
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  file = join(folder, 'entries.jsonl');
  disk.free = Number.POSITIVE_INFINITY;
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Entry {
  readonly id: number;
}
const entries: readonly Entry[] = Array.from({ length: 20 }, (_, id) => ({ id }));
const filled = () => {
  const journal = openJournal<Entry>(file, undefined, write);
  for (const entry of entries) journal.append(entry);
  return journal;
};

it('a journal that cannot be compacted keeps its file, says so, and goes on', () => {
  const journal = filled();
  disk.free = 50;
  expect(() => journal.compact(entries)).toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual(['entries.jsonl']);
  disk.free = Number.POSITIVE_INFINITY;
  journal.append({ id: 20 });
  journal.close();
  expect(openJournal<Entry>(file).records).toEqual([...entries, { id: 20 }]);
});

it('a record that does not fit is refused as a whole, so that the next one stands on a line of its own', () => {
  const journal = filled();
  const before = readFileSync(file, 'utf8');
  disk.free = 5;
  expect(() => journal.append({ id: 20 })).toThrow('ENOSPC');
  expect(readFileSync(file, 'utf8')).toBe(before);
  disk.free = Number.POSITIVE_INFINITY;
  journal.append({ id: 21 });
  journal.close();
  expect(openJournal<Entry>(file).records).toEqual([...entries, { id: 21 }]);
});

it('a runtime whose journal cannot be compacted runs on, and says so', () => {
  filled().close();
  const notes: string[] = [];
  const journal = createJournals(folder, (text) => notes.push(text), write).open<Entry>('entries');
  disk.free = 50;
  journal.compact(entries);
  expect(notes).toEqual([
    `${file} could not be compacted and stays as it was: ENOSPC: no space left on device`,
  ]);
  journal.close();
});

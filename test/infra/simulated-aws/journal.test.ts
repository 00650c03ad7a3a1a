import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DamagedJournalError, openJournal } from '../../../infra/simulated-aws/journal.ts';

interface Entry {
  readonly id: number;
  readonly text?: string;
}

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'deep', 'entries.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const reopen = (): readonly Entry[] => {
  const journal = openJournal<Entry>(file);
  journal.close();
  return journal.records;
};

describe('journal', () => {
  it('is empty, and makes its folder, when it is opened for the first time', () => {
    expect(reopen()).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it('gives back at the next opening what was appended, in order', () => {
    const journal = openJournal<Entry>(file);
    journal.append({ id: 1, text: 'first' });
    journal.append({ id: 2, text: 'a line\nbreak and a snowman ☃' });
    journal.close();
    expect(reopen()).toEqual([
      { id: 1, text: 'first' },
      { id: 2, text: 'a line\nbreak and a snowman ☃' },
    ]);
  });

  it('reports what stood in the file at opening, not what was appended since', () => {
    const journal = openJournal<Entry>(file);
    journal.append({ id: 1 });
    expect(journal.records).toEqual([]);
    journal.close();
  });

  it('has written a record when append returns', () => {
    const journal = openJournal<Entry>(file);
    journal.append({ id: 1 });
    expect(readFileSync(file, 'utf8')).toBe('{"id":1}\n');
    journal.close();
  });

  it('keeps every acknowledged record of a process that is killed', () => {
    const module = new URL('../../../infra/simulated-aws/journal.ts', import.meta.url).href;
    const script = `
      import { DamagedJournalError, openJournal } from ${JSON.stringify(module)};
      const journal = openJournal(${JSON.stringify(file)});
      for (let id = 1; id <= 100; id++) journal.append({ id });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    expect(child.signal).toBe('SIGKILL');
    expect(reopen().map((entry) => entry.id)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('drops a last line that was torn and writes the next record on a line of its own', () => {
    const journal = openJournal<Entry>(file);
    journal.append({ id: 1 });
    journal.close();
    const halfASnowman = Buffer.from('{"id":2,"text":"☃').subarray(0, -1);
    appendFileSync(file, halfASnowman);
    const resumed = openJournal<Entry>(file);
    expect(resumed.records).toEqual([{ id: 1 }]);
    resumed.append({ id: 3 });
    resumed.close();
    expect(reopen()).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it('drops a torn line that is the only one', () => {
    reopen();
    appendFileSync(file, '{"id":');
    expect(reopen()).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it.each<readonly [string, string | Buffer, number]>([
    ['no JSON', '{"id":\n{"id":2}\n', 1],
    ['no JSON in its last line', '{"id":1}\n{"id"\n', 2],
    ['NUL bytes', Buffer.concat([Buffer.from('{"id":1}\n'), Buffer.alloc(512), Buffer.from('\n')]), 2],
    ['an empty line', '{"id":1}\n\n{"id":2}\n', 2],
    ['a number', '7\n', 1],
    ['no UTF-8', Buffer.from('{"id":1,"text":"M\u00fcller"}\n', 'latin1'), 1],
  ])(
    'refuses a file in which %s was written as a whole, with its line, and leaves it alone',
    (_what, content, line) => {
      reopen();
      appendFileSync(file, content);
      const before = readFileSync(file);
      expect(() => openJournal<Entry>(file)).toThrow(DamagedJournalError);
      expect(() => openJournal<Entry>(file)).toThrow(`${file}:${line} is damaged`);
      expect(readFileSync(file)).toEqual(before);
    },
  );

  it('says of a torn last line that it was removed, whatever it holds', () => {
    reopen();
    appendFileSync(file, Buffer.concat([Buffer.from('{"id":1}\n'), Buffer.alloc(512)]));
    const told: string[] = [];
    const journal = openJournal<Entry>(file, (text) => told.push(text));
    journal.close();
    expect(journal.records).toEqual([{ id: 1 }]);
    expect(told).toEqual([`${file}:2 was cut off while it was written; its 512 bytes were removed.`]);
  });

  it('holds only the kept records after compaction, and appends behind them', () => {
    const journal = openJournal<Entry>(file);
    for (const id of [1, 2, 3]) journal.append({ id });
    journal.compact([{ id: 2 }, { id: 3 }]);
    journal.append({ id: 4 });
    journal.close();
    expect(reopen()).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }]);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('is not disturbed by what a killed compaction left behind', () => {
    const journal = openJournal<Entry>(file);
    journal.append({ id: 1 });
    appendFileSync(`${file}.new`, '{"id":9}\n{"id"');
    journal.close();
    expect(reopen()).toEqual([{ id: 1 }]);
    const resumed = openJournal<Entry>(file);
    resumed.compact([{ id: 2 }]);
    resumed.close();
    expect(reopen()).toEqual([{ id: 2 }]);
  });

  it('keeps nothing without a file', () => {
    const journal = openJournal<Entry>(undefined);
    journal.append({ id: 1 });
    journal.compact([{ id: 1 }]);
    journal.close();
    expect(openJournal<Entry>(undefined).records).toEqual([]);
  });
});

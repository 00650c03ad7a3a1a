import { describe, expect, it } from 'vitest';
import { changeRecord, untilWritten } from '../../../../services/core/kernel/until-written.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const key = { kind: 'pace' as const, id: 'x' };
const add = (n: number) => ({ body: { n: n + 1 }, answer: `was ${n}` });

/** Somebody else writes in front of the first so many writes. */
const contended = (times: number): { readonly store: RecordStore; readonly writes: () => number } => {
  const store = createMemoryRecordStore();
  let writes = 0;
  return {
    writes: () => writes,
    store: {
      ...store,
      async write(at, body, expected, index) {
        if (writes++ < times) await store.write(at, { n: 10 * writes }, expected);
        return store.write(at, body, expected, index);
      },
    },
  };
};

describe('a round of reading, deciding and writing', () => {
  it('is gone through again while somebody else is faster', async () => {
    const answers = ['conflict', 'conflict', 'done', 'never'] as const;
    let round = 0;
    expect(await untilWritten('it', async () => answers[round++] ?? 'never')).toBe('done');
    expect(round).toBe(3);
  });

  it('is given up after so many, naming what changed', async () => {
    let rounds = 0;
    const endless = untilWritten('the clock', async () => (rounds++, 'conflict' as const), 3);
    await expect(endless).rejects.toThrow('the clock changed 3 times under this handler');
    expect(rounds).toBe(3);
  });
});

describe('the change of a record', () => {
  it('begins with what stands for a record that is not there', async () => {
    const { store } = contended(0);
    expect(await changeRecord(store, key, 'it', { n: 5 }, ({ n }) => add(n))).toBe('was 5');
    expect(await store.read(key)).toEqual({ revision: 1, body: { n: 6 } });
  });

  it('is decided again from what somebody else wrote', async () => {
    const { store } = contended(2);
    expect(await changeRecord(store, key, 'it', { n: 0 }, ({ n }) => add(n))).toBe('was 20');
    expect((await store.read(key))?.body).toEqual({ n: 21 });
  });

  it('that changes nothing writes nothing', async () => {
    const { store, writes } = contended(0);
    expect(await changeRecord(store, key, 'it', { n: 0 }, (body) => ({ body, answer: 'same' }))).toBe('same');
    expect(writes()).toBe(0);
  });

  it('is given up where somebody is always faster', async () => {
    const { store } = contended(Infinity);
    await expect(changeRecord(store, key, 'it', { n: 0 }, ({ n }) => add(n), 4)).rejects.toThrow(
      'it changed 4 times under this handler',
    );
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionIndex, RecordStore } from '../../../../services/core/ports/record-store.ts';

const plan = { kind: 'plan', id: 'billing/1' } as const;

const execution = (n: number, changes: Partial<ExecutionIndex> = {}): ExecutionIndex => ({
  executionId: `exec-${n}`,
  planId: 'billing',
  status: 'RUNNING',
  startedAt: `2026-11-23T10:0${n}:00.000Z`,
  open: true,
  ...changes,
});

const saved = async (store: RecordStore, index: ExecutionIndex, expected = 0) =>
  store.write({ kind: 'stream', id: index.executionId }, { of: index.executionId }, expected, index);

const largeList = Array.from({ length: 300 }, (_, n) => ({ n, text: 'é'.repeat(1_500) }));
const largeMap = Object.fromEntries(largeList.map(({ n, text }) => [`server-${n}`, { n, text }]));

/** What every record store promises. `open` gives an empty one. */
export const recordStoreSuite = (open: () => Promise<RecordStore>): void => {
  let store: RecordStore;
  beforeEach(async () => {
    store = await open();
  });

  describe('a record', () => {
    it('is absent until it is written', async () => {
      expect(await store.read(plan)).toBeUndefined();
    });

    it('comes back as it was written, with its revision', async () => {
      const body = { name: '', list: [1, { deep: null }], none: {}, yes: true, half: 0.5, 'odd key': 'ü' };
      expect(await store.write(plan, body, 0)).toBe('written');
      expect(await store.read(plan)).toMatchObject({ revision: 1, body });
      expect((await store.read(plan))?.body).toEqual(body);
    });

    it('comes back whole however large it is, and however often it changes', async () => {
      const key = { kind: 'stream', id: 'exec-1/w' } as const;
      const body = (note: string) => ({ note, outbox: largeList, state: { results: largeMap, jobs: [] } });
      expect(await store.write(key, body('first'), 0)).toBe('written');
      expect(await store.write(key, body('late'), 0)).toBe('conflict');
      expect(await store.read(key)).toEqual({ revision: 1, body: body('first') });
      expect(await store.write(key, { ...body('second'), outbox: [] }, 1)).toBe('written');
      expect(await store.read(key)).toEqual({ revision: 2, body: { ...body('second'), outbox: [] } });
      expect(await store.list('stream', '')).toEqual(['exec-1/w']);
      expect(await store.remove(key, 2)).toBe('written');
      expect(await store.read(key)).toBeUndefined();
    });

    it('counts its writes', async () => {
      await store.write(plan, { n: 1 }, 0);
      await store.write(plan, { n: 2 }, 1);
      expect(await store.read(plan)).toMatchObject({ revision: 2, body: { n: 2 } });
    });

    it('is not created twice', async () => {
      await store.write(plan, { by: 'first' }, 0);
      expect(await store.write(plan, { by: 'second' }, 0)).toBe('conflict');
      expect(await store.read(plan)).toMatchObject({ revision: 1, body: { by: 'first' } });
    });

    it('is not overwritten by who read an older revision', async () => {
      await store.write(plan, { n: 1 }, 0);
      await store.write(plan, { n: 2 }, 1);
      expect(await store.write(plan, { n: 9 }, 1)).toBe('conflict');
      expect(await store.read(plan)).toMatchObject({ revision: 2, body: { n: 2 } });
    });

    it('is not written by who expects one that is not there', async () => {
      expect(await store.write(plan, { n: 2 }, 1)).toBe('conflict');
      expect(await store.read(plan)).toBeUndefined();
    });

    it('reads as absent what was undefined when it was written', async () => {
      await store.write(plan, { there: 1, gone: undefined }, 0);
      expect((await store.read(plan))?.body).toEqual({ there: 1 });
    });

    it('is another one under another kind', async () => {
      await store.write({ kind: 'plan', id: 'x' }, 'a plan', 0);
      await store.write({ kind: 'lease', id: 'x' }, 'a lease', 0);
      expect((await store.read({ kind: 'plan', id: 'x' }))?.body).toBe('a plan');
    });
  });

  it('lets exactly one of fifty racers win a write', async () => {
    await store.write(plan, { winner: 'nobody' }, 0);
    const race = Array.from({ length: 50 }, async (_, n) => store.write(plan, { winner: n }, 1));
    const results = await Promise.all(race);
    const winners = results.flatMap((result, n) => (result === 'written' ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => result === 'conflict')).toHaveLength(49);
    expect(await store.read(plan)).toMatchObject({ revision: 2, body: { winner: winners[0] } });
  });

  it('lets exactly one of fifty racers create a record', async () => {
    const race = Array.from({ length: 50 }, async (_, n) => store.write(plan, { winner: n }, 0));
    expect((await Promise.all(race)).filter((result) => result === 'written')).toHaveLength(1);
  });

  describe('removal', () => {
    it('takes the record away, and the next one begins at revision 1', async () => {
      await store.write(plan, 'first', 0);
      expect(await store.remove(plan, 1)).toBe('written');
      expect(await store.read(plan)).toBeUndefined();
      expect(await store.write(plan, 'second', 0)).toBe('written');
      expect(await store.read(plan)).toMatchObject({ revision: 1, body: 'second' });
    });

    it('is refused to who read an older revision', async () => {
      await store.write(plan, 'first', 0);
      await store.write(plan, 'second', 1);
      expect(await store.remove(plan, 1)).toBe('conflict');
      expect((await store.read(plan))?.body).toBe('second');
    });

    it('of what is not there is a conflict', async () => {
      expect(await store.remove(plan, 1)).toBe('conflict');
      expect(await store.remove(plan, 0)).toBe('conflict');
    });

    it('takes an execution out of every index', async () => {
      await saved(store, execution(1));
      await store.remove({ kind: 'stream', id: 'exec-1' }, 1);
      expect(await store.openExecutions()).toEqual([]);
      expect(await store.executionsByStatus('RUNNING', 10)).toEqual([]);
    });
  });

  describe('list', () => {
    it('gives the ids of a kind in order', async () => {
      for (const id of ['c', 'a', 'b']) await store.write({ kind: 'capacity', id }, id, 0);
      await store.write({ kind: 'plan', id: 'other' }, 'other', 0);
      expect(await store.list('capacity', '')).toEqual(['a', 'b', 'c']);
    });

    it('gives only ids that start with the prefix', async () => {
      for (const id of ['x/1', 'x/2', 'xy/1', 'w/1']) await store.write({ kind: 'plan', id }, id, 0);
      expect(await store.list('plan', 'x/')).toEqual(['x/1', 'x/2']);
      expect(await store.list('plan', 'z')).toEqual([]);
    });

    it('gives everything, however many pages it takes', async () => {
      const ids = Array.from({ length: 25 }, (_, n) => `record-${String(n).padStart(3, '0')}`);
      await Promise.all(ids.map((id) => store.write({ kind: 'audit', id }, {}, 0)));
      expect(await store.list('audit', '')).toEqual(ids);
    });
  });

  describe('executions', () => {
    it('are found while their books are open, oldest first', async () => {
      await saved(store, execution(2));
      await saved(store, execution(1, { status: 'ENDED' }));
      await saved(store, execution(3, { open: false }));
      expect(await store.openExecutions()).toEqual([execution(1, { status: 'ENDED' }), execution(2)]);
    });

    it('leave the open ones when their books are closed', async () => {
      await saved(store, execution(1));
      await saved(store, execution(1, { open: false }), 1);
      expect(await store.openExecutions()).toEqual([]);
    });

    it('are found by status, newest first, up to a limit', async () => {
      for (const n of [1, 3, 2, 4]) await saved(store, execution(n));
      await saved(store, execution(5, { status: 'ENDED' }));
      expect(await store.executionsByStatus('RUNNING', 3)).toEqual([
        execution(4),
        execution(3),
        execution(2),
      ]);
      expect(await store.executionsByStatus('RUNNING', 10)).toHaveLength(4);
      expect(await store.executionsByStatus('PAUSED', 10)).toEqual([]);
    });

    it('move from one status to the other', async () => {
      await saved(store, execution(1));
      await saved(store, execution(1, { status: 'ENDED', open: false }), 1);
      expect(await store.executionsByStatus('RUNNING', 10)).toEqual([]);
      expect(await store.executionsByStatus('ENDED', 10)).toEqual([
        execution(1, { status: 'ENDED', open: false }),
      ]);
    });

    it('are not found by a record that is written without an index', async () => {
      await saved(store, execution(1));
      await store.write({ kind: 'stream', id: 'exec-1' }, {}, 1);
      expect(await store.openExecutions()).toEqual([]);
      expect(await store.executionsByStatus('RUNNING', 10)).toEqual([]);
    });
  });
};

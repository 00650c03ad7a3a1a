import { beforeEach, describe, expect, it } from 'vitest';
import { divide, join, pagedRecords } from '../../../../services/core/ports/paged-records.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { RecordKey, RecordStore } from '../../../../services/core/ports/record-store.ts';

const key = { kind: 'stream', id: 'exec-1/w' } as const;

const bodyOf = (servers: number, failureLength: number, note = '') => ({
  stream: key.id,
  note,
  outbox: Array.from({ length: 10 }, (_, n) => ({ type: 'DRSJobCompleted', n, text: 'x'.repeat(9_000) })),
  state: {
    attempt: 1,
    results: Object.fromEntries(
      Array.from({ length: servers }, (_, n) => [`s-${n}`, { n, failure: 'ü'.repeat(failureLength) }]),
    ),
    jobs: [{ job: 1, servers: ['s-1'] }],
  },
});

describe('a large record in pages', () => {
  let written: (readonly [RecordKey, number])[];
  let inner: RecordStore;
  let store: RecordStore;
  beforeEach(() => {
    written = [];
    const memory = createMemoryRecordStore();
    inner = {
      ...memory,
      write: (at, body, expected, index) => {
        written.push([at, Buffer.byteLength(JSON.stringify(body))]);
        return memory.write(at, body, expected, index);
      },
    };
    store = pagedRecords(inner);
  });
  const kinds = () => written.map(([{ kind }]) => kind);

  it('costs a record of ordinary size nothing', async () => {
    const small = { ...bodyOf(20, 100), outbox: [] };
    await store.write(key, small, 0);
    expect(kinds()).toEqual(['stream']);
    expect((await inner.read(key))?.body).toBe(small);
  });

  it('keeps each item below half of what DynamoDB takes, and writes the record last', async () => {
    await store.write(key, bodyOf(1_000, 1_000), 0);
    expect(written.length).toBeGreaterThan(20);
    for (const [, bytes] of written) expect(bytes).toBeLessThan(200 * 1_024);
    expect(kinds().indexOf('stream')).toBe(written.length - 1);
  });

  it('writes nothing anew that has not changed', async () => {
    await store.write(key, bodyOf(1_000, 1_000), 0);
    written = [];
    await store.write(key, { ...bodyOf(1_000, 1_000, 'published'), outbox: [] }, 1);
    expect(kinds()).toEqual(['stream']);
    expect((await store.read(key))?.body).toEqual({ ...bodyOf(1_000, 1_000, 'published'), outbox: [] });
  });

  it('is read by whoever has not written it', async () => {
    const body = bodyOf(1_000, 1_000);
    await store.write(key, body, 0);
    expect((await pagedRecords(inner).read(key))?.body).toEqual(body);
  });

  it('shows no reader anything of a write that lost', async () => {
    await store.write(key, bodyOf(1_000, 1_000, 'won'), 0);
    expect(await pagedRecords(inner).write(key, bodyOf(1_000, 999, 'lost'), 0)).toBe('conflict');
    expect((await pagedRecords(inner).read(key))?.body).toEqual(bodyOf(1_000, 1_000, 'won'));
  });

  it('writes no record whose pages could not be written', async () => {
    const failing = pagedRecords({
      ...inner,
      write: async (at, body, expected, index) => {
        if (at.kind === 'page') throw new Error('throttled');
        return inner.write(at, body, expected, index);
      },
    });
    await expect(failing.write(key, bodyOf(1_000, 1_000), 0)).rejects.toThrow('throttled');
    expect(await inner.read(key)).toBeUndefined();
  });

  it('does not hide that a page is gone', async () => {
    await store.write(key, bodyOf(1_000, 1_000), 0);
    const without = pagedRecords({
      ...inner,
      read: async (at) => (at.kind === 'page' ? undefined : inner.read(at)),
    });
    await expect(without.read(key)).rejects.toThrow('of stream#exec-1/w is not stored');
  });

  it('divides a frozen wave by its servers and a plan by its waves', () => {
    const servers = Array.from({ length: 1_000 }, (_, n) => ({ n, name: 'x'.repeat(256) }));
    for (const [kind, body] of [
      ['frozen', { waveId: 'w', servers, before: [] }],
      ['plan', { planId: 'p', version: 1, plan: { planId: 'p', waves: servers } }],
    ] as const) {
      const divided = divide(kind, body);
      expect(JSON.stringify(divided?.head).length).toBeLessThan(2_000);
      expect(join(divided?.head, (name) => divided?.pages.get(name))).toEqual(body);
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { type Note, openNotes } from '../../../../services/functions/accept-execution/notes.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const round = 'exec-1/before';
const named = (count: number, form: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${form}-${index}-${'x'.repeat(400)}`);
const note = (value: unknown, at = 1_000): Note => ({ key: 'servers', at, answer: { value } });

const knownIn = async (store: RecordStore): Promise<unknown> =>
  (await openNotes(store, round)).known.get('servers')?.answer.value;

describe('the notes of a round', () => {
  it('give a long answer back in its order', async () => {
    const store = createMemoryRecordStore();
    const servers = named(300, 'server');
    await (await openNotes(store, round)).add([note(servers)]);
    expect(await knownIn(store)).toEqual(servers);
  });

  it('count no piece twice whose write landed without an answer', async () => {
    const memory = createMemoryRecordStore();
    const told = new Set<string>();
    const store: RecordStore = {
      ...memory,
      async write(key, body, expected, index) {
        const result = await memory.write(key, body, expected, index);
        const isFirst = !told.has(JSON.stringify(body));
        told.add(JSON.stringify(body));
        return isFirst ? 'conflict' : result;
      },
    };
    const servers = named(300, 'server');
    await (await openNotes(store, round)).add([note(servers)]);
    expect(await knownIn(store)).toEqual(servers);
  });

  it('do not join pieces of two answers of the same moment, and take no answer of which a piece is missing', async () => {
    const store = createMemoryRecordStore();
    const [one, other] = [named(100, 'one'), named(100, 'other')];
    const notes = await openNotes(store, round);
    await notes.add([note(one)]);
    await notes.add([note(other)]);
    const lost = await store.read({ kind: 'check', id: `${round}/1` });
    const last = await store.read({ kind: 'check', id: `${round}/3` });
    // The second page of the first answer is gone, and another stands there.
    await store.write({ kind: 'check', id: `${round}/1` }, last?.body, lost?.revision ?? 0);
    expect(await knownIn(store)).toEqual(other);
  });
});

import { describe, expect, it } from 'vitest';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { pagedRecords } from '../../../../services/core/ports/paged-records.ts';
import { freezing } from './deep-freeze.ts';
import { recordStoreSuite } from './record-store.suite.ts';

describe('record store in memory', () => {
  recordStoreSuite(async () => freezing(createMemoryRecordStore()));

  describe('in pages', () => recordStoreSuite(async () => pagedRecords(freezing(createMemoryRecordStore()))));

  it('gives back the very body, so that nothing is copied', async () => {
    const store = createMemoryRecordStore();
    const body = { n: 1 };
    await store.write({ kind: 'plan', id: 'x' }, body, 0);
    expect((await store.read({ kind: 'plan', id: 'x' }))?.body).toBe(body);
  });
});

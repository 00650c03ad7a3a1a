import { beforeEach, describe, expect, it } from 'vitest';
import { proofOverdue } from '../../../../contracts/proof-event.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import type { OverdueProof } from '../../../../services/core/streams/overdue-proofs.ts';
import {
  lapseKey,
  type LapseRecord,
  tellOverdueProofs,
} from '../../../../services/functions/reconcile/tell-overdue.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const begin = Date.parse('2026-05-04T12:00:00Z');

let now = begin;
let store: RecordStore;
let said: unknown[] = [];
const requests = {
  say: async (name: string, data: unknown) => {
    expect(name).toBe('ProofOverdue');
    said.push(proofOverdue.data.parse(data));
    return 'id';
  },
};
const clock = { now: () => now };
const lapsed = (since: number, more: Partial<OverdueProof> = {}): OverdueProof => ({
  ...{ planId: 'shop', planVersion: 1, provenWithinDays: 30 },
  overdueSince: new Date(since).toISOString(),
  ...more,
});
const look = (...overdue: OverdueProof[]) => tellOverdueProofs({ store, requests, clock }, overdue);
const dies = async (): Promise<never> => {
  throw new Error('it died here');
};

beforeEach(() => {
  now = begin;
  store = createMemoryRecordStore();
  said = [];
});

describe('an overdue proof', () => {
  it('is told of once, however often it is looked at, and for however long', async () => {
    const lapse = lapsed(begin - minute);
    for (let days = 0; days < 100; days++, now += day) await look(lapse);
    expect(said).toEqual([lapse]);
  });

  it('is told of again once a new proof has lapsed', async () => {
    const first = lapsed(begin - minute);
    await look(first);
    now = begin + 45 * day;
    const lastProof = {
      executionId: 'exec-0123456789abcdef0123',
      endedAt: new Date(begin + 10 * day).toISOString(),
    };
    const second = lapsed(begin + 40 * day, { lastProof });
    await look(second);
    await look(second);
    expect(said).toEqual([first, second]);
  });

  it('is not told of again where a new version of the plan moves the lapse while it lasts', async () => {
    const first = lapsed(begin - 20 * day);
    await look(first);
    now = begin + minute;
    await look(lapsed(begin - 15 * day, { planVersion: 2, provenWithinDays: 35 }));
    await look(lapsed(begin - 25 * day, { planVersion: 3, provenWithinDays: 25 }));
    expect(said).toEqual([first]);
  });

  it('is told of again where a longer time ends that a new version has given it', async () => {
    await look(lapsed(begin - minute));
    now = begin + 60 * day + minute;
    await look(lapsed(begin + 60 * day, { planVersion: 2, provenWithinDays: 90 }));
    expect(said).toHaveLength(2);
  });

  it('is told of by one of two looks side by side', async () => {
    await Promise.all([look(lapsed(begin - minute)), look(lapsed(begin - minute)), look(lapsed(begin - 1))]);
    expect(said).toHaveLength(1);
    expect((await store.read<LapseRecord>(lapseKey('shop')))?.body.isTold).toBe(true);
  });

  it('that nobody could put on record is told of by the next look', async () => {
    const dying = { ...store, write: dies };
    await expect(tellOverdueProofs({ store: dying, requests, clock }, [lapsed(begin - 1)])).rejects.toThrow();
    expect(said).toEqual([]);
    await look(lapsed(begin - 1));
    expect(said).toHaveLength(1);
  });

  it('whose teller died before the bus had it is told of by a later look, as it was on record', async () => {
    const lapse = lapsed(begin - 1);
    await expect(tellOverdueProofs({ store, requests: { say: dies }, clock }, [lapse])).rejects.toThrow(
      'not every overdue proof could be announced',
    );
    // Whoever put it on record may still be about to say it.
    now = begin + minute;
    await look(lapse);
    expect(said).toEqual([]);
    now = begin + 5 * minute;
    await look({ ...lapse, planVersion: 2 });
    now = begin + 15 * minute;
    await look(lapse);
    expect(said).toEqual([lapse]);
  });

  it('whose teller died after the bus had it is told of once more, with the same data', async () => {
    const lapse = lapsed(begin - 1);
    let writes = 0;
    const dying: RecordStore = {
      ...store,
      write: (...args) => (++writes === 2 ? dies() : store.write(...args)),
    };
    await expect(tellOverdueProofs({ store: dying, requests, clock }, [lapse])).rejects.toThrow();
    for (const minutes of [10, 20, 30]) {
      now = begin + minutes * minute;
      await look(lapse);
    }
    expect(said).toEqual([lapse, lapse]);
  });

  it('that was proven before anybody could tell is told to nobody', async () => {
    await expect(
      tellOverdueProofs({ store, requests: { say: dies }, clock }, [lapsed(begin - 1)]),
    ).rejects.toThrow();
    now = begin + day;
    await look();
    expect(said).toEqual([]);
  });

  it('of one plan does not wait for that of another', async () => {
    const dying: RecordStore = {
      ...store,
      read: (key) => (key.id === 'shop' ? dies() : store.read(key)),
    };
    const overdue = [lapsed(begin - 1), lapsed(begin - 1, { planId: 'mail' })];
    await expect(tellOverdueProofs({ store: dying, requests, clock }, overdue)).rejects.toThrow();
    expect(said).toMatchObject([{ planId: 'mail' }]);
  });
});

import { describe, expect, it } from 'vitest';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { WaveSession } from '../../../../services/core/streams/wave-session.ts';
import {
  learnDuration,
  learnedDuration,
} from '../../../../services/functions/watch-jobs/learned-duration.ts';
import type { Observation } from '../../../../services/core/domain/wave/server-result.ts';
import { jobId } from '../../../support/frozen-wave.ts';

const sessionOf = (planId: string, waveId: string) =>
  ({ execution: { planId }, waveId }) as unknown as WaveSession;
const shop = sessionOf('shop', 'web');

const observed = (createdAt: number, endedAt?: number): Observation => ({
  job: {
    ...{ jobId: jobId(1), type: 'LAUNCH', isDrill: true, createdAt, tags: {}, servers: [] },
    ...(endedAt === undefined ? { status: 'STARTED' } : { status: 'COMPLETED', endedAt }),
  },
});

describe('the duration of a wave', () => {
  it('is that of the longest job that has ended, and stands for the next execution of the plan', async () => {
    const store = createMemoryRecordStore();
    await learnDuration(store, shop, [observed(100, 700), observed(100, 400), observed(50)], true);
    expect(await learnedDuration(store, shop)).toEqual({ jobMs: 600, hinted: true, recentMs: [600] });
    await learnDuration(store, shop, [observed(1_000, 1_200)], false);
    expect(await learnedDuration(store, shop)).toEqual({ jobMs: 200, hinted: false, recentMs: [600, 200] });
  });

  it('is kept for the last ten executions, from which forecasts are made', async () => {
    const store = createMemoryRecordStore();
    for (let ms = 1; ms <= 12; ms++) await learnDuration(store, shop, [observed(0, ms)], true);
    expect(await learnedDuration(store, shop)).toMatchObject({ recentMs: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] });
  });

  it('is that of this wave of this plan alone', async () => {
    const store = createMemoryRecordStore();
    await learnDuration(store, shop, [observed(0, 600)], true);
    expect(await learnedDuration(store, sessionOf('shop', 'database'))).toBeUndefined();
    expect(await learnedDuration(store, sessionOf('bank', 'web'))).toBeUndefined();
    const key = { kind: 'durations' as const, id: 'shop/web' };
    expect((await store.read(key))?.body).toEqual({ jobMs: 600, hinted: true, recentMs: [600] });
  });

  it('is not known before a job has ended', async () => {
    const store = createMemoryRecordStore();
    await learnDuration(store, shop, [observed(100)], true);
    expect(await learnedDuration(store, shop)).toBeUndefined();
  });
});

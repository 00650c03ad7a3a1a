import { describe, expect, it } from 'vitest';
import type { FiringTimers, Wake } from '../../../../services/core/ports/timers.ts';
import { createMemoryTimers } from '../../../memory/timers.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createMemoryRecoveryService } from '../../../memory/recovery-service.ts';
import { cadenceKnobs } from '../../../../services/functions/watch-jobs/cadence.ts';
import { createFirstLook, createLookAtHint } from '../../../../services/functions/watch-jobs/service.ts';
import { createAgenda } from '../../../simulation/agenda.ts';
import { wideModel } from '../../../support/wide-plans.ts';

const wave: Wake = { service: 'watch-jobs', executionId: 'exec-1', waveId: 'app' };
const { firstLookMs } = cadenceKnobs;

/** Timers of a virtual clock, when each of them fired, and when a hint was looked at; a look takes so long. */
const open = (lookMs = 0) => {
  const agenda = createAgenda(0);
  const fired: (readonly [at: number, wake: Wake])[] = [];
  const looks: number[] = [];
  const timers: FiringTimers = createMemoryTimers({
    scheduler: agenda,
    redeliverAfterMs: 180_000,
    fire: async (wake) => void fired.push([agenda.now(), wake]),
  });
  const items = createMemoryRecordStore();
  const store = {
    ...items,
    read: async <Body>(key: Parameters<typeof items.read>[0]) => {
      looks.push(agenda.now());
      await new Promise<void>((resolve) => agenda.after(lookMs, resolve));
      return items.read<Body>(key);
    },
  };
  const recovery = createMemoryRecoveryService(agenda, wideModel(1));
  const bus = { publish: async () => undefined };
  const lookAtHint = createLookAtHint({ store, timers, bus, clock: agenda, recovery });
  const until = (at: number, run: () => Promise<unknown>): void => void agenda.after(at, () => void run());
  const end = async (): Promise<typeof fired> => {
    while (agenda.step()) for (let n = 0; n < 20; n++) await Promise.resolve();
    return fired;
  };
  const hintAt = (at: number): void => until(at, () => lookAtHint(wave, 'hint'));
  return { until, end, looks, hintAt, firstLook: createFirstLook({ timers }) };
};

describe('first look at a job', () => {
  it('comes when there is something to see, and without a hint', async () => {
    const { until, end, firstLook } = open();
    until(0, () => firstLook(wave));
    expect(await end()).toEqual([[firstLookMs, wave]]);
  });

  it('is not put off by the start being told of again', async () => {
    const { until, end, firstLook } = open();
    until(0, () => firstLook(wave));
    until(firstLookMs - 1, () => firstLook(wave));
    expect(await end()).toEqual([[firstLookMs, wave]]);
  });
});

describe('a hint', () => {
  it('is looked at at once, in place of the look that was planned', async () => {
    const { until, end, looks, hintAt, firstLook } = open();
    until(0, () => firstLook(wave));
    hintAt(10_000);
    expect(await end()).toEqual([]);
    expect(looks[0]).toBe(10_000);
  });

  it('that comes after the look for another one has a look of its own', async () => {
    const { end, looks, hintAt } = open();
    hintAt(0);
    hintAt(1_400);
    await end();
    expect(new Set(looks)).toEqual(new Set([0, 1_400]));
  });

  it('that comes during a look is looked at after it, in one look for all of them', async () => {
    const { end, hintAt, looks } = open(1_000);
    hintAt(0);
    for (const at of [10, 400, 900]) hintAt(at);
    expect(await end()).toEqual([[1_010, { ...wave, hinted: true }]]);
    expect(looks.filter((at) => at < 1_000)).toEqual([0]);
  });
});

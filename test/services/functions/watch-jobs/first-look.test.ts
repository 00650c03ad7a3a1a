import { describe, expect, it } from 'vitest';
import type { Timers, Wake } from '../../../../services/core/ports/timers.ts';
import { createMemoryTimers } from '../../../memory/timers.ts';
import { cadenceKnobs } from '../../../../services/functions/watch-jobs/cadence.ts';
import { createFirstLook, createLookSoon } from '../../../../services/functions/watch-jobs/service.ts';
import { createAgenda } from '../../../simulation/agenda.ts';

const wave: Wake = { service: 'watch-jobs', executionId: 'exec-1', waveId: 'app' };
const { firstLookMs } = cadenceKnobs;

/** Timers of a virtual clock, and when each of them fired. */
const open = () => {
  const agenda = createAgenda(0);
  const fired: (readonly [at: number, wake: Wake])[] = [];
  const timers: Timers = createMemoryTimers({
    scheduler: agenda,
    redeliverAfterMs: 180_000,
    fire: async (wake) => void fired.push([agenda.now(), wake]),
  });
  const until = (at: number, run: () => Promise<void>): void => void agenda.after(at, () => void run());
  const end = async (): Promise<typeof fired> => {
    while (agenda.step()) await Promise.resolve();
    return fired;
  };
  return { until, end, firstLook: createFirstLook({ timers }), lookSoon: createLookSoon({ timers }) };
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

  it('does not put off the look that a hint has brought forward', async () => {
    const { until, end, lookSoon, firstLook } = open();
    until(0, () => lookSoon(wave));
    until(1, () => firstLook(wave));
    expect(await end()).toEqual([[2_000, { ...wave, hinted: true }]]);
  });
});

describe('look after a hint', () => {
  it('takes the place of the one that was planned, and says that it was hinted', async () => {
    const { until, end, lookSoon, firstLook } = open();
    until(0, () => firstLook(wave));
    until(10_000, () => lookSoon(wave));
    expect(await end()).toEqual([[12_000, { ...wave, hinted: true }]]);
  });

  it('is one for all servers whose hints come within two seconds', async () => {
    const { until, end, lookSoon } = open();
    for (const at of [0, 900, 1_800]) until(at, () => lookSoon(wave));
    expect(await end()).toHaveLength(1);
  });
});

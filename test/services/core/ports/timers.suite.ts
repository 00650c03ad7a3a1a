import { beforeEach, describe, expect, it } from 'vitest';
import type { FiringTimers, Wake } from '../../../../services/core/ports/timers.ts';

export const wake: Wake = { service: 'watch-jobs', executionId: 'exec-1', waveId: 'app' };
export const other: Wake = { service: 'watch-jobs', executionId: 'exec-1', waveId: 'data' };

export interface TimersHarness {
  readonly timers: FiringTimers;
  /** Lets time pass, in ms. */
  readonly advance: (ms: number) => Promise<void>;
  /** What happens when a timer fires; by default nothing. */
  handle: (wake: Wake) => Promise<void>;
  /** A failed firing comes again within this time, in ms. */
  readonly redeliveredWithinMs: number;
}

/** SQS counts whole seconds, so a timer may fire a second late. */
const slackMs = 1_000;
const minuteMs = 60_000;

/** What all timers promise. */
export const timersSuite = (open: () => Promise<TimersHarness>): void => {
  let harness: TimersHarness;
  let timers: FiringTimers;
  let fired: Wake[];
  beforeEach(async () => {
    harness = await open();
    timers = harness.timers;
    fired = [];
    harness.handle = async (due) => void fired.push(due);
  });

  it('fires once, not early, with all that it was set with', async () => {
    const full: Wake = { ...wake, endedWait: 'claim-1', hinted: true };
    await timers.set(full, 10_000);
    await harness.advance(9_999);
    expect(fired).toEqual([]);
    await harness.advance(1 + slackMs);
    expect(fired).toEqual([full]);
    await harness.advance(30 * minuteMs);
    expect(fired).toEqual([full]);
  });

  it('is not early by a fraction of a second', async () => {
    await timers.set(wake, 1_400);
    await harness.advance(1_399);
    expect(fired).toEqual([]);
    await harness.advance(1 + slackMs);
    expect(fired).toEqual([wake]);
  });

  it('fires at once with no delay', async () => {
    await timers.set(wake, 0);
    await harness.advance(slackMs);
    expect(fired).toEqual([wake]);
  });

  it('fires after hours, not early and once', async () => {
    await timers.set(wake, 150 * minuteMs);
    await harness.advance(150 * minuteMs - 1);
    expect(fired).toEqual([]);
    await harness.advance(slackMs + 1);
    expect(fired).toEqual([wake]);
    await harness.advance(150 * minuteMs);
    expect(fired).toEqual([wake]);
  });

  it('fires for each name by itself', async () => {
    await timers.set(wake, 1_000);
    await timers.set(other, 5_000);
    await harness.advance(2_000);
    expect(fired).toEqual([wake]);
    await harness.advance(5_000);
    expect(fired).toEqual([wake, other]);
  });

  describe('set', () => {
    it('puts a later timer in place of an earlier one', async () => {
      await timers.set(wake, 10_000);
      await timers.set(wake, 60_000);
      await harness.advance(59_000);
      expect(fired).toEqual([]);
      await harness.advance(1_000 + slackMs);
      expect(fired).toEqual([wake]);
    });

    it('puts an earlier timer in place of a later one', async () => {
      await timers.set(wake, 60_000);
      await timers.set(wake, 10_000);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake]);
      await harness.advance(5 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it('stops a chain of hours in its midst', async () => {
      await timers.set(wake, 60 * minuteMs);
      await harness.advance(20 * minuteMs);
      await timers.set(wake, 60 * minuteMs);
      await harness.advance(59 * minuteMs);
      expect(fired).toEqual([]);
      await harness.advance(2 * minuteMs);
      expect(fired).toEqual([wake]);
    });
  });

  describe('ensure', () => {
    it('sets a timer where there is none', async () => {
      await timers.ensure(wake, 10_000);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake]);
    });

    it('leaves a timer alone that is still to fire', async () => {
      await timers.set(wake, 10_000);
      await timers.ensure(wake, 60_000);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake]);
      await harness.advance(5 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it('leaves a later timer alone too', async () => {
      await timers.set(wake, 60_000);
      await timers.ensure(wake, 1_000);
      await harness.advance(59_000);
      expect(fired).toEqual([]);
    });

    it('sets a timer again after the first has fired', async () => {
      await timers.ensure(wake, 1_000);
      await harness.advance(2_000);
      await timers.ensure(wake, 1_000);
      await harness.advance(2_000);
      expect(fired).toEqual([wake, wake]);
    });
  });

  describe('setIfSooner', () => {
    it('leaves an earlier timer alone', async () => {
      await timers.set(wake, 10_000);
      await timers.setIfSooner(wake, 60_000);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake]);
      await harness.advance(5 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it('puts an earlier timer in place of a later one', async () => {
      await timers.set(wake, 60_000);
      await timers.setIfSooner(wake, 10_000);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake]);
      await harness.advance(5 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it('sets the successor of the timer that is being handled', async () => {
      let isFirst = true;
      harness.handle = async (due) => {
        fired.push(due);
        if (isFirst) await timers.setIfSooner(wake, 10_000);
        isFirst = false;
      };
      await timers.set(wake, 1_000);
      await harness.advance(1_000 + slackMs);
      await harness.advance(10_000 + slackMs);
      expect(fired).toEqual([wake, wake]);
    });
  });

  describe('fireNow', () => {
    const looked = (): Promise<void> => Promise.resolve(void fired.push(wake));

    it('fires at once in the hands of the caller, and no timer of that name after it', async () => {
      await timers.set(wake, 10_000);
      await timers.fireNow(wake, looked, 2_000);
      expect(fired).toEqual([wake]);
      await harness.advance(30 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it('fires again at once when the firing before it is done', async () => {
      await timers.fireNow(wake, looked, 2_000);
      await timers.fireNow(wake, looked, 2_000);
      expect(fired).toEqual([wake, wake]);
    });

    it.each(['set', 'ensure', 'setIfSooner'] as const)(
      'lets the caller %s a successor',
      async (operation) => {
        await timers.fireNow(wake, () => timers[operation](wake, 10_000), 2_000);
        await harness.advance(9_999);
        expect(fired).toEqual([]);
        await harness.advance(1 + slackMs);
        expect(fired).toEqual([wake]);
      },
    );

    it('follows a firing that is handled once, for all who come meanwhile, and is not put off by it', async () => {
      const handling = async (): Promise<void> => {
        fired.push(wake);
        for (let hints = 0; hints < 3; hints++) await timers.fireNow(wake, looked, 2_000);
        expect(fired).toEqual([wake]);
        await timers.setIfSooner(wake, 60_000);
      };
      await timers.fireNow(wake, handling, 2_000);
      await timers.fireNow(wake, looked, 2_000);
      expect(fired).toEqual([wake]);
      await harness.advance(2_000 + slackMs);
      expect(fired).toEqual([wake, wake]);
      await harness.advance(30 * minuteMs);
      expect(fired).toEqual([wake, wake]);
    });

    it('follows a timer that has fired and is handled', async () => {
      harness.handle = async (due) => {
        fired.push(due);
        if (fired.length === 1) await timers.fireNow(wake, looked, 2_000);
      };
      await timers.set(wake, 1_000);
      await harness.advance(1_000 + slackMs);
      expect(fired).toHaveLength(1);
      await harness.advance(2_000 + slackMs);
      expect(fired).toHaveLength(2);
    });

    it('leaves it to whoever called when that fails, and keeps nobody from the timer', async () => {
      const failing = timers.fireNow(wake, () => Promise.reject(new Error('crash')), 2_000);
      await expect(failing).rejects.toThrow('crash');
      await timers.ensure(wake, 1_000);
      await harness.advance(1_000 + slackMs);
      expect(fired).toEqual([wake]);
    });
  });

  describe('a handler', () => {
    it('that fails is given the timer again', async () => {
      let failures = 2;
      harness.handle = async (due) => {
        if (failures-- > 0) throw new Error('crash');
        fired.push(due);
      };
      await timers.set(wake, 1_000);
      await harness.advance(2_000 + 2 * harness.redeliveredWithinMs);
      expect(fired).toEqual([wake]);
      await harness.advance(30 * minuteMs);
      expect(fired).toEqual([wake]);
    });

    it.each(['set', 'ensure'] as const)('may %s its own successor', async (operation) => {
      harness.handle = async (due) => {
        fired.push(due);
        if (fired.length < 4) await timers[operation](due, 15_000);
      };
      await timers.set(wake, 1_000);
      await harness.advance(1_000 + slackMs);
      expect(fired).toHaveLength(1);
      await harness.advance(15_000 + slackMs);
      expect(fired).toHaveLength(2);
      await harness.advance(30 * minuteMs);
      expect(fired).toHaveLength(4);
    });

    it('that fails after setting its successor is woken by the successor alone', async () => {
      harness.handle = async (due) => {
        fired.push(due);
        if (fired.length > 1) return;
        await timers.set(due, 20 * minuteMs);
        throw new Error('crash');
      };
      await timers.set(wake, 1_000);
      await harness.advance(19 * minuteMs);
      expect(fired).toHaveLength(1);
      await harness.advance(2 * minuteMs);
      expect(fired).toHaveLength(2);
    });

    it('that fails can still ensure a timer by another way', async () => {
      let isCrashing = true;
      harness.handle = async (due) => {
        if (isCrashing) throw new Error('crash');
        fired.push(due);
      };
      await timers.set(wake, 1_000);
      await harness.advance(2_000);
      isCrashing = false;
      await timers.ensure(wake, 1_000);
      await harness.advance(2_000);
      expect(fired).toEqual([wake]);
      await harness.advance(30 * minuteMs);
      expect(fired).toEqual([wake]);
    });
  });
};

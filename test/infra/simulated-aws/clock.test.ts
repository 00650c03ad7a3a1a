import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createManualClock, createScaledClock } from '../../../infra/simulated-aws/clock.ts';

const startAt = Date.UTC(2026, 0, 1);

describe('manual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = createManualClock(startAt);
    expect(clock.now()).toBe(startAt);
    await clock.advance(1500);
    expect(clock.now()).toBe(startAt + 1500);
  });

  it('runs a timer at its time and not a millisecond before', async () => {
    const clock = createManualClock(startAt);
    const ranAt: number[] = [];
    clock.after(100, () => ranAt.push(clock.now()));
    await clock.advance(99);
    expect(ranAt).toEqual([]);
    await clock.advance(1);
    expect(ranAt).toEqual([startAt + 100]);
    await clock.advance(1000);
    expect(ranAt).toEqual([startAt + 100]);
  });

  it('runs timers by time, then by insertion, whatever their order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), async (delaysMs) => {
        const clock = createManualClock(startAt);
        const ran: { readonly delayMs: number; readonly index: number; readonly at: number }[] = [];
        delaysMs.forEach((delayMs, index) =>
          clock.after(delayMs, () => ran.push({ delayMs, index, at: clock.now() })),
        );
        await clock.advance(5);
        expect(ran).toEqual(
          delaysMs
            .map((delayMs, index) => ({ delayMs, index, at: startAt + delayMs }))
            .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('does not run what was cancelled, and cancelling after the run changes nothing', async () => {
    const clock = createManualClock(startAt);
    const ran: string[] = [];
    const cancel = clock.after(10, () => ran.push('cancelled'));
    const tooLate = clock.after(10, () => ran.push('kept'));
    clock.after(20, () => ran.push('later'));
    cancel();
    await clock.advance(10);
    tooLate();
    await clock.advance(10);
    expect(ran).toEqual(['kept', 'later']);
  });

  it('takes a delay below zero for now', async () => {
    const clock = createManualClock(startAt);
    const ran: number[] = [];
    clock.after(-50, () => ran.push(clock.now()));
    await clock.advance(0);
    expect(ran).toEqual([startAt]);
  });

  it('runs within one advance the timers that timers and their promises set', async () => {
    const clock = createManualClock(startAt);
    const ranAt: number[] = [];
    const tick = async (): Promise<void> => {
      ranAt.push(clock.now() - startAt);
      await Promise.resolve();
      if (ranAt.length < 3) clock.after(100, () => void tick());
    };
    clock.after(100, () => void tick());
    await clock.advance(250);
    expect(ranAt).toEqual([100, 200]);
    await clock.advance(50);
    expect(ranAt).toEqual([100, 200, 300]);
  });

  it('lets what one timer began settle before it runs the next', async () => {
    const clock = createManualClock(startAt);
    const order: string[] = [];
    clock.after(10, () => {
      setImmediate(() => order.push('work of the first'));
    });
    clock.after(10, () => order.push('second'));
    await clock.advance(10);
    expect(order).toEqual(['work of the first', 'second']);
  });

  it('hands on the result and the failure of busy work', async () => {
    const clock = createManualClock(startAt);
    await expect(clock.busy(async () => 'done')).resolves.toBe('done');
    await expect(clock.busy(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('scaled clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: startAt });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('starts now unless told otherwise', () => {
    expect(createScaledClock({ speed: 10 }).now()).toBe(startAt);
    expect(createScaledClock({ speed: 10, startAt: 5000 }).now()).toBe(5000);
  });

  it('lets idle time pass at its speed', () => {
    const clock = createScaledClock({ speed: 60, startAt: 0 });
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(60_000);
  });

  it('runs a timer when the compressed delay has passed', () => {
    const clock = createScaledClock({ speed: 60, startAt: 0 });
    const ran: string[] = [];
    clock.after(120_000, () => ran.push('second'));
    clock.after(60_000, () => ran.push('first'));
    vi.advanceTimersByTime(999);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['first']);
    vi.advanceTimersByTime(1000);
    expect(ran).toEqual(['first', 'second']);
  });

  it('charges work in flight at the speed of the wall clock', async () => {
    const clock = createScaledClock({ speed: 1000, startAt: 0 });
    const work = clock.busy(() => new Promise((resolve) => setTimeout(resolve, 40)));
    await vi.advanceTimersByTimeAsync(40);
    await work;
    expect(clock.now()).toBe(40);
    vi.advanceTimersByTime(1);
    expect(clock.now()).toBe(1040);
  });

  it('stays at the speed of the wall clock until the last of several works has ended', async () => {
    const clock = createScaledClock({ speed: 1000, startAt: 0 });
    const sleep = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms));
    const works = [clock.busy(sleep(10)), clock.busy(sleep(30))];
    await vi.advanceTimersByTimeAsync(30);
    await Promise.all(works);
    expect(clock.now()).toBe(30);
  });

  it('compresses again after work that failed', async () => {
    const clock = createScaledClock({ speed: 1000, startAt: 0 });
    await expect(clock.busy(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    vi.advanceTimersByTime(1);
    expect(clock.now()).toBe(1000);
  });

  it('delays a timer for as long as work is in flight', async () => {
    const clock = createScaledClock({ speed: 100, startAt: 0 });
    const ranAt: number[] = [];
    clock.after(1000, () => ranAt.push(clock.now()));
    const work = clock.busy(() => new Promise((resolve) => setTimeout(resolve, 500)));
    await vi.advanceTimersByTimeAsync(500);
    await work;
    expect(ranAt).toEqual([]);
    await vi.advanceTimersByTimeAsync(5);
    expect(ranAt).toEqual([1000]);
  });

  it('does not run what was cancelled', () => {
    const clock = createScaledClock({ speed: 1, startAt: 0 });
    const ran: string[] = [];
    const cancel = clock.after(10, () => ran.push('cancelled'));
    clock.after(20, () => ran.push('kept'));
    cancel();
    vi.advanceTimersByTime(100);
    expect(ran).toEqual(['kept']);
  });

  it('waits out a delay that is longer than a timeout of Node can be', () => {
    const clock = createScaledClock({ speed: 1, startAt: 0 });
    const thirtyDaysMs = 30 * 24 * 3_600_000;
    const ran: string[] = [];
    clock.after(thirtyDaysMs, () => ran.push('due'));
    vi.advanceTimersByTime(thirtyDaysMs - 1);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['due']);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../services/core/kernel/backoff.ts';

describe('backoff', () => {
  const policy = { firstMs: 100, factor: 3, maxMs: 2_000 };

  it.each([
    [0, 100],
    [1, 100],
    [2, 300],
    [3, 900],
    [4, 2_000],
    [500, 2_000],
  ])('after %i failures is %i ms', (failures, delayMs) => {
    expect(backoffMs(policy, failures)).toBe(delayMs);
  });

  it('is a whole number of milliseconds', () => {
    expect(backoffMs({ firstMs: 5, factor: 1.5, maxMs: 100 }, 2)).toBe(8);
  });

  it('never shrinks, and never exceeds its limit', () => {
    const drawn = fc.record({
      firstMs: fc.integer({ min: 1, max: 1_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      maxMs: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(drawn, fc.nat(1_000), (anyPolicy, failures) => {
        const delays = [failures, failures + 1].map((count) => backoffMs(anyPolicy, count));
        expect(delays[0]).toBeGreaterThan(0);
        expect(delays[1]).toBeGreaterThanOrEqual(delays[0]!);
        expect(delays[1]).toBeLessThanOrEqual(anyPolicy.maxMs);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  measuredLatency,
  sampleLatencyMs,
} from '../../../../infra/simulated-aws/eventbridge/retry.ts';
import { seededRandom } from '../random.ts';

const always = (value: number) => () => value;

describe('the pause before a retry', () => {
  it('doubles from a second and ends at ten minutes', () => {
    const pauses = [1, 2, 3, 4, 10, 11, 185].map((retry) => backoffMs(retry, always(1)));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 512_000, 600_000, 600_000]);
  });

  it('leaves its upper half to chance', () => {
    expect(backoffMs(3, always(0))).toBe(2_000);
    expect(backoffMs(3, always(0.5))).toBe(3_000);
  });

  it('spreads 185 retries over about a day', () => {
    const random = seededRandom(1);
    const totalMs = Array.from({ length: 185 }, (_, index) => backoffMs(index + 1, random)).reduce(
      (a, b) => a + b,
    );
    expect(totalMs).toBeGreaterThan(20 * 3_600_000);
    expect(totalMs).toBeLessThan(24 * 3_600_000);
  });
});

describe('the latency', () => {
  it('has the quantiles that were measured', () => {
    const random = seededRandom(1);
    const samples = Array.from({ length: 20_000 }, () => sampleLatencyMs(measuredLatency, random)).sort(
      (a, b) => a - b,
    );
    const quantile = (share: number): number => samples[Math.floor(samples.length * share)] ?? 0;
    expect(Math.abs(quantile(0.5) - 148)).toBeLessThan(5);
    expect(Math.abs(quantile(0.9) - 241)).toBeLessThan(20);
    expect(Math.abs(quantile(0.99) - 387)).toBeLessThan(20);
  });

  it('can be none', () => {
    expect(sampleLatencyMs({ p50Ms: 0, p99Ms: 0 }, seededRandom(1))).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../infra/simulated-aws/clock.ts';
import type { Journal } from '../../../infra/simulated-aws/journal.ts';
import { openScope } from '../../../infra/simulated-aws/scope.ts';

const recording = () => {
  const written: string[] = [];
  const journal: Journal<string> = {
    records: ['before'],
    append: (record) => written.push(record),
    compact: (records) => written.push(...records),
    close: () => undefined,
  };
  return { written, journal };
};

describe('a scope', () => {
  it('passes time and records through while it is open', async () => {
    const clock = createManualClock(0);
    const { written, journal } = recording();
    const scope = openScope(clock, journal);
    const fired: number[] = [];
    scope.clock.after(10, () => fired.push(scope.clock.now()));
    scope.clock.after(20, () => fired.push(scope.clock.now()))();
    scope.journal.append('a');
    await clock.advance(100);
    expect([fired, written, scope.journal.records]).toEqual([[10], ['a'], ['before']]);
    expect(await scope.clock.busy(async () => 'worked')).toBe('worked');
  });

  it('fires no timer and writes nothing once it is closed', async () => {
    const clock = createManualClock(0);
    const { written, journal } = recording();
    const scope = openScope(clock, journal);
    const fired: string[] = [];
    scope.clock.after(10, () => fired.push('early'));
    scope.close();
    scope.clock.after(10, () => fired.push('late'));
    scope.journal.append('a');
    scope.journal.compact(['b']);
    await clock.advance(100);
    expect([fired, written]).toEqual([[], []]);
  });
});

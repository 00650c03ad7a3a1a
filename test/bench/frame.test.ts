import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { changes, regressions } from './compare.ts';
import { withFigures, withShortFigures } from './page.ts';
import { cells } from './print.ts';
import type { Row } from './table.ts';

const counted = (subject: string, figure: number, more: Partial<Row> = {}): Row => ({
  subject,
  figure,
  unit: 's',
  kind: 'counted',
  ...more,
});

describe('arguments of the benchmarks', () => {
  const known = ['kernel', 'graph', 'cost'];

  it('measures everything when no table is named', () => {
    expect(parseArguments([], known)).toEqual({ names: known, quick: false, accept: false });
  });

  it('measures the named tables once each, in the order of the catalogue', () => {
    expect(parseArguments(['cost', 'kernel', 'cost', '--quick'], known)).toEqual({
      names: ['kernel', 'cost'],
      quick: true,
      accept: false,
    });
  });

  it('names every argument that is wrong', () => {
    expect(parseArguments(['grahp', '--fast', 'cost'], known)).toEqual({
      faults: ['there is no table grahp', 'there is no option --fast'],
    });
  });

  it('refuses to accept what it does not write', () => {
    expect(parseArguments(['--quick', '--accept'], known)).toHaveProperty('faults');
  });
});

describe('regression', () => {
  it('is a counted figure that is worse by anything', () => {
    expect(regressions([counted('p50', 5.001)], [counted('p50', 5)])).toEqual(['p50: 5.001 s, was 5']);
    expect(regressions([counted('p50', 4)], [counted('p50', 5)])).toEqual([]);
  });

  it('is a smaller figure where more is better', () => {
    const row = counted('speed-up', 1.5, { target: { atLeast: 1 } });
    expect(regressions([row], [counted('speed-up', 2)])).toHaveLength(1);
    expect(regressions([counted('share', 2, { better: 'more' })], [counted('share', 3)])).toHaveLength(1);
  });

  it('is not within a stated tolerance', () => {
    expect(regressions([counted('KB', 104, { tolerance: 0.05 })], [counted('KB', 100)])).toEqual([]);
    expect(regressions([counted('KB', 106, { tolerance: 0.05 })], [counted('KB', 100)])).toHaveLength(1);
  });

  it('is not a figure of the clock', () => {
    const timed: Row = { subject: 'speed', figure: 1, unit: '/s', kind: 'timed', better: 'more' };
    expect(regressions([timed], [{ ...timed, figure: 100 }])).toEqual([]);
  });

  it('is a counted figure that is no longer measured', () => {
    expect(regressions([], [counted('p50', 5)])).toEqual(['p50 is no longer measured']);
  });

  it('of nothing to something is one, whatever the tolerance', () => {
    expect(
      regressions([counted('violations', 1, { tolerance: 0.5 })], [counted('violations', 0)]),
    ).toHaveLength(1);
  });

  it('is told apart from a change for the better', () => {
    expect(changes([counted('p50', 4)], [counted('p50', 5)])).toEqual(['p50: 4 s, was 5']);
  });
});

describe('table', () => {
  it('shows figure, spread, target, verdict and what stands beside it', () => {
    const row = counted('p50', 7, {
      spread: [6, 8],
      target: { atMost: 6 },
      baselines: [{ name: 'polling', figure: 56.5 }],
    });
    expect(cells(row)).toEqual(['p50', '7 s (6–8)', '≤ 6', 'missed', 'polling 56.5']);
  });

  it('stands between its marks, and the rest of the page stays', () => {
    const page = 'before\n<!-- figures: written by npm run bench -->\nold\n<!-- /figures -->\nafter\n';
    const text = withFigures(page, []);
    expect(text).toContain('before');
    expect(text).toContain('after');
    expect(text).not.toContain('old');
    expect(() => withFigures('no marks', [])).toThrow('lost the marks');
  });

  it('sums up on the front page what was measured, and says when a row of it is gone', () => {
    const page = 'before <!-- figures: written by npm run bench --> old <!-- /figures --> after';
    const machine = { at: '', commit: '', node: '', platform: '', cores: 2, cpu: '', memoryGb: 8 };
    const calls = (rows: readonly Row[]) => [{ name: 'calls', about: '', machine, rows }];
    const text = withShortFigures(page, calls([counted('write units', 53, { unit: 'a wave' })]));
    expect(text).toContain('| write units of a wave | 53 a wave |');
    expect(text).not.toContain('old');
    expect(() => withShortFigures(page, calls([]))).toThrow('calls has no row write units');
  });
});

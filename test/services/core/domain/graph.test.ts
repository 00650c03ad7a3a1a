import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleIn, descendantsOf, graphOf, waveNamed } from '../../../../services/core/domain/graph.ts';
import { acyclicGraph, anyGraph, type DrawnWave } from '../../../support/arbitrary-graph.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const frozen = (waves: readonly DrawnWave[]) =>
  waves.map(({ waveId, dependsOn }) => aWave(waveId, { dependsOn: [...dependsOn] }));

/** Whether one wave waits for the other, directly or not, by trying every way. */
const waitsFor = (waves: readonly DrawnWave[], waveId: string, other: string): boolean => {
  const seen = new Set<string>();
  const reaches = (id: string): boolean =>
    (waves.find((wave) => wave.waveId === id)?.dependsOn ?? []).some((dependency) => {
      if (dependency === other) return true;
      if (seen.has(dependency)) return false;
      seen.add(dependency);
      return reaches(dependency);
    });
  return reaches(waveId);
};

describe('graph of a plan', () => {
  it('keeps the order of the plan, and knows each wave and its direct successors', () => {
    const waves = [aWave('c', { dependsOn: ['a', 'b'] }), aWave('b', { dependsOn: ['a'] }), aWave('a')];
    expect(graphOf(waves, 60)).toEqual({
      waveIds: ['c', 'b', 'a'],
      waves: { c: waves[0], b: waves[1], a: waves[2] },
      successors: { c: [], b: ['c'], a: ['c', 'b'] },
      timeoutMinutes: 60,
      closing: {},
    });
  });

  it('finds all descendants once, in the order of the plan', () => {
    fc.assert(
      fc.property(acyclicGraph(12), (waves) => {
        const graph = graphOf(frozen(waves), 60);
        for (const { waveId } of waves)
          expect(descendantsOf(graph, waveId)).toEqual(
            waves.map((wave) => wave.waveId).filter((other) => waitsFor(waves, other, waveId)),
          );
      }),
    );
  });

  it('knows a wave by its name, the closing ones among them', () => {
    const [a, undo, clean] = [aWave('a'), aWave('undo'), aWave('clean')];
    const graph = graphOf([a], 60, { onFailure: undo, onCancel: clean });
    expect(['a', 'undo', 'clean', 'b'].map((name) => waveNamed(graph, name))).toEqual([
      a,
      undo,
      clean,
      undefined,
    ]);
    const half = graphOf([a], 60, { onCancel: clean });
    expect(['clean', 'undo'].map((name) => waveNamed(half, name))).toEqual([clean, undefined]);
    expect(waveNamed(graphOf([a], 60), 'clean')).toBeUndefined();
  });

  it('has no descendants of a wave that it does not have', () => {
    expect(descendantsOf(graphOf([aWave('a')], 60), 'b')).toEqual([]);
  });

  it('looks at each wave once, however many ways lead to it', () => {
    const rungs = 40;
    const ladder = Array.from({ length: rungs }, (_, rung) =>
      ['l', 'r'].map((side) =>
        aWave(`${side}${rung}`, { dependsOn: rung === 0 ? [] : [`l${rung - 1}`, `r${rung - 1}`] }),
      ),
    ).flat();
    expect(descendantsOf(graphOf(ladder, 60), 'l0')).toHaveLength(2 * (rungs - 1));
  });
});

describe('a cycle', () => {
  it('is found in no graph that has none', () => {
    fc.assert(
      fc.property(acyclicGraph(12), (waves) => {
        expect(cycleIn(waves)).toBeUndefined();
      }),
    );
  });

  it('is found in every graph that has one, and shown as waves that wait for each other in turn', () => {
    fc.assert(
      fc.property(anyGraph(8), (waves) => {
        const cycle = cycleIn(waves);
        const exists = waves.some(({ waveId }) => waitsFor(waves, waveId, waveId));
        expect(cycle !== undefined).toBe(exists);
        if (cycle === undefined) return;
        expect(cycle.at(0)).toBe(cycle.at(-1));
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        cycle.slice(1).forEach((dependency, index) => {
          expect(waves.find(({ waveId }) => waveId === cycle[index])?.dependsOn).toContain(dependency);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is shown without the waves that only lead to it', () => {
    expect(
      cycleIn([
        { waveId: 'late', dependsOn: ['a'] },
        { waveId: 'a', dependsOn: ['gone', 'b'] },
        { waveId: 'b', dependsOn: ['a'] },
      ]),
    ).toEqual(['a', 'b', 'a']);
  });
});

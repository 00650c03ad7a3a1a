import * as fc from 'fast-check';

/** A wave of a drawn graph, by name and dependencies. */
export interface DrawnWave {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
}

const named = (index: number): string => `w${index}`;

const wavesOf = (edges: readonly (readonly number[])[]): readonly DrawnWave[] =>
  edges.map((dependsOn, index) => ({ waveId: named(index), dependsOn: dependsOn.map(named) }));

/** Any graph of so many waves, with cycles or without. */
export const anyGraph = (wavesMax: number): fc.Arbitrary<readonly DrawnWave[]> =>
  fc
    .integer({ min: 1, max: wavesMax })
    .chain((count) =>
      fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
    )
    .map(wavesOf);

/** A graph without cycles whose waves stand in any order. */
export const acyclicGraph = (wavesMax: number): fc.Arbitrary<readonly DrawnWave[]> =>
  fc
    .array(fc.array(fc.nat(1_000), { maxLength: 3 }), { minLength: 1, maxLength: wavesMax })
    .map((drawn) =>
      drawn.map((earlier, index) => [...new Set(index === 0 ? [] : earlier.map((number) => number % index))]),
    )
    .map(wavesOf)
    .chain((waves) => fc.shuffledSubarray([...waves], { minLength: waves.length, maxLength: waves.length }));

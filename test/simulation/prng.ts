/** Random numbers that one 64-bit seed decides: the same seed gives the same numbers on every machine. */
export interface Prng {
  /** 0 to 1, without 1. */
  float(): number;
  /** 0 to n - 1. */
  int(n: number): number;
  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Another generator, independent of what this one gives afterwards. */
  fork(): Prng;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, and no multiplication. */
const sfc32 = (seedA: number, seedB: number, seedC: number): Prng => {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const float = (): number => next() / 4_294_967_296;
  const int = (n: number): number => Math.floor(float() * n);
  return {
    float,
    int,
    between: (from, to) => from + int(to - from + 1),
    chance: (probability) => probability > 0 && float() < probability,
    pick: <T>(values: readonly T[]): T => {
      const value = values[int(values.length)];
      if (value === undefined) throw new Error('there is nothing to pick from');
      return value;
    },
    fork: () => sfc32(next(), next(), next()),
  };
};

export const createPrng = (seed: bigint): Prng =>
  sfc32(Number(seed & 0xffffffffn), Number((seed >> 32n) & 0xffffffffn), 0x9e3779b9);

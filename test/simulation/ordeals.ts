import type { Faults } from './faults.ts';
import type { Luck } from './luck.ts';
import type { Prng } from './prng.ts';
import { noOrdeal, type Ordeal } from './sandbox.ts';
import type { Timing } from './timing.ts';

/** Draws what befalls each run of a handler: nothing, mostly. `interleaved` of the runs have latencies between their calls. */
export const createOrdeals =
  (prng: Prng, faults: Faults, luck: Luck, interleaved: number, timing: Timing | undefined) => (): Ordeal => {
    const isHealed = luck.isHealed();
    const strikes = (kind: 'crash' | 'pause' | 'clock-skew'): boolean =>
      !isHealed && prng.chance(faults.rate[kind]) && faults.has(kind);
    const isInterleaved = prng.chance(interleaved);
    const crashes = strikes('crash');
    const pauses = strikes('pause');
    const skewed = strikes('clock-skew');
    if (!isInterleaved && !crashes && !pauses && !skewed)
      return timing === undefined ? noOrdeal : { ...noOrdeal, latencyMs: timing.callMs };
    if (crashes) luck.count('crash');
    if (pauses) luck.count('pause');
    if (skewed) luck.count('clock-skew');
    const slow = prng.pick([5, 40, 400]);
    return {
      crashAt: crashes ? prng.int(14) : -1,
      crashAfter: prng.chance(0.5),
      pauseAt: pauses ? prng.int(12) : -1,
      pauseMs: pauses ? prng.between(1, faults.pauseMaxMs) : 0,
      latencyMs: timing?.callMs ?? (isInterleaved ? () => prng.between(1, slow) : undefined),
      skewMs: skewed ? prng.between(-faults.skewMaxMs, faults.skewMaxMs) : 0,
    };
  };

import type { Faults } from './faults.ts';
import type { Luck } from './luck.ts';
import type { Prng } from './prng.ts';
import { handlerTimeoutMs, noOrdeal, type Ordeal } from './sandbox.ts';
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
    const jumps = skewed && prng.chance(0.3);
    if (jumps) luck.count('clock-skew: jump');
    const crashAfter = crashes && prng.chance(0.5);
    if (crashAfter) luck.count('crash: after the effect');
    const pauseMs = pauses ? prng.between(1, faults.pauseMaxMs) : 0;
    if (pauseMs > handlerTimeoutMs) luck.count('pause: to the death');
    const slow = prng.pick([5, 40, 400]);
    return {
      // Most runs make a dozen calls; some make many more, and may die at each.
      crashAt: crashes ? prng.int(prng.pick([14, 14, 14, 60])) : -1,
      crashAfter,
      jumpAt: jumps ? prng.int(8) : -1,
      jumpMs: jumps ? prng.between(-faults.skewMaxMs, faults.skewMaxMs) : 0,
      pauseAt: pauses ? prng.int(12) : -1,
      pauseMs,
      latencyMs: timing?.callMs ?? (isInterleaved ? () => prng.between(1, slow) : undefined),
      skewMs: skewed ? prng.between(-faults.skewMaxMs, faults.skewMaxMs) : 0,
    };
  };

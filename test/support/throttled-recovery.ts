import type { Target } from '../../contracts/plan.ts';
import { around } from '../memory/answers.ts';
import type { RecoveryService } from '../../services/core/ports/recovery-service.ts';

export interface Throttling {
  readonly latencyMs: number;
  /** Calls that each account and Region answers in a second. */
  readonly perSecond: number;
  /** Calls that one takes at once after a rest. */
  readonly burst: number;
}

export class ThrottlingException extends Error {
  override readonly name = 'ThrottlingException';
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Reads of DRS that take their time, and are refused beyond a rate of each account and Region; counts both. */
export const createThrottle = (now: () => number, { latencyMs, perSecond, burst }: Throttling) => {
  const buckets = new Map<string, Bucket>();
  const counts = { answered: 0, refused: 0, inFlight: 0, inFlightMost: 0 };
  const inFlightOf = new Map<string, number>();

  const take = (place: string): void => {
    const bucket = buckets.get(place) ?? { tokens: burst, at: now() };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1_000) * perSecond);
    bucket.at = now();
    buckets.set(place, bucket);
    if (bucket.tokens < 1) {
      counts.refused += 1;
      throw new ThrottlingException('Rate exceeded');
    }
    bucket.tokens -= 1;
    counts.answered += 1;
  };
  const within =
    (after: (ms: number, run: () => void) => unknown) =>
    (recovery: RecoveryService): RecoveryService =>
      around(recovery, async (name, call, [target]) => {
        if (name === 'startRecovery') return call();
        const { account, region } = target as Target;
        const place = `${account}/${region}`;
        const inFlight = (inFlightOf.get(place) ?? 0) + 1;
        inFlightOf.set(place, inFlight);
        counts.inFlightMost = Math.max(counts.inFlightMost, inFlight);
        await new Promise<void>((answered) => void after(latencyMs, () => answered()));
        inFlightOf.set(place, (inFlightOf.get(place) ?? 1) - 1);
        take(place);
        return call();
      });
  return { counts, within };
};

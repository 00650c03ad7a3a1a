import { createPrng, type Prng } from '../../simulation/prng.ts';
import { drawMs, latencies } from './latency.ts';
import { createSandboxPool, type Keeping } from './sandbox-pool.ts';

/** Draws for a design that is written down as a sequence of steps: its own clock, sandboxes and counts. */
export const createSteps = (seed: bigint, keep: Keeping) => {
  const prng: Prng = createPrng(seed);
  const pool = createSandboxPool(
    keep,
    () => drawMs(prng, latencies.cold),
    () => drawMs(prng, latencies.warm),
  );
  let now = 0;
  const used = { invocations: 0, billedMs: 0, transitions: 0, drsCalls: 0, writeUnits: 0, readUnits: 0 };

  return {
    prng,
    now: () => now,
    used: used as Readonly<typeof used>,
    wait: (ms: number): void => void (now += ms),
    until: (at: number): void => void (now = Math.max(now, at)),
    hop: (over: keyof typeof latencies): void => void (now += drawMs(prng, latencies[over])),
    drs: (): void => {
      used.drsCalls += 1;
      now += drawMs(prng, latencies.drs);
    },
    /** So many calls of DRS side by side: the slowest counts. */
    drsTogether: (calls: number): void => {
      used.drsCalls += calls;
      now += Math.max(...Array.from({ length: calls }, () => drawMs(prng, latencies.drs)));
    },
    /** StartRecovery: the job is created half-way through the call. */
    start: (): number => {
      used.drsCalls += 1;
      const ms = drawMs(prng, latencies.drs);
      now += ms;
      return now - Math.round(ms / 2);
    },
    read: (): void => {
      used.readUnits += 1;
      now += drawMs(prng, latencies.store);
    },
    write: (): void => {
      used.writeUnits += 2;
      now += drawMs(prng, latencies.store);
    },
    transitions: (times: number): void => void (used.transitions += times),
    /** Runs a function's work in one of its sandboxes. */
    run: <T>(name: string, work: () => T): T => {
      const from = now;
      now += pool.begin(name, now);
      const answer = work();
      pool.end(name, now);
      used.invocations += 1;
      used.billedMs += now - from;
      return answer;
    },
  };
};
export type Steps = ReturnType<typeof createSteps>;

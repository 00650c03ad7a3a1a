import type { Keeping } from './sandbox-pool.ts';
import type { Steps } from './steps.ts';
import type { Workload } from './workload.ts';

/** What one execution took in a design. */
export interface DesignRun {
  readonly makespanMs: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly billedMs: number;
  readonly drsCalls: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

export interface DesignOptions {
  readonly seed: bigint;
  readonly workload: Workload;
  readonly keep: Keeping;
}

/**
 * Another way to run the same plan: waves one after the other in the plan's order, as every one of these designs
 * does, on the same jobs and the same distributions of latency.
 */
export interface Design {
  readonly name: string;
  readonly run: (options: DesignOptions) => DesignRun;
}

export const runOf = ({ now, used }: Steps): DesignRun => ({ makespanMs: now(), ...used });

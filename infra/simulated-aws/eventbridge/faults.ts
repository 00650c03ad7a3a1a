import type { Random } from '../identifiers.ts';

/** How the bus misbehaves within what AWS promises. Probabilities from 0 to 1. */
export interface Faults {
  /** That a target is given an event twice; AWS promises at least once. */
  readonly duplicateProbability: number;
  /** That an event of an AWS service never arrives; those are emitted with best effort. */
  readonly dropHintProbability: number;
  /** That a delivery is held up by as much as `reorderDelayMaxMs`, so that later events overtake it. */
  readonly reorderProbability: number;
  readonly reorderDelayMaxMs: number;
}

export const noFaults: Faults = {
  duplicateProbability: 0,
  dropHintProbability: 0,
  reorderProbability: 0,
  reorderDelayMaxMs: 5_000,
};

/** Draws only when there is something to decide, so that a switched-off fault leaves a seed's course alone. */
export const happens = (probability: number, random: Random): boolean =>
  probability > 0 && random() < probability;

export const holdUpMs = (faults: Faults, random: Random): number =>
  happens(faults.reorderProbability, random) ? Math.round(random() * faults.reorderDelayMaxMs) : 0;

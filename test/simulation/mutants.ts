import type { Knobs } from './draw.ts';
import type { WorldDeps } from './world.ts';

/** A mistake in the protocol that a tired engineer could make, as a wrapper of ports, knobs or handlers. */
export interface Mutant {
  readonly name: string;
  readonly alter?: WorldDeps['alter'];
  readonly knobs?: (knobs: Knobs) => Knobs;
  readonly handle?: (knobs: Knobs) => WorldDeps['handle'];
}
export const mutants: readonly Mutant[] = [];

import { fileURLToPath } from 'node:url';

/** A shop in three tiers, whose servers stand in the default scenario. */
export const samplePlanFile = fileURLToPath(
  new URL('../../../contracts/plans/three-tier.yaml', import.meta.url),
);

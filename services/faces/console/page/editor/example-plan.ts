/** What a new plan starts from. */
export const examplePlan = `planId: my-plan
description: A database, and behind it everything that carries the tag of the web tier.
rtoMinutes: 60
waves:
  - waveId: database
    servers: { tags: { Tier: database }, minimum: 1 } # fewer than the minimum, and nothing starts
  - waveId: web
    dependsOn: [database]
    servers: { tags: { Tier: web }, minimum: 1 }
`;

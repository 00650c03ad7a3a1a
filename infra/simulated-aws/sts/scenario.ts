import * as z from 'zod';

/** Who may assume which role. A role that is not named here may be assumed by anybody. */
export const stsScenario = z
  .strictObject({
    roles: z
      .record(
        z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
        z.strictObject({
          externalId: z.string().optional().describe('The external id that the trust policy demands.'),
          maxSessionSeconds: z
            .int()
            .min(3600)
            .max(43_200)
            .default(3600)
            .describe('MaxSessionDuration: how long a session of the role lasts at most.'),
          denied: z.boolean().default(false).describe('Whether nobody may assume this role.'),
        }),
      )
      .default({}),
  })
  .describe('Roles of all simulated accounts.');

export type StsScenario = z.output<typeof stsScenario>;

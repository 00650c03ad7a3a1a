import * as z from 'zod';

const state = z.enum(['On', 'Off']);

/** What a scenario says of routing controls of ARC, which are one cluster with five endpoints. */
export const routingControlScenario = z
  .strictObject({
    controls: z
      .array(
        z.strictObject({
          arn: z
            .string()
            .regex(
              /^arn:aws[a-z-]*:route53-recovery-control::\d{12}:controlpanel\/[\w-]+\/routingcontrol\/[\w-]+$/,
            )
            .describe('RoutingControlArn'),
          name: z.string().min(1).max(64).describe('RoutingControlName'),
          state: state.default('Off').describe('RoutingControlState at the beginning.'),
        }),
      )
      .max(300)
      .default([])
      .describe('Routing controls; the panel of each stands in its ARN.'),
    safetyRules: z
      .array(
        z.strictObject({
          arn: z.string().min(1).describe('SafetyRuleArn'),
          name: z.string().min(1).describe('Name'),
          controls: z.array(z.string()).min(1).describe('The routing controls that it asserts.'),
          atLeastOn: z
            .number()
            .int()
            .min(0)
            .describe('How many of them are On at least: RuleConfig of type ATLEAST.'),
        }),
      )
      .max(100)
      .default([])
      .describe('Assertion rules, which refuse a change that would break them.'),
    endpointsDown: z
      .array(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a Region'))
      .default([])
      .describe('Regions whose endpoint of the cluster is temporarily unavailable.'),
  })
  .describe('The data plane of ARC routing control.');
export type RoutingControlScenario = z.output<typeof routingControlScenario>;

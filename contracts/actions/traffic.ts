import * as z from 'zod';
import { modeSchema, slugSchema } from '../identifiers.ts';
import {
  aliasSchema,
  controlArnSchema,
  controlStateSchema,
  hostedZoneIdSchema,
  hostNameSchema,
  recordTypeSchema,
} from '../traffic.ts';
import { everyAction, timeoutMinutesSchema, triesMaxSchema } from './every-action.ts';

const ofRecord = {
  name: hostNameSchema.describe('The whole name.'),
  type: recordTypeSchema.describe('Its type.'),
};

/** What a record is to be: addresses or names, or an alias. */
const recordSchema = z.union([
  z.strictObject({
    ...ofRecord,
    values: z
      .array(z.string().min(1).max(255))
      .min(1)
      .max(10)
      .describe('Addresses, or one name. A value may be a reference, such as ${servers.privateAddresses}.'),
    ttlSeconds: z.number().int().min(0).max(86_400).default(60).describe('For how long resolvers keep it.'),
  }),
  z.strictObject({ ...ofRecord, alias: aliasSchema.describe('To a load balancer, say.') }),
]);

/** ARC: an endpoint of a cluster, of which it has five, each in a Region of its own. */
const endpointSchema = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9-]{1,63}\.route53-recovery-cluster\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com\/v1$/,
    'an endpoint such as https://abcd1234.route53-recovery-cluster.eu-west-1.amazonaws.com/v1',
  );

const recordsSchema = z.strictObject({
  what: z.literal('records').describe('Records of Route 53, all of them in one change.'),
  hostedZoneId: hostedZoneIdSchema.describe(
    "The zone in which they stand, in the account of the action's target.",
  ),
  records: z.array(recordSchema).min(1).max(10).describe('What they are to be.'),
});

const controlsSchema = z.strictObject({
  what: z.literal('routing-controls').describe('Routing controls of ARC, all of them in one change.'),
  endpoints: z
    .array(endpointSchema)
    .min(1)
    .max(5)
    .describe('The endpoints of their cluster, asked in this order until one answers: name all five.'),
  controls: z
    .array(
      z.strictObject({
        arn: controlArnSchema.describe('A routing control.'),
        state: controlStateSchema.describe('What it is to be.'),
      }),
    )
    .min(1)
    .max(10)
    .describe('What they are to be.'),
});

const backSchema = z.strictObject({
  what: z
    .literal('back')
    .describe('What another action has moved is put back to what stood there before it.'),
  waveId: slugSchema
    .optional()
    .describe("The wave of that action, among the plan's own last actions. Default: the wave of this one."),
  actionId: slugSchema.describe('That action.'),
});

/** Traffic is led elsewhere: to the recovered servers, or back from them. */
export const trafficActionSchema = z.strictObject({
  kind: z.literal('traffic').describe('Records of Route 53 or routing controls of ARC are changed.'),
  ...everyAction,
  when: z
    .enum([...modeSchema.options, 'BOTH'])
    .default('RECOVERY')
    .describe('The modes in which the action runs. In a drill only together with drillTraffic.'),
  drillTraffic: z
    .boolean()
    .default(false)
    .describe(
      'Says a second time that a drill moves traffic: for names that no user of production resolves.',
    ),
  move: z
    .discriminatedUnion('what', [recordsSchema, controlsSchema, backSchema])
    .describe('What is moved, or put back.'),
  target: slugSchema
    .optional()
    .describe(
      "A key of the plan's targets: the account of the zone or the controls, where another action is not put back. Default: where the wave recovers.",
    ),
  timeoutMinutes: timeoutMinutesSchema
    .default(15)
    .describe(
      'From the moment that AWS has accepted the change until it is in effect; then the action fails.',
    ),
  triesMax: triesMaxSchema.describe('How many times it is tried in all if it fails.'),
});
export type TrafficAction = z.infer<typeof trafficActionSchema>;

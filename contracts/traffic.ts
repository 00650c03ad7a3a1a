import * as z from 'zod';

/** Route 53: a hosted zone's id, without /hostedzone/ in front. */
export const hostedZoneIdSchema = z
  .string()
  .regex(/^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ');

const hostNameForm = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;

/** As Route 53 normalises it, but for the dot at its end. */
export const hostNameSchema = z
  .string()
  .regex(hostNameForm, 'a whole name in lower case such as www.example.com, without a dot at its end');

/** The types of records that traffic follows. */
export const recordTypeSchema = z.enum(['A', 'AAAA', 'CNAME']);

/** ARC: On lets traffic in, Off keeps it out. */
export const controlStateSchema = z.enum(['On', 'Off']);

export const controlArnForm =
  /^arn:aws[a-z-]*:route53-recovery-control::\d{12}:controlpanel\/[\w-]{1,64}\/routingcontrol\/[\w-]{1,64}$/;

/** ARC: RoutingControlArn. */
export const controlArnSchema = z.string().max(255).regex(controlArnForm, "a routing control's ARN");

export const aliasSchema = z.strictObject({
  hostedZoneId: hostedZoneIdSchema.describe('The hosted zone of what it leads to: of a load balancer, say.'),
  dnsName: hostNameSchema.describe('The name of what it leads to.'),
  evaluateTargetHealth: z
    .boolean()
    .default(false)
    .describe('Whether Route 53 asks about the health of that.'),
});

/** What can be moved: a record of a hosted zone, or a routing control. */
export const trafficPointSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('record'),
    hostedZoneId: z.string(),
    name: z.string().describe('Without a dot at its end.'),
    type: recordTypeSchema,
  }),
  z.object({ what: z.literal('routing-control'), arn: z.string() }),
]);
export type TrafficPoint = z.infer<typeof trafficPointSchema>;

const recordContentSchema = z.union([
  z.object({ ttlSeconds: z.number().int(), values: z.array(z.string()) }),
  z.object({
    alias: z.object({ hostedZoneId: z.string(), dnsName: z.string(), evaluateTargetHealth: z.boolean() }),
  }),
]);
export type RecordContent = z.infer<typeof recordContentSchema>;

/** Where a point leads: On or Off for a routing control, its content for a record, or that there is no such record. */
export const trafficValueSchema = z.union([controlStateSchema, z.literal('no record'), recordContentSchema]);
export type TrafficValue = z.infer<typeof trafficValueSchema>;

/** A point with what stood there and what is to stand there. */
export const trafficMoveSchema = z.object({
  point: trafficPointSchema,
  before: trafficValueSchema.describe('Before the first change of this action: what the way back restores.'),
  from: trafficValueSchema
    .optional()
    .describe('What this try found there, where an earlier try or attempt has changed it.'),
  after: trafficValueSchema.describe('What is to stand there.'),
});
export type TrafficMove = z.infer<typeof trafficMoveSchema>;

import * as z from 'zod';
import { drsJobIdSchema, instanceIdSchema } from './identifiers.ts';

/** The envelope in which EventBridge hands an event to a function. User guide: "Events in Amazon EventBridge". */
export const eventBridgeEnvelopeSchema = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  time: z.string(),
  resources: z.array(z.string()),
  detail: z.unknown(),
  'replay-name': z.string().optional(),
});
export type EventBridgeEnvelope = z.infer<typeof eventBridgeEnvelopeSchema>;

/** DRS, best effort: one per server of a job. `is-drill` is an upper-case string. EventBridge events reference, "DRS". */
export const drsLaunchResultSchema = z.object({
  source: z.literal('aws.drs'),
  'detail-type': z.literal('DRS Source Server Launch Result'),
  account: z.string(),
  region: z.string(),
  detail: z.object({ state: z.string(), 'job-id': drsJobIdSchema }),
});

/** Lambda: a durable execution changed its status. Developer guide: "Monitoring durable functions". */
export const durableExecutionStatusSchema = z.object({
  source: z.literal('aws.lambda'),
  'detail-type': z.literal('Durable Execution Status Change'),
  account: z.string(),
  region: z.string(),
  detail: z.object({ durableExecutionName: z.string(), status: z.string() }),
});

/** CloudWatch: an alarm changed its state. CloudWatch user guide: "Alarm events and EventBridge". */
export const alarmStateSchema = z.object({
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  account: z.string(),
  region: z.string(),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

/** Systems Manager, best effort: an automation changed its status. */
export const ssmAutomationStatusSchema = z.object({
  source: z.literal('aws.ssm'),
  'detail-type': z.literal('EC2 Automation Execution Status-change Notification'),
  account: z.string(),
  region: z.string(),
  detail: z.object({ ExecutionId: z.string(), Status: z.string() }),
});

/** EC2, best effort: an instance changed its state. EC2 user guide: "Automate responses to instance state changes". */
export const ec2InstanceStateSchema = z.object({
  source: z.literal('aws.ec2'),
  'detail-type': z.literal('EC2 Instance State-change Notification'),
  account: z.string(),
  region: z.string(),
  detail: z.object({ 'instance-id': instanceIdSchema, state: z.string() }),
});

/** Systems Manager: a Change Calendar opens or closes; may be doubled or missing. EventBridge events reference, "Systems Manager". */
export const calendarStateSchema = z.object({
  source: z.literal('aws.ssm'),
  'detail-type': z.literal('Calendar State Change'),
  account: z.string(),
  region: z.string(),
  resources: z.tuple([z.string()], z.string()).describe('The ARN of the calendar.'),
  detail: z.object({ state: z.string() }),
});

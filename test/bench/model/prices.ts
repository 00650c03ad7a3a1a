/**
 * List prices of us-east-1 in US dollars, without any free tier. Read from the price pages through the digests
 * that the comments name; October 2026.
 */
export const pricesAsOf = '2026-10';

const million = 1_000_000;

export const prices = {
  /** aws.amazon.com/lambda/pricing: requests; arm64 GB-seconds, start of a sandbox included since August 2025. */
  invocation: 0.2 / million,
  gbSecondArm: 0.0000133334,
  gbSecondX86: 0.0000166667,
  /** aws.amazon.com/eventbridge/pricing: custom events, each 64 KB; events of AWS services are free. */
  event: 1 / million,
  archiveGb: 0.1,
  /** aws.amazon.com/dynamodb/pricing/on-demand, since November 2024. */
  writeUnit: 0.625 / million,
  readUnit: 0.125 / million,
  /** aws.amazon.com/sqs/pricing, standard queues. */
  queueRequest: 0.4 / million,
  /** aws.amazon.com/step-functions/pricing, standard workflows. */
  transition: 0.025 / 1_000,
  /** aws.amazon.com/sns/pricing, as the analysis counts it. */
  notification: 0.5 / million,
  /** aws.amazon.com/cloudwatch/pricing. */
  logGb: 0.5,
  alarmMonth: 0.1,
  /** aws.amazon.com/kms/pricing. */
  keyMonth: 1,
} as const;

/** Memory of the product's functions (infra/aws/subscriber.ts), and of each baseline's. */
export const functionGb = 0.5;

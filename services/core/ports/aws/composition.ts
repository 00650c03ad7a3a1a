import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { TransactPorts } from '../../kernel/transact.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Reach } from '../probe.ts';
import { systemClock } from './clock.ts';
import { createAwsEventBus } from './event-bus.ts';
import { createAwsLog } from './log.ts';
import { countingBus, createEmfMetrics } from './metrics.ts';
import { createAwsRecordStore } from './record-store.ts';
import type { FiringTimers } from '../timers.ts';
import { createAwsTimers, type TimerReceiver } from './timers.ts';

/** What a Lambda is told about its invocation. A local runtime hands in the clock of its simulated time. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly clock?: Clock;
}

/** What nearly every service needs; the clients of DRS and SSM are for those handlers that name them. */
export interface CorePorts extends TransactPorts {
  readonly timers: FiringTimers;
  readonly log: Log;
}

/** The ports of one Lambda, and what stands between them and its deliveries. */
export interface AwsPorts {
  /** The ports for one invocation, or for one execution within it. */
  (context: InvocationContext, executionId?: string): CorePorts;
  readonly receiver: TimerReceiver;
  /** Puts what can never be handled where an operator finds it, with the reason. */
  readonly park: (message: Parked) => Promise<void>;
  /** For a service that works in targets: what a probe learns of them. */
  readonly reach?: Reach;
}

export interface Parked {
  readonly service: string;
  readonly reason: string;
  readonly delivery: unknown;
}

/** A worker's token is its authority, and is not to lie where operators look. The text may be JSON within JSON. */
const withoutTokens = (text: string): string =>
  text.replace(/(\\*"token\\*"\s*:\s*\\*")[\w-]{43}/g, '$1(withheld)');

/** Everything that is wrong with the environment, at once. A Lambda that is configured badly must not start. */
export class ConfigurationError extends Error {
  constructor(faults: string) {
    super(`The environment is not valid.\n${faults}`);
    this.name = 'ConfigurationError';
  }
}

const environmentSchema = z.object({
  EVENT_BUS_NAME: z.string().min(1),
  STATE_TABLE: z.string().min(3),
  TIMER_QUEUE_URL_PREFIX: z.url().describe("A timer queue's URL without the name of the service at its end."),
  PARKING_QUEUE_URL: z.url(),
});

/** Names with a comma between each two; none where nothing is set. */
export const namesSchema = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((name) => name !== ''));

export const parseEnvironment = <S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> => {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new ConfigurationError(z.prettifyError(parsed.error));
  return parsed.data;
};

/** Metrics in the log of the function, unless Powertools' own switch for them is off. */
export const awsMetrics = (env: Readonly<Record<string, string | undefined>>): Metrics =>
  createEmfMetrics(systemClock, (line) => {
    if (env['POWERTOOLS_METRICS_DISABLED'] !== 'true') process.stdout.write(line);
  });

/** Reads the environment and makes the clients, once per Lambda sandbox; throws a ConfigurationError. */
export const awsPorts = (
  env: Readonly<Record<string, string | undefined>>,
  service: string,
  reach?: Reach,
): AwsPorts => {
  const settings = parseEnvironment(environmentSchema, env);
  const sqs = new SQSClient();
  const store = createAwsRecordStore({ client: new DynamoDBClient(), tableName: settings.STATE_TABLE });
  const bus = countingBus(
    createAwsEventBus({ client: new EventBridgeClient(), busName: settings.EVENT_BUS_NAME, sleep }),
    awsMetrics(env),
  );
  const timersAt = (clock: Clock) =>
    createAwsTimers({
      store,
      client: sqs,
      queueUrl: (name) => `${settings.TIMER_QUEUE_URL_PREFIX}${name}`,
      clock,
      newToken: randomUUID,
    });
  const log = createAwsLog(service);

  const portsFor = ({ clock = systemClock }: InvocationContext, executionId?: string): CorePorts => ({
    store,
    bus,
    timers: timersAt(clock),
    clock,
    log: log(executionId),
  });
  const park = async (message: Parked): Promise<void> => {
    const QueueUrl = settings.PARKING_QUEUE_URL;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: withoutTokens(JSON.stringify(message)) }));
  };
  // Receiving compares tokens and never times, so the clock of one invocation is as good as another's.
  return Object.assign(portsFor, { receiver: timersAt(systemClock), park, ...(reach && { reach }) });
};

import {
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { type Journal, openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalSqs } from '../../../../infra/simulated-aws/sqs/local-sqs.ts';
import type { SqsRecord } from '../../../../infra/simulated-aws/sqs/store.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

export const startAt = Date.parse('2026-11-23T10:00:00Z');

/** Queues on a clock of their own, with a client. */
export const sqsFixture = ({
  journal = openJournal<SqsRecord>(undefined),
  now = startAt,
}: { journal?: Journal<SqsRecord>; now?: number } = {}) => {
  const clock = createManualClock(now);
  const local = createLocalSqs({
    clock,
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:4566',
    random: seededRandom(now),
  });
  const client = new SQSClient(clientOptions(local.service));
  return { clock, client, local };
};

export const arnOf = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

export const urlOf = (name: string): string => `http://127.0.0.1:4566/111122223333/${name}`;

/** Receives what is in a queue, with all that SQS tells of each message. */
export const receiverOf =
  (clientNow: () => SQSClient, QueueUrl: string) =>
  async (rest: Partial<ReceiveMessageCommandInput> = {}): Promise<readonly Message[]> =>
    (
      await clientNow().send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] },
          ...rest,
        }),
      )
    ).Messages ?? [];

/** The redrive attribute of a queue that gives messages up to `name`. */
export const redriveTo = (name: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
});

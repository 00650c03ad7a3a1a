import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '../dead-letters.ts';

export interface DeadLettersDeps {
  readonly client: SQSClient;
  readonly queueUrls: readonly string[];
}

/** SQS: ReceiveMessage.MaxNumberOfMessages is at most 10. */
const batchMax = 10;

interface Received extends DeadLetter {
  readonly queueUrl: string;
}

const isReceived = (letter: DeadLetter): letter is Received => 'queueUrl' in letter;

/** The service whose dead letters a queue takes; the topology gives the queue its name. */
const serviceOf = (queueUrl: string): { readonly service?: string } => {
  const service = /-dead-letters-([\w-]+)$/.exec(queueUrl)?.[1];
  return service === undefined ? {} : { service };
};

/** Dead-letter queues of SQS. An empty answer to a short poll does not prove a queue empty: the next run looks again. */
export const createAwsDeadLetters = ({ client, queueUrls }: DeadLettersDeps): DeadLetters => {
  const receiveFrom = async (queueUrl: string, lettersMax: number): Promise<readonly Received[]> => {
    const letters: Received[] = [];
    while (letters.length < lettersMax) {
      const MaxNumberOfMessages = Math.min(batchMax, lettersMax - letters.length);
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages }),
      );
      if (Messages.length === 0) break;
      for (const { ReceiptHandle = '', Body = '' } of Messages)
        letters.push({ receipt: ReceiptHandle, body: Body, queueUrl, ...serviceOf(queueUrl) });
    }
    return letters;
  };
  return {
    async receive(lettersMax) {
      const letters: Received[] = [];
      for (const queueUrl of queueUrls)
        letters.push(...(await receiveFrom(queueUrl, lettersMax - letters.length)));
      return letters;
    },
    async remove(letter) {
      if (!isReceived(letter)) throw new Error('The letter was not received here.');
      await client.send(
        new DeleteMessageCommand({ QueueUrl: letter.queueUrl, ReceiptHandle: letter.receipt }),
      );
    },
  };
};

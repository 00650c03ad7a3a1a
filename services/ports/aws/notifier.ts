import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Delivery, NotDeliveredError, type Notifier } from '../notifier.ts';

export interface NotifierDeps {
  readonly sns: Pick<SNSClient, 'send'>;
  /** Until the whole answer of an HTTPS receiver is there. */
  readonly timeoutMs: number;
}

type Https = Extract<Delivery, { by: 'https' }>;

const post = async ({ url, body, headers }: Https, timeoutMs: number): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    // The cause may quote the address, which is a secret.
    const name = error instanceof Error ? error.name : 'Error';
    throw new NotDeliveredError(
      name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : 'no connection',
    );
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new NotDeliveredError(`the receiver answered ${answer.status}`);
};

/** SNS topics, and receivers that take JSON over HTTPS. */
export const createAwsNotifier = ({ sns, timeoutMs }: NotifierDeps): Notifier => ({
  async deliver(delivery) {
    if (delivery.by === 'https') return post(delivery, timeoutMs);
    const { topicArn: TopicArn, subject: Subject, text: Message } = delivery;
    await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
  },
});

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Delivery, NotDeliveredError, type Notifier, type RefusalTerms } from '../notifier.ts';

export interface NotifierDeps {
  readonly sns: Pick<SNSClient, 'send'>;
  /** Until the whole answer of an HTTPS receiver is there. */
  readonly timeoutMs: number;
}

/** A receiver that asks for longer is asked again all the same. */
const retryAfterMaxMs = 3_600_000;

type Https = Extract<Delivery, { by: 'https' }>;

/**
 * Answers to a repetition of which the vendors give hope. PagerDuty, "Events API v2 Overview": 429 and 5xx, and
 * not 400. Slack, "Improving error conditions for Incoming Webhooks": 400, 403, 404 and 410 name what must be
 * mended first. 401, 407 and 409 pass as with EventBridge's API destinations: a credential is being changed.
 */
const isPassing = (status: number): boolean =>
  status >= 500 || [401, 407, 408, 409, 425, 429].includes(status);

/** RFC 9110: Retry-After is a number of seconds, or a date. */
export const retryAfterMs = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), retryAfterMaxMs);
};

const termsOf = ({ status, headers }: Response): RefusalTerms => {
  const askedMs = retryAfterMs(headers.get('retry-after'), Date.now());
  return { isFinal: !isPassing(status), ...(askedMs !== undefined && { retryAfterMs: askedMs }) };
};

const post = async ({ url, body, headers }: Https, timeoutMs: number): Promise<string> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    // A redirect would carry the secret to an address that nobody chose.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    // The cause may quote the address, which is a secret.
    const name = error instanceof Error ? error.name : 'Error';
    throw new NotDeliveredError(
      name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : 'no connection',
    );
  });
  await answer.body?.cancel();
  const text = `the receiver answered ${answer.status}`;
  if (!answer.ok) throw new NotDeliveredError(text, termsOf(answer));
  return text;
};

/** SNS topics, and receivers that take JSON over HTTPS. */
export const createAwsNotifier = ({ sns, timeoutMs }: NotifierDeps): Notifier => ({
  async deliver(delivery) {
    if (delivery.by === 'https') return post(delivery, timeoutMs);
    const { topicArn: TopicArn, subject: Subject, text: Message } = delivery;
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
    return `SNS took it as ${MessageId ?? 'a message without an id'}`;
  },
});

import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { awsPorts, type InvocationContext, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { createAwsDeadLetters } from '../../core/ports/aws/dead-letters.ts';
import { createRedriveDeadLetters } from './service.ts';

const { DEAD_LETTER_QUEUE_URLS } = parseEnvironment(
  z.object({ DEAD_LETTER_QUEUE_URLS: z.string().min(1).describe('Separated by commas.') }),
  process.env,
);
const ports = awsPorts(process.env, 'redrive-dead-letters');
const deadLetters = createAwsDeadLetters({
  client: new SQSClient(),
  queueUrls: DEAD_LETTER_QUEUE_URLS.split(','),
});

const park: Parameters<typeof createRedriveDeadLetters>[0]['park'] = ({ body }, reason) =>
  ports.park({ service: 'redrive-dead-letters', reason, delivery: body });

/** The schedule's event carries nothing of interest: all dead-letter queues are looked over. */
export const handler = async (_event: unknown, context: InvocationContext): Promise<void> => {
  const { timers, log } = ports(context);
  await createRedriveDeadLetters({ deadLetters, timers, log, park })();
};

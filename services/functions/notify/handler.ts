import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { commandOptionsOf } from './notice.ts';
import { onLiveEvents, type Read } from '../../core/ports/aws/delivery.ts';
import { createAwsNotifier } from '../../core/ports/aws/notifier.ts';
import { createAwsOnce } from '../../core/ports/aws/once.ts';
import { createAwsSecrets } from '../../core/ports/aws/secrets.ts';
import type { NotifyRules } from '../../../contracts/notify-rules.ts';
import { readRules } from '../../core/domain/notify-rules.ts';
import { createNotify } from './service.ts';

const environment = parseEnvironment(
  z.object({
    NOTIFY_RULES: z.string().default('/groundswell/notify'),
    STATE_TABLE: z.string(),
    AWS_REGION: z.string(),
    AWS_ENDPOINT_URL: z.string().optional(),
  }),
  process.env,
);
const name = 'notify';
const ports = awsPorts(process.env, name);
const once = createAwsOnce({ client: new DynamoDBClient(), tableName: environment.STATE_TABLE });
const notifier = createAwsNotifier({ sns: new SNSClient(), timeoutMs: 5_000 });
const ssm = new SSMClient();
const secrets = createAwsSecrets(ssm, () => Date.now());
const settings = createAwsSecrets(ssm, () => Date.now(), 30_000);

/** No parameter, no rules, no messages. While it is not valid, events wait on record until it is fixed. */
const rules = async (): Promise<NotifyRules> => {
  const text = await settings.read(`ssm:${environment.NOTIFY_RULES}`).catch((error: unknown) => {
    if (error instanceof ParameterNotFound) return '{}';
    throw error;
  });
  return readRules(text);
};

const read: Read = (core) => async (envelope) => {
  const { notify, retry } = createNotify({
    ...{ ...core, notifier, secrets, once, rules },
    commandOptions: commandOptionsOf(environment),
    park: (delivery, reason) => ports.park({ service: name, reason, delivery }),
  });
  await (envelope.source === 'aws.events' ? retry() : notify(envelope));
};

export const handler = onLiveEvents({ ports, name }, read);

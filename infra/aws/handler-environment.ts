import { Aws, type Stack } from 'aws-cdk-lib';
import {
  apiBase,
  busName,
  deadLetterQueueName,
  functions,
  parkingQueueName,
  stateTable,
  timerQueuePrefix,
} from '../topology.ts';
import type { Settings } from './settings.ts';

/** What the handlers read from their environment; the local runtime sets the same names. */
export const handlerEnvironment = (
  { account, region }: Stack,
  { documents, recoveryNeedsApproval, approvalMinutes }: Settings,
): Readonly<Record<string, string>> => {
  const queues = `https://sqs.${region}.${Aws.URL_SUFFIX}/${account}/`;
  return {
    AWS_ACCOUNT_ID: account,
    EVENT_BUS_NAME: busName,
    STATE_TABLE: stateTable.name,
    TIMER_QUEUE_URL_PREFIX: `${queues}${timerQueuePrefix}`,
    PARKING_QUEUE_URL: `${queues}${parkingQueueName}`,
    DEAD_LETTER_QUEUE_URLS: functions
      .map(({ service }) => `${queues}${deadLetterQueueName(service)}`)
      .join(','),
    ALLOWED_DOCUMENTS: documents.join(','),
    RECOVERY_NEEDS_APPROVAL: String(recoveryNeedsApproval),
    APPROVAL_MINUTES: String(approvalMinutes),
    API_BASE: apiBase,
    API_CALLERS: 'jwt',
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
};

import { Aws, type Stack } from 'aws-cdk-lib';
import {
  apiBase,
  apiService,
  busName,
  deadLetterQueueName,
  functions,
  parkingQueueName,
  scheduleGroup,
  scheduleService,
  schedulerRoleName,
  stateTable,
  timerQueuePrefix,
} from '../topology.ts';
import { accessParameter } from '../../contracts/access.ts';
import type { ServiceName } from '../../contracts/services.ts';
import type { Settings } from './settings.ts';

/** What one service reads beside the others: a function's environment holds 4 KB, and a long allow-list most of it. */
const ofService = (
  service: ServiceName,
  queues: string,
  stack: Stack,
  { documents, functions: invoked, traffic, recoveryNeedsApproval, approvalMinutes, access }: Settings,
): Readonly<Record<string, string>> => {
  const allowed = {
    ALLOWED_DOCUMENTS: documents.join(','),
    ALLOWED_FUNCTIONS: invoked.join(','),
    ALLOWED_TRAFFIC: traffic.join(','),
  };
  const own: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>> = {
    'accept-execution': {
      ...allowed,
      RECOVERY_NEEDS_APPROVAL: String(recoveryNeedsApproval),
      APPROVAL_MINUTES: String(approvalMinutes),
    },
    [apiService]: {
      ...allowed,
      ...(access !== undefined && { ACCESS_RULES: accessParameter }),
      ...{ API_BASE: apiBase, API_CALLERS: 'jwt' },
    },
    [scheduleService]: {
      SCHEDULE_GROUP: scheduleGroup,
      SCHEDULE_ROLE_ARN: stack.formatArn({
        ...{ service: 'iam', region: '', resource: 'role' },
        resourceName: schedulerRoleName(stack.region),
      }),
      SCHEDULE_BUS_ARN: stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: busName }),
      SCHEDULE_DEAD_LETTER_ARN: stack.formatArn({
        service: 'sqs',
        resource: deadLetterQueueName(scheduleService),
      }),
    },
    'redrive-dead-letters': {
      DEAD_LETTER_QUEUE_URLS: functions
        .map((each) => `${queues}${deadLetterQueueName(each.service)}`)
        .join(','),
    },
  };
  return own[service] ?? {};
};

/** What a service's handler reads from its environment; the local runtime sets the same names. */
export const handlerEnvironment = (
  service: ServiceName,
  stack: Stack,
  settings: Settings,
): Readonly<Record<string, string>> => {
  const { account, region } = stack;
  const queues = `https://sqs.${region}.${Aws.URL_SUFFIX}/${account}/`;
  return {
    AWS_ACCOUNT_ID: account,
    EVENT_BUS_NAME: busName,
    STATE_TABLE: stateTable.name,
    TIMER_QUEUE_URL_PREFIX: `${queues}${timerQueuePrefix}`,
    PARKING_QUEUE_URL: `${queues}${parkingQueueName}`,
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    ...ofService(service, queues, stack, settings),
  };
};

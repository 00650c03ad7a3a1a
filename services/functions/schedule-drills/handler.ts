import { SchedulerClient } from '@aws-sdk/client-scheduler';
import * as z from 'zod';
import { accountIdSchema } from '../../../contracts/identifiers.ts';
import { drillDue, scheduleChanged } from '../../../contracts/schedule-events.ts';
import { createAwsAlarmReader } from '../../core/ports/aws/alarm-reader.ts';
import { createAwsCalendarReader } from '../../core/ports/aws/calendar-reader.ts';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onLiveEvents, type Read } from '../../core/ports/aws/delivery.ts';
import { awsOperatorPorts } from '../../core/ports/aws/operator-ports.ts';
import { readRequest } from '../../core/ports/aws/read-request.ts';
import { createAwsScheduler } from '../../core/ports/aws/scheduler.ts';
import { UnprocessableEvent } from '../../core/ports/aws/wake-of-event.ts';
import { faultText } from '../../../contracts/fault-text.ts';
import { createScheduleDrills, NoOccurrenceError } from './service.ts';

const name = 'schedule-drills';
const settings = parseEnvironment(
  z.object({
    AWS_ACCOUNT_ID: accountIdSchema,
    AWS_REGION: z.string(),
    EVENT_BUS_NAME: z.string().min(1),
    STATE_TABLE: z.string().min(3),
    SCHEDULE_GROUP: z.string().min(1),
    SCHEDULE_ROLE_ARN: z.string().startsWith('arn:'),
    SCHEDULE_BUS_ARN: z.string().startsWith('arn:'),
    SCHEDULE_DEAD_LETTER_ARN: z.string().startsWith('arn:'),
  }),
  process.env,
);
const ports = awsPorts(process.env, name);
const client = new SchedulerClient();
const access = async () => ({
  region: settings.AWS_REGION,
  credentials: await client.config.credentials(),
});
const requests = awsOperatorPorts({
  ...{ endpoint: undefined, region: settings.AWS_REGION },
  ...{ busName: settings.EVENT_BUS_NAME, tableName: settings.STATE_TABLE },
});
const scheduler = createAwsScheduler({
  client,
  group: settings.SCHEDULE_GROUP,
  roleArn: settings.SCHEDULE_ROLE_ARN,
  busArn: settings.SCHEDULE_BUS_ARN,
  deadLetterArn: settings.SCHEDULE_DEAD_LETTER_ARN,
});
const calendars = createAwsCalendarReader({ access });
const alarms = createAwsAlarmReader({ access });
const home = { account: settings.AWS_ACCOUNT_ID, region: settings.AWS_REGION };

const read: Read = (core) => async (envelope) => {
  const service = createScheduleDrills({ ...core, requests, scheduler, calendars, alarms, home });
  if (envelope.source === 'aws.events') return service.sweep();
  if (envelope['detail-type'] === scheduleChanged.name) {
    const changed = readRequest(scheduleChanged.data, envelope);
    if ('faults' in changed) throw new UnprocessableEvent(changed.faults.map(faultText).join('\n'));
    return service.changed(changed.data.scheduleId);
  }
  const due = readRequest(drillDue.data, envelope);
  if ('faults' in due) throw new UnprocessableEvent(due.faults.map(faultText).join('\n'));
  return service.due(due.data.scheduleId, due.data.scheduledAt).catch((error: unknown) => {
    throw error instanceof NoOccurrenceError ? new UnprocessableEvent(error.message) : error;
  });
};

export const handler = onLiveEvents({ ports, name }, read);

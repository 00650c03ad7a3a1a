import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { slugSchema } from '../../../contracts/identifiers.ts';
import { systemClock } from '../../core/ports/aws/clock.ts';
import { parseEnvironment } from '../../core/ports/aws/composition.ts';
import { createAwsLog } from '../../core/ports/aws/log.ts';
import { createAwsRecordStore } from '../../core/ports/aws/record-store.ts';
import { createPlanResource } from './plan-resource.ts';
import { putAnswer } from './put-answer.ts';

const settings = parseEnvironment(
  z.object({ STATE_TABLE: z.string().min(3), PLAN_ID: slugSchema }),
  process.env,
);

export const handler = createPlanResource(settings.PLAN_ID, {
  store: createAwsRecordStore({ client: new DynamoDBClient(), tableName: settings.STATE_TABLE }),
  now: () => systemClock.now(),
  sleep,
  answer: putAnswer,
  log: createAwsLog('store-plan')(),
});

import * as z from 'zod';
import { slugSchema } from '../../../contracts/identifiers.ts';
import { parseEnvironment } from '../../core/ports/aws/composition.ts';
import { awsOperatorPorts } from '../../core/ports/aws/operator-ports.ts';
import { createStep } from './step.ts';

const settings = parseEnvironment(
  z.object({
    AWS_REGION: z.string(),
    EVENT_BUS_NAME: z.string().min(1),
    STATE_TABLE: z.string().min(3),
    PLAN_ID: slugSchema,
    MODE: z.enum(['DRILL', 'RECOVERY']),
  }),
  process.env,
);

const operator = awsOperatorPorts({
  endpoint: undefined,
  region: settings.AWS_REGION,
  busName: settings.EVENT_BUS_NAME,
  tableName: settings.STATE_TABLE,
});

export const handler = createStep({ planId: settings.PLAN_ID, mode: settings.MODE }, operator);

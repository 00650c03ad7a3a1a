import * as z from 'zod';
import { awsMetrics, awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onTimers, type Look } from '../../core/ports/aws/delivery.ts';
import { awsOperatorPorts } from '../../core/ports/aws/operator-ports.ts';
import { readOverdueProofs } from '../../core/streams/overdue-proofs.ts';
import { createReconcile } from './service.ts';
import { survey } from './survey.ts';
import { tellOverdueProofs } from './tell-overdue.ts';

const settings = parseEnvironment(
  z.object({
    AWS_REGION: z.string(),
    EVENT_BUS_NAME: z.string().min(1),
    STATE_TABLE: z.string().min(3),
  }),
  process.env,
);
const ports = awsPorts(process.env, 'reconcile');
const metrics = awsMetrics(process.env);
const requests = awsOperatorPorts({
  ...{ endpoint: undefined, region: settings.AWS_REGION },
  ...{ busName: settings.EVENT_BUS_NAME, tableName: settings.STATE_TABLE },
});

const look: Look = (core) => createReconcile(core).reconcile;

/** The schedule's event carries nothing of interest: all open executions are looked over, and the proofs of all plans. */
export const handler = onDeliveries(
  async (_event, context) => {
    const core = ports(context);
    await createReconcile(core).sweep();
    const now = core.clock.now();
    const overdue = await readOverdueProofs(core.store, now);
    metrics.record(await survey(core.store, now, overdue.length));
    await tellOverdueProofs({ ...core, requests }, overdue);
  },
  onTimers(ports, 'reconcile', look),
);

import { awsMetrics, awsPorts } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onTimers, type Look } from '../../core/ports/aws/delivery.ts';
import { createReconcile } from './service.ts';
import { survey } from './survey.ts';

const ports = awsPorts(process.env, 'reconcile');
const metrics = awsMetrics(process.env);

const look: Look = (core) => createReconcile(core).reconcile;

/** The schedule's event carries nothing of interest: all open executions are looked over. */
export const handler = onDeliveries(
  async (_event, context) => {
    const core = ports(context);
    await createReconcile(core).sweep();
    metrics.record(await survey(core.store, core.clock.now()));
  },
  onTimers(ports, 'reconcile', look),
);

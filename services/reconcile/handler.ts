import { awsPorts } from '../ports/aws/composition.ts';
import { onDeliveries, onTimers, type Look } from '../ports/aws/delivery.ts';
import { createReconcile } from './service.ts';

const ports = awsPorts(process.env, 'reconcile');

const look: Look = (core) => createReconcile(core).reconcile;

/** The schedule's event carries nothing of interest: all open executions are looked over. */
export const handler = onDeliveries(
  (_event, context) => createReconcile(ports(context)).sweep(),
  onTimers(ports, 'reconcile', look),
);

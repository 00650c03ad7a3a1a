import { awsPorts } from '../ports/aws/composition.ts';
import { onDeliveries, onEvents, onTimers, type Look } from '../ports/aws/delivery.ts';
import { createAwsRecoveryService, homeAccountOf } from '../ports/aws/recovery-service.ts';
import { createLaunchWave } from './service.ts';

const ports = awsPorts(process.env, 'launch-wave');
const recovery = createAwsRecoveryService({ homeAccount: homeAccountOf(process.env) });

const look: Look = (core) => createLaunchWave({ ...core, recovery });

export const handler = onDeliveries(
  onEvents(ports, 'launch-wave', look),
  onTimers(ports, 'launch-wave', look),
);

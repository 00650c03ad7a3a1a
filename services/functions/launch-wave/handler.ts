import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onEvents, onTimers, type Look } from '../../core/ports/aws/delivery.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { createLaunchWave } from './service.ts';

const { AWS_REGION: region } = parseEnvironment(z.object({ AWS_REGION: z.string() }), process.env);
const homeAccount = homeAccountOf(process.env);
const recovery = createAwsRecoveryService({ homeAccount });
const ports = awsPorts(process.env, 'launch-wave', createReach(recovery, { account: homeAccount, region }));

const look: Look = (core) => createLaunchWave({ ...core, recovery });

export const handler = onDeliveries(
  onEvents(ports, 'launch-wave', look),
  onTimers(ports, 'launch-wave', look),
);

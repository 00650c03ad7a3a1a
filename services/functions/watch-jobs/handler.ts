import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import {
  onDeliveries,
  onEvents,
  onOwnEventsAndHints,
  onTimers,
  type Look,
} from '../../core/ports/aws/delivery.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { createFirstLook, createLookAtHint, createWatchJobs } from './service.ts';

const { AWS_REGION: region } = parseEnvironment(z.object({ AWS_REGION: z.string() }), process.env);
const homeAccount = homeAccountOf(process.env);
const recovery = createAwsRecoveryService({ homeAccount });
const ports = awsPorts(process.env, 'watch-jobs', createReach(recovery, { account: homeAccount, region }));

const look: Look = (core) => {
  const watch = createWatchJobs({ ...core, recovery });
  return (wake, causationId) => watch([wake], causationId);
};

export const handler = onDeliveries(
  onOwnEventsAndHints(
    onEvents(ports, 'watch-jobs', (core) => createFirstLook(core)),
    onEvents(ports, 'watch-jobs', (core) => createLookAtHint({ ...core, recovery })),
  ),
  onTimers(ports, 'watch-jobs', look),
);

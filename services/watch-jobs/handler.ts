import { awsPorts } from '../ports/aws/composition.ts';
import { onDeliveries, onEvents, onOwnEventsAndHints, onTimers, type Look } from '../ports/aws/delivery.ts';
import { createAwsRecoveryService, homeAccountOf } from '../ports/aws/recovery-service.ts';
import { createFirstLook, createLookSoon, createWatchJobs } from './service.ts';

const ports = awsPorts(process.env, 'watch-jobs');
const recovery = createAwsRecoveryService({ homeAccount: homeAccountOf(process.env) });

const look: Look = (core) => {
  const watch = createWatchJobs({ ...core, recovery });
  return (wake, causationId) => watch([wake], causationId);
};

export const handler = onDeliveries(
  onOwnEventsAndHints(
    onEvents(ports, 'watch-jobs', (core) => createFirstLook(core)),
    onEvents(ports, 'watch-jobs', createLookSoon),
  ),
  onTimers(ports, 'watch-jobs', look),
);

import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import {
  onDeliveries,
  onEvents,
  onEventsAndRequests,
  onOwnEventsAndHints,
  onTimers,
  type Look,
  type Read,
} from '../../core/ports/aws/delivery.ts';
import { readDecision } from '../../core/ports/aws/read-request.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { drillDecisionOf } from './decision-of.ts';
import { createCleanUpDrill } from './service.ts';

const { AWS_REGION: region } = parseEnvironment(z.object({ AWS_REGION: z.string() }), process.env);
const homeAccount = homeAccountOf(process.env);
const recovery = createAwsRecoveryService({ homeAccount });
const ports = awsPorts(
  process.env,
  'clean-up-drill',
  createReach(recovery, { account: homeAccount, region }),
);

const look: Look = (core) => createCleanUpDrill({ ...core, recovery }).cleanUp;

const hint: Look = (core) => createCleanUpDrill({ ...core, recovery }).hint;

const decide: Read = (core) => async (envelope) => {
  const asked = readDecision(envelope);
  const decision = drillDecisionOf(asked, envelope.id);
  await createCleanUpDrill({ ...core, recovery }).decide(asked.data.executionId, decision, envelope.id);
};

export const handler = onDeliveries(
  onOwnEventsAndHints(
    onEventsAndRequests(ports, 'clean-up-drill', look, decide),
    onEvents(ports, 'clean-up-drill', hint),
  ),
  onTimers(ports, 'clean-up-drill', look),
);

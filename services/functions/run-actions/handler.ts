import { awsPorts } from '../../core/ports/aws/composition.ts';
import { createAwsAutomationService } from '../../core/ports/aws/automation-service.ts';
import {
  onDeliveries,
  onEventsAndRequests,
  onTimers,
  type Look,
  type Read,
} from '../../core/ports/aws/delivery.ts';
import { readDecision } from '../../core/ports/aws/read-request.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createRunActions } from './service.ts';

const ports = awsPorts(process.env, 'run-actions');
const homeAccount = homeAccountOf(process.env);
const recovery = createAwsRecoveryService({ homeAccount });
const automation = createAwsAutomationService({ homeAccount });

const look: Look = (core) => createRunActions({ ...core, recovery, automation }).run;

const answer: Read = (core) => async (envelope) => {
  const { type, data } = readDecision(envelope);
  if (type !== 'ApproveRequested' && type !== 'DeclineRequested') return;
  const { executionId, waveId, actionId, by, reason, decisionId = envelope.id } = data;
  const wake = { service: 'run-actions' as const, executionId, waveId };
  const given = { approved: type === 'ApproveRequested', actionId, by, reason, decisionId };
  await createRunActions({ ...core, recovery, automation }).answer(wake, given, envelope.id);
};

export const handler = onDeliveries(
  onEventsAndRequests(ports, 'run-actions', look, answer),
  onTimers(ports, 'run-actions', look),
);

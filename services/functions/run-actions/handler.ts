import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { taskSource } from '../../../contracts/task-events.ts';
import { awsPorts, type CorePorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { createAwsAlarmReader } from '../../core/ports/aws/alarm-reader.ts';
import { createAwsFunctionService } from '../../core/ports/aws/function-service.ts';
import { createAwsAutomationService } from '../../core/ports/aws/automation-service.ts';
import {
  onDeliveries,
  onEventsAndRequests,
  onTimers,
  type Look,
  type Read,
} from '../../core/ports/aws/delivery.ts';
import { readDecision, readTaskReport } from '../../core/ports/aws/read-request.ts';
import { createDrsClients, createTargetAccess } from '../../core/ports/aws/drs-clients.ts';
import { createTargetCredentials } from '../../core/ports/aws/target-credentials.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createAwsTaskBoard } from '../../core/ports/aws/task-board.ts';
import { createAwsTrafficService } from '../../core/ports/aws/traffic-service.ts';
import { UnprocessableEvent } from '../../core/ports/aws/wake-of-event.ts';
import type { ActionPorts } from './action-effects.ts';
import { createRunActions } from './service.ts';

const ports = awsPorts(process.env, 'run-actions');
const homeAccount = homeAccountOf(process.env);
const clientsOf = createDrsClients(createTargetCredentials(homeAccount));
const recovery = createAwsRecoveryService({ homeAccount, clientsOf });
const access = createTargetAccess(clientsOf);
const alarms = createAwsAlarmReader({ access });
const functions = createAwsFunctionService({ access });
const traffic = createAwsTrafficService({ access });
const automation = createAwsAutomationService({ homeAccount });

const { EVENT_BUS_NAME } = parseEnvironment(z.object({ EVENT_BUS_NAME: z.string() }), process.env);
const eventBridge = new EventBridgeClient();

const portsOf = (core: CorePorts): ActionPorts => ({
  ...core,
  ...{ recovery, automation, alarms, functions, traffic },
  tasks: createAwsTaskBoard({ client: eventBridge, busName: EVENT_BUS_NAME, sleep, clock: core.clock }),
});

const look: Look = (core) => createRunActions(portsOf(core)).run;

const report: Read = (core) => async (envelope) => {
  const refused = await createRunActions(portsOf(core)).report(readTaskReport(envelope), envelope.id);
  if (refused !== undefined) throw new UnprocessableEvent(refused);
};

const answer: Read = (core) => async (envelope) => {
  if (envelope.source === taskSource) return report(core)(envelope);
  const { type, data } = readDecision(envelope);
  if (type !== 'ApproveRequested' && type !== 'DeclineRequested') return;
  const { executionId, waveId, actionId, by, reason, decisionId = envelope.id } = data;
  const wake = { service: 'run-actions' as const, executionId, waveId };
  const given = { approved: type === 'ApproveRequested', actionId, by, reason, decisionId };
  await createRunActions(portsOf(core)).answer(wake, given, envelope.id);
};

export const handler = onDeliveries(
  onEventsAndRequests(ports, 'run-actions', look, answer),
  onTimers(ports, 'run-actions', look),
);

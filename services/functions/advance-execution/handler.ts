import { awsPorts } from '../../core/ports/aws/composition.ts';
import {
  onDeliveries,
  onEventsAndRequests,
  onTimers,
  type Look,
  type Read,
} from '../../core/ports/aws/delivery.ts';
import { readDecision } from '../../core/ports/aws/read-request.ts';
import { createGraphReader } from '../../core/streams/frozen-plan.ts';
import { createAdvanceExecution } from './service.ts';
import { decisionOf } from './decision-of.ts';

const ports = awsPorts(process.env, 'advance-execution');
const graphs = createGraphReader();

const look: Look = (core) => createAdvanceExecution(core, graphs).advance;

const decide: Read = (core) => async (envelope) => {
  const asked = readDecision(envelope);
  await createAdvanceExecution(core, graphs).decide(
    asked.data.executionId,
    decisionOf(asked, envelope.id),
    envelope.id,
  );
};

export const handler = onDeliveries(
  onEventsAndRequests(ports, 'advance-execution', look, decide),
  onTimers(ports, 'advance-execution', look),
);

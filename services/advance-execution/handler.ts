import { awsPorts } from '../ports/aws/composition.ts';
import { onDeliveries, onEventsAndRequests, onTimers, type Look, type Read } from '../ports/aws/delivery.ts';
import { readDecision } from '../ports/aws/read-request.ts';
import { createGraphReader } from '../streams/frozen-plan.ts';
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

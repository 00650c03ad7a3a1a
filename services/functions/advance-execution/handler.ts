import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createAwsCalendarReader } from '../../core/ports/aws/calendar-reader.ts';
import { awsPorts, type CorePorts } from '../../core/ports/aws/composition.ts';
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
import { actOn } from './decision-of.ts';

const ports = awsPorts(process.env, 'advance-execution');
const graphs = createGraphReader();
const { config } = new EventBridgeClient();
const calendars = createAwsCalendarReader({
  access: async () => ({ region: await config.region(), credentials: await config.credentials() }),
});

const serviceOf = (core: CorePorts) => createAdvanceExecution({ ...core, calendars }, graphs);

const look: Look = (core) => serviceOf(core).advance;

const decide: Read = (core) => (envelope) => actOn(serviceOf(core), readDecision(envelope), envelope.id);

export const handler = onDeliveries(
  onEventsAndRequests(ports, 'advance-execution', look, decide),
  onTimers(ports, 'advance-execution', look),
);

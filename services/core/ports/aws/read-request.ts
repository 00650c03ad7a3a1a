import { faultText } from '../../../../contracts/fault-text.ts';
import * as z from 'zod';
import { decisionEvents, type DecisionFact } from '../../../../contracts/decision-events.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { faultsOf } from '../../../../contracts/faults.ts';
import type { EventBridgeEnvelope } from '../../../../contracts/foreign-events.ts';
import { taskReportSchema, type TaskReport } from '../../../../contracts/task-events.ts';
import { UnprocessableEvent } from './wake-of-event.ts';

/** What others publish needs only `data`; whatever metadata they add is ignored. */
const detailSchema = z.object({ data: z.unknown() });

/** A published request as its schema reads it, or everything that is wrong with it. */
export const readRequest = <S extends z.ZodType>(
  schema: S,
  envelope: EventBridgeEnvelope,
): { readonly data: z.output<S> } | { readonly faults: readonly Fault[] } => {
  const detail = detailSchema.safeParse(envelope.detail);
  if (!detail.success)
    return {
      faults: [{ path: 'detail', message: 'the event has no detail.data', expected: '{"data": {…}}' }],
    };
  const { data } = detail.data;
  const parsed = schema.safeParse(data);
  return parsed.success ? { data: parsed.data } : { faults: faultsOf(schema, data, parsed.error) };
};

/** A published decision. What cannot be read names no execution to answer to, and is parked with its faults. */
export const readDecision = (envelope: EventBridgeEnvelope): DecisionFact => {
  const contract = decisionEvents.find((each) => each.name === envelope['detail-type']);
  if (contract === undefined) throw new UnprocessableEvent(`${envelope['detail-type']} is not a decision.`);
  return { type: contract.name, data: readOrPark(contract.data, envelope) } as DecisionFact;
};

/** A worker's published report; what cannot be read is parked with its faults. */
export const readTaskReport = (envelope: EventBridgeEnvelope): TaskReport =>
  readOrPark(taskReportSchema, envelope);

const readOrPark = <S extends z.ZodType>(schema: S, envelope: EventBridgeEnvelope): z.output<S> => {
  const read = readRequest(schema, envelope);
  if ('faults' in read) throw new UnprocessableEvent(read.faults.map(faultText).join('\n'));
  return read.data;
};

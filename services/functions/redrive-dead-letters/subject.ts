import * as z from 'zod';
import { requestContractOf } from '../../../contracts/decision-events.ts';
import { eventSource } from '../../../contracts/envelope.ts';
import { proofOverdue } from '../../../contracts/proof-event.ts';
import { drillDue, scheduleChanged } from '../../../contracts/schedule-events.ts';
import { taskSource } from '../../../contracts/task-events.ts';
import { probeRequested } from '../../../contracts/probe-event.ts';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { statedIn } from '../../../contracts/read-event.ts';

/** What is to be done about a delivery that was given up. */
export type Subject =
  /** Whatever it was to cause follows from the state of this execution. */
  | { readonly kind: 'execution'; readonly executionId: string }
  /** It asked for a look that a timer or the next beat of a schedule takes anyway. */
  | { readonly kind: 'expendable'; readonly why: string }
  /**
   * Only a person can say whether it is still wanted. It may have been acted on, and what followed not been said: that
   * execution is looked at all the same.
   */
  | { readonly kind: 'operator'; readonly why: string; readonly executionId?: string };

/** Lambda: the record of an asynchronous invocation that an on-failure destination gets. */
const failedInvocationSchema = z.object({ requestPayload: z.unknown() });
const timerSchema = z.object({ wake: z.object({ executionId: executionIdSchema }) });
const eventSchema = z.object({ source: z.string(), 'detail-type': z.string(), detail: z.unknown() });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What it was to cause does not follow from any state: nobody would be told by a look at the execution. */
const untold = 'notify';

/** What schedules are asked to do follows from what is stored of them. */
const expendable: ReadonlySet<string> = new Set([drillDue.name, scheduleChanged.name]);

const requestSchema = z.object({ data: z.object({ executionId: executionIdSchema }) });

/** The execution that a decision is about. */
const executionOfRequest = (detail: unknown): { readonly executionId?: string } =>
  requestSchema.safeParse(detail).data?.data ?? {};

const ofEvent = (event: z.infer<typeof eventSchema>, service: string | undefined): Subject => {
  const { source, 'detail-type': detailType, detail } = event;
  if (source.startsWith('aws.'))
    return { kind: 'expendable', why: `${detailType} of ${source} only said: look now` };
  if (source === taskSource)
    return {
      kind: 'operator',
      why: `${detailType} was not acted on; its task fails at its time-out unless the worker reports again`,
    };
  if (source !== eventSource) return { kind: 'operator', why: `nothing is known of source ${source}` };
  if (detailType === probeRequested.name)
    return { kind: 'expendable', why: 'nobody waits for a probe for so long' };
  if (expendable.has(detailType))
    return { kind: 'expendable', why: `the next look at all schedules does what ${detailType} was to cause` };
  if (requestContractOf(detailType) !== undefined)
    return {
      kind: 'operator',
      why: `${detailType} was not acted on; ask again if it is still wanted`,
      ...executionOfRequest(detail),
    };
  if (detailType === proofOverdue.name)
    return { kind: 'operator', why: `${detailType} may have been told to nobody` };
  const { success: isNamed, data: executionId = '' } = executionIdSchema.safeParse(
    statedIn(detail).executionId,
  );
  if (isNamed && service === untold)
    return {
      kind: 'operator',
      why: `${detailType} of ${executionId} may have been told to nobody`,
    };
  return isNamed
    ? { kind: 'execution', executionId }
    : { kind: 'operator', why: `${detailType} names no execution` };
};

/**
 * Reads the body of a dead letter: an event, the record of a failed invocation with the event in it, or a
 * timer. A request is never repeated by a machine: an ExecutionRequested of hours ago must not start a
 * recovery that nobody expects any more. `service` is whose delivery it was.
 */
export const subjectOf = (body: string, service?: string): Subject => {
  const json = parseJson(body);
  const failed = failedInvocationSchema.safeParse(json);
  const delivery = failed.success ? failed.data.requestPayload : json;
  const timer = timerSchema.safeParse(delivery);
  if (timer.success) return { kind: 'execution', executionId: timer.data.wake.executionId };
  const event = eventSchema.safeParse(delivery);
  return event.success
    ? ofEvent(event.data, service)
    : { kind: 'operator', why: 'it is neither an event nor a timer' };
};

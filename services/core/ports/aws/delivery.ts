import * as z from 'zod';
import { eventSource } from '../../../../contracts/envelope.ts';
import { requestContractOf } from '../../../../contracts/decision-events.ts';
import { taskSource } from '../../../../contracts/task-events.ts';
import { type EventBridgeEnvelope, eventBridgeEnvelopeSchema } from '../../../../contracts/foreign-events.ts';
import { type WokenService, wokenServices } from '../../../../contracts/services.ts';
import type { Wake } from '../timers.ts';
import type { AwsPorts, CorePorts, InvocationContext } from './composition.ts';
import { answerProbe, completeProbe, isProbe, isProbeTimer } from './probe.ts';
import { MalformedTimerError } from './timers.ts';
import { parseAs, UnprocessableEvent, wakesOfEvent } from './wake-of-event.ts';

/** A service built from its ports: it looks at what the wake names. A rejection means: deliver again. */
export type Look = (ports: CorePorts) => (wake: Wake, causationId: string) => Promise<void>;

/** A service that needs the event itself and not only its subject. */
export type Read = (ports: CorePorts) => (envelope: EventBridgeEnvelope) => Promise<void>;

type Handler<Answer> = (event: unknown, context: InvocationContext) => Promise<Answer>;

/** Lambda: "Reporting batch item failures for Lambda functions with an SQS trigger". */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Deliverer {
  readonly ports: AwsPorts;
  /** The function's name in the log and with parked messages. */
  readonly name: string;
}

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
type SqsRecord = z.infer<typeof batchSchema>['Records'][number];

/** Runs a delivery; what can never be handled is parked with its reason instead of being retried. */
const orPark = async (
  { ports, name }: Deliverer,
  context: InvocationContext,
  delivery: unknown,
  run: () => Promise<void>,
): Promise<void> => {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UnprocessableEvent || error instanceof MalformedTimerError)) throw error;
    ports(context).log.warn('A delivery was parked', { reason: error.message });
    await ports.park({ service: name, reason: error.message, delivery });
  }
};

/** Only what sets timers for itself can be probed. */
const probed = async (
  { name, ports: { reach } }: Deliverer,
  core: CorePorts,
  envelope: EventBridgeEnvelope,
): Promise<void> => {
  const service = wokenServices.find((each) => each === name);
  if (service !== undefined) await answerProbe(core, service, envelope, reach);
};

/**
 * Handles events of EventBridge that act. A replayed event is logged and acts on nothing, whatever the rule
 * let through: a replayed request would otherwise start a recovery.
 */
export const onLiveEvents =
  (deliverer: Deliverer, read: Read): Handler<void> =>
  (event, context) =>
    orPark(deliverer, context, event, async () => {
      const envelope = parseAs(eventBridgeEnvelopeSchema, event);
      const ports = deliverer.ports(context);
      const replay = envelope['replay-name'];
      if (replay === undefined && isProbe(envelope)) await probed(deliverer, ports, envelope);
      else if (replay === undefined) await read(ports)(envelope);
      else ports.log.info('A replayed event was ignored', { eventId: envelope.id, replay });
    });

const lookAtSubject =
  (ports: AwsPorts, service: WokenService, look: Look, context: InvocationContext): Read =>
  (own) =>
  async (envelope) => {
    const caused = await wakesOfEvent(own.store, service, envelope, own.clock.now());
    if (caused.length === 0)
      own.log.info('A hint about something unknown was ignored', { eventId: envelope.id });
    for (const { wake, causationId } of caused)
      await look(ports(context, wake.executionId))(wake, causationId);
  };

/** Handles live events by looking at the execution or wave that they are about. */
export const onEvents =
  (ports: AwsPorts, service: WokenService, look: Look): Handler<void> =>
  (event, context) =>
    onLiveEvents({ ports, name: service }, lookAtSubject(ports, service, look, context))(event, context);

/** For a service to which an event of the product says something else than AWS's hints do. */
export const onOwnEventsAndHints =
  (own: Handler<void>, hints: Handler<void>): Handler<void> =>
  (event, context) => {
    const isOwn =
      typeof event === 'object' && event !== null && 'source' in event && event.source === eventSource;
    return isOwn ? own(event, context) : hints(event, context);
  };

/** What people and workers say, and not a fact to look at. */
const isSaid = ({ source, 'detail-type': type }: EventBridgeEnvelope): boolean =>
  source === taskSource || requestContractOf(type) !== undefined;

/** The same for a service that also answers what operators ask for, and workers report, by event. */
export const onEventsAndRequests =
  (ports: AwsPorts, service: WokenService, look: Look, decide: Read): Handler<void> =>
  (event, context) => {
    const read: Read = (own) => (envelope) =>
      (isSaid(envelope) ? decide : lookAtSubject(ports, service, look, context))(own)(envelope);
    return onLiveEvents({ ports, name: service }, read)(event, context);
  };

/** Handles the messages of a batch side by side; each of them fails or succeeds for itself. */
const onBatch =
  (
    { ports, name }: Deliverer,
    take: (record: SqsRecord, context: InvocationContext) => Promise<void>,
  ): Handler<BatchAnswer> =>
  async (event, context) => {
    const { Records } = batchSchema.parse(event);
    const failed = await Promise.all(
      Records.map(async (record) => {
        try {
          await orPark({ ports, name }, context, record.body, () => take(record, context));
          return [];
        } catch (error) {
          ports(context).log.warn('A message failed and will come again', {
            messageId: record.messageId,
            error,
          });
          return [{ itemIdentifier: record.messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };

/** Handles a batch of timer messages. */
export const onTimers = (ports: AwsPorts, service: WokenService, look: Look): Handler<BatchAnswer> =>
  onBatch({ ports, name: service }, async (record, context) => {
    const fired = await ports.receiver.receive(record.body);
    if (fired === undefined) return;
    const own = ports(context, fired.wake.executionId);
    if (isProbeTimer(fired.wake)) await completeProbe(own, fired.wake);
    else await look(own)(fired.wake, `timer:${record.messageId}`);
    await ports.receiver.complete(fired);
  });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnprocessableEvent('A message that is no JSON.');
  }
};

/**
 * Handles events that waited in a queue, live and replayed alike and in whatever order; only for a service that can
 * change nothing but its own records.
 */
export const onQueuedEvents = (deliverer: Deliverer, read: Read): Handler<BatchAnswer> =>
  onBatch(deliverer, async ({ body }, context) =>
    read(deliverer.ports(context))(parseAs(eventBridgeEnvelopeSchema, jsonOf(body))),
  );

/**
 * The handler of a Lambda that takes both events and timers. A whole handler.ts:
 *
 *     const ports = awsPorts(process.env, 'launch-wave');
 *     const recovery = createAwsRecoveryService({ homeAccount: homeAccountOf(process.env) });
 *     const look: Look = (core) => createLaunchWave({ ...core, recovery });
 *
 *     export const handler = onDeliveries(onEvents(ports, 'launch-wave', look), onTimers(ports, 'launch-wave', look));
 */
export const onDeliveries =
  (events: Handler<void>, timers: Handler<BatchAnswer>): Handler<BatchAnswer | undefined> =>
  async (event, context) => {
    if (typeof event === 'object' && event !== null && 'Records' in event) return timers(event, context);
    await events(event, context);
    return undefined;
  };

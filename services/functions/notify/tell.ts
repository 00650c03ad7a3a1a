import * as z from 'zod';
import { contractOf } from '../../../contracts/catalogue.ts';
import { metadataSchema } from '../../../contracts/envelope.ts';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { firstRefused } from '../../core/domain/notice/waiting.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { addNotice, hasWaiting } from '../../core/streams/notice-records.ts';
import { deliveryOf } from './message.ts';
import { noticeOf, type NoticeEvent } from './notice.ts';
import { type NotifyPorts, refusalOf } from './notify-ports.ts';
import { channelsFor, type Channel, type NotifyRules } from './rules.ts';

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

/** The event, if it is one of the product's own. Requests of others are told of by the facts that follow them. */
const eventOf = (envelope: EventBridgeEnvelope): NoticeEvent | undefined => {
  const detail = detailSchema.safeParse(envelope.detail);
  const data = contractOf(envelope['detail-type'])?.data.safeParse(detail.data?.data);
  if (!detail.success || data?.success !== true) return undefined;
  // Its data were checked against the contract of its name.
  return { type: envelope['detail-type'], data: data.data, metadata: detail.data.metadata } as NoticeEvent;
};

export interface Teller {
  /** Tells one channel, once. Rejects when it is not taken. */
  readonly tell: (channelId: string, channel: Channel, notice: Notice) => Promise<void>;
  /** Tells every channel that the rules name; what is not taken is on record when this ends. */
  readonly route: (envelope: EventBridgeEnvelope, rules: NotifyRules) => Promise<void>;
}

const earlierWait = { reason: 'what was said before it waits', isFinal: false };

export const createTeller = (ports: NotifyPorts): Teller => {
  const { store, notifier, secrets, once, log, clock, commandOptions } = ports;

  const tell = (channelId: string, channel: Channel, notice: Notice): Promise<void> =>
    once.run(`${channelId}/${notice.eventId}`, async () =>
      notifier.deliver(await deliveryOf(secrets, channel, notice)),
    );

  const tellOrKeep = async (channelId: string, channel: Channel, notice: Notice): Promise<void> => {
    const refusal = (await hasWaiting(store, channelId, notice.executionId))
      ? earlierWait
      : await tell(channelId, channel, notice).then(() => undefined, refusalOf);
    if (refusal === undefined) return;
    const { eventId } = notice;
    log.warn('A message was not taken and is tried again', { channelId, eventId, reason: refusal.reason });
    await addNotice(store, 'waiting', firstRefused({ channelId, notice }, refusal, clock.now()));
  };

  return {
    tell,
    async route(envelope, rules) {
      const event = eventOf(envelope);
      if (event === undefined) return;
      const { planId } = await readExecution(store, event.metadata.executionId);
      const notice = noticeOf(event, planId, { consoleUrl: rules.consoleUrl, commandOptions });
      if (notice === undefined) return;
      // Side by side, so that a receiver that is slow keeps no other from being told.
      await Promise.all(
        channelsFor(rules, notice).map(async (channelId) => {
          const channel = rules.channels[channelId];
          if (channel !== undefined) await tellOrKeep(channelId, channel, notice);
        }),
      );
    },
  };
};

import type { EventBridgeEnvelope } from '../../contracts/foreign-events.ts';
import * as z from 'zod';
import { contractOf } from '../../contracts/catalogue.ts';
import { metadataSchema } from '../../contracts/envelope.ts';
import type { Log } from '../ports/log.ts';
import type { Delivery, Notifier, Once, Secrets } from '../ports/notifier.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readExecution } from '../streams/execution-stream.ts';
import { noticeOf, type Notice, type NoticeEvent } from './notice.ts';
import { renderPagerDuty, renderSlack, renderSns, renderTeams, renderWebhook } from './render.ts';
import { channelsFor, type Channel, type NotifyRules } from './rules.ts';

export interface NotifyPorts {
  readonly store: RecordStore;
  readonly notifier: Notifier;
  readonly secrets: Secrets;
  readonly once: Once;
  readonly log: Log;
  /** As they are now: a changed rule is followed by the next message. */
  readonly rules: () => Promise<NotifyRules>;
}

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

/** The event, if it is one of the product's own. Requests of others are told of by the facts that follow them. */
const eventOf = (envelope: EventBridgeEnvelope): NoticeEvent | undefined => {
  const detail = detailSchema.safeParse(envelope.detail);
  const data = contractOf(envelope['detail-type'])?.data.safeParse(detail.data?.data);
  if (!detail.success || data?.success !== true) return undefined;
  // Its data were checked against the contract of its name.
  return { type: envelope['detail-type'], data: data.data, metadata: detail.data.metadata } as NoticeEvent;
};

const noticeKey = (channelId: string, eventId: string) => ({
  kind: 'notice' as const,
  id: `${channelId}/${eventId}`,
});

/** A message that its receiver did not take. */
interface Pending {
  readonly channelId: string;
  readonly notice: Notice;
}

const deliveryOf = async (secrets: Secrets, channel: Channel, notice: Notice): Promise<Delivery> => {
  switch (channel.kind) {
    case 'sns':
      return { by: 'sns', topicArn: channel.topicArn, ...renderSns(notice) };
    case 'slack':
      return { by: 'https', url: await secrets.read(channel.url), body: renderSlack(notice), headers: {} };
    case 'teams':
      return { by: 'https', url: await secrets.read(channel.url), body: renderTeams(notice), headers: {} };
    case 'pagerduty': {
      const body = renderPagerDuty(notice, await secrets.read(channel.routingKey));
      return { by: 'https', url: channel.endpoint, body, headers: {} };
    }
    case 'webhook': {
      const bearer = channel.bearer && (await secrets.read(channel.bearer));
      return {
        by: 'https',
        url: await secrets.read(channel.url),
        body: renderWebhook(notice),
        headers: {
          'idempotency-key': notice.eventId,
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        },
      };
    }
  }
};

/**
 * Tells people. What a receiver does not take is put on record and tried again by the schedule until it is
 * taken, so that one who is down for an hour loses nothing; each event is told once to each channel.
 */
export const createNotify = (ports: NotifyPorts) => {
  const { store, notifier, secrets, once, log } = ports;

  const tell = (channelId: string, channel: Channel, notice: Notice): Promise<void> =>
    once.run(`${channelId}/${notice.eventId}`, async () =>
      notifier.deliver(await deliveryOf(secrets, channel, notice)),
    );

  const notify = async (envelope: EventBridgeEnvelope): Promise<void> => {
    const event = eventOf(envelope);
    if (event === undefined) return;
    const rules = await ports.rules();
    const { planId } = await readExecution(store, event.metadata.executionId);
    const notice = noticeOf(event, planId, rules.consoleUrl);
    if (notice === undefined) return;
    for (const channelId of channelsFor(rules, notice)) {
      const channel = rules.channels[channelId];
      if (channel === undefined) continue;
      await tell(channelId, channel, notice).catch(async (error: unknown) => {
        log.warn('A message was not taken and is tried again', {
          channelId,
          eventId: notice.eventId,
          reason: reasonOf(error),
        });
        const pending: Pending = { channelId, notice };
        await store.write(noticeKey(channelId, notice.eventId), pending, 0);
      });
    }
  };

  /** Tries all that is on record once more. */
  const retry = async (): Promise<void> => {
    const rules = await ports.rules();
    let left = 0;
    for (const id of await store.list('notice', '')) {
      const stored = await store.read<Pending>({ kind: 'notice', id });
      if (stored === undefined) continue;
      const { channelId, notice } = stored.body;
      const channel = rules.channels[channelId];
      const isTaken =
        channel === undefined ||
        (await tell(channelId, channel, notice).then(
          () => true,
          () => false,
        ));
      if (isTaken) await store.remove({ kind: 'notice', id }, stored.revision);
      else left++;
    }
    if (left > 0) log.warn('Messages wait for their receivers', { left });
  };

  return { notify, retry };
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

import { proofOverdue } from '../../../contracts/proof-event.ts';
import { drillSkipped } from '../../../contracts/schedule-events.ts';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { aboutOf, firstRefused } from '../../core/domain/waiting-notice.ts';
import { parseDomainEvent } from '../../core/streams/domain-event.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { addNotice, hasWaiting } from '../../core/streams/notice-records.ts';
import { deliveryOf } from '../../core/streams/notice-delivery.ts';
import { noticeOf, type Whereabouts } from './notice.ts';
import { noticeOfOverdueProof } from './proof-notice.ts';
import { noticeOfSkip } from './skip-notice.ts';
import { type NotifyPorts, refusalOf } from './notify-ports.ts';
import type { Channel, NotifyRules } from '../../../contracts/notify-rules.ts';
import { channelsFor } from './rules.ts';

export interface Teller {
  /** Tells one channel, once. Rejects when it is not taken. */
  readonly tell: (channelId: string, channel: Channel, notice: Notice) => Promise<void>;
  /** Tells every channel that the rules name; what is not taken is on record when this ends. */
  readonly route: (envelope: EventBridgeEnvelope, rules: NotifyRules) => Promise<void>;
}

const earlierWait = { reason: 'an earlier notice is still waiting', isFinal: false };

export const createTeller = (ports: NotifyPorts): Teller => {
  const { store, notifier, secrets, once, log, clock, commandOptions } = ports;

  const tell = (channelId: string, channel: Channel, notice: Notice): Promise<void> =>
    once.run(`${channelId}/${notice.eventId}`, async () => {
      await notifier.deliver(await deliveryOf(secrets, channel, notice));
    });

  const tellOrKeep = async (channelId: string, channel: Channel, notice: Notice): Promise<void> => {
    const refusal = (await hasWaiting(store, channelId, aboutOf({ owed: { channelId, notice } })))
      ? earlierWait
      : await tell(channelId, channel, notice).then(() => undefined, refusalOf);
    if (refusal === undefined) return;
    const { eventId } = notice;
    log.warn('A notice was not accepted and will be retried', { channelId, eventId, reason: refusal.reason });
    await addNotice(store, 'waiting', firstRefused({ channelId, notice }, refusal, clock.now()));
  };

  const noticeFor = async (
    envelope: EventBridgeEnvelope,
    there: Whereabouts,
  ): Promise<Notice | undefined> => {
    if (envelope['detail-type'] === drillSkipped.name) return noticeOfSkip(envelope, there);
    if (envelope['detail-type'] === proofOverdue.name) return noticeOfOverdueProof(envelope, there);
    // Requests of others are reported by the facts that follow them.
    const event = parseDomainEvent(envelope['detail-type'], envelope.detail);
    return event && noticeOf(event, await readExecution(store, event.metadata.executionId), there);
  };

  return {
    tell,
    async route(envelope, rules) {
      const notice = await noticeFor(envelope, { consoleUrl: rules.consoleUrl, commandOptions });
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

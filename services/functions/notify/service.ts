import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import { firstRefused } from '../../core/domain/waiting-notice.ts';
import { addNotice } from '../../core/streams/notice-records.ts';
import { type NotifyPorts, refusalOf, whyUnread } from './notify-ports.ts';
import { createRetry } from './retry.ts';
import { createTeller } from './tell.ts';

/**
 * Tells people. What a receiver does not take is put on record and tried again by the schedule until it is
 * taken or given up, so that one who is down for an hour loses nothing; each event is delivered once to each
 * channel. While the rules themselves cannot be read, the events are put on record.
 */
export const createNotify = (ports: NotifyPorts) => {
  const { store, log, clock } = ports;
  const teller = createTeller(ports);
  return {
    notify: async (envelope: EventBridgeEnvelope): Promise<void> => {
      const rules = await ports.rules().catch((error: unknown) => ({ unread: error }));
      if (!('unread' in rules)) return teller.route(envelope, rules);
      const { reason } = refusalOf(rules.unread);
      log.warn('The notification rules cannot be read', { reason });
      const refusal = whyUnread(rules.unread);
      await addNotice(store, 'waiting', firstRefused({ envelope }, refusal, clock.now()));
    },
    retry: createRetry(ports, teller),
  };
};

import {
  aboutOf,
  channelOf,
  isDue,
  isForgotten,
  type Refusal,
  refused,
  subjectOf,
  type Waiting,
} from '../../core/domain/waiting-notice.ts';
import { groupBy } from '../../core/kernel/group-by.ts';
import {
  addNotice,
  changeNotice,
  type NoticeRecord,
  readNotices,
  removeNotice,
} from '../../core/streams/notice-records.ts';
import { type NotifyPorts, refusalOf, whyUnread } from './notify-ports.ts';
import type { NotifyRules } from '../../../contracts/notify-rules.ts';
import type { Teller } from './tell.ts';

const hourMs = 3_600_000;
const defaultPatienceHours = 24;
/** A run ends in good time before its function does; the next one takes up the rest. */
const budgetMs = 15_000;
/** So many refusals of one channel in one run, and it is left alone until the next. */
const refusalsMax = 3;

/**
 * Tries once more what waits and is due: each channel by itself, and messages about one execution in order.
 * What is refused for good, or was refused for too long, is given up: parked first and put on record after
 * it, so that a crash in between parks it twice and loses nothing.
 */
export const createRetry = (ports: NotifyPorts, { tell, route }: Teller) => {
  const { store, log, clock, park } = ports;

  /** What is wrong with the rules, while there are none to go by. */
  let unread = whyUnread(undefined);

  const attempt = async ({ owed }: Waiting, rules: NotifyRules | undefined): Promise<Refusal | undefined> => {
    if (rules === undefined) return unread;
    if ('envelope' in owed) return route(owed.envelope, rules).then(() => undefined, refusalOf);
    const channel = rules.channels[owed.channelId];
    if (channel !== undefined)
      return tell(owed.channelId, channel, owed.notice).then(() => undefined, refusalOf);
    log.warn('A notice is dropped with its channel', { channelId: owed.channelId, ...subjectOf({ owed }) });
    return undefined;
  };

  const giveUp = async (record: NoticeRecord, waiting: Waiting): Promise<void> => {
    await park(waiting.owed, waiting.reason);
    await addNotice(store, 'given-up', waiting);
    await removeNotice(store, record);
    const { reason, tries } = waiting;
    const channelId = channelOf(waiting);
    log.warn('A notice was given up', { channelId, ...subjectOf(waiting), reason, tries });
  };

  /** The refusal of one message, or nothing when it is done with. */
  const settle = async (
    record: NoticeRecord,
    rules: NotifyRules | undefined,
  ): Promise<Refusal | undefined> => {
    const refusal = await attempt(record.waiting, rules);
    if (refusal === undefined) {
      await removeNotice(store, record);
      return undefined;
    }
    const patienceMs = (rules?.patienceHours ?? defaultPatienceHours) * hourMs;
    const after = refused(record.waiting, refusal, clock.now(), patienceMs);
    if (after.givenUpAt === undefined) await changeNotice(store, { ...record, waiting: after });
    else await giveUp(record, after);
    return after.givenUpAt === undefined ? refusal : undefined;
  };

  const ofChannel = async (
    records: readonly NoticeRecord[],
    rules: NotifyRules | undefined,
    until: number,
  ): Promise<void> => {
    const held = new Set<string>();
    let refusals = 0;
    for (const record of records) {
      const now = clock.now();
      if (now > until || refusals >= refusalsMax) return;
      const about = aboutOf(record.waiting);
      if (held.has(about)) continue;
      const refusal = isDue(record.waiting, now) ? await settle(record, rules) : 'not due';
      if (refusal !== undefined) held.add(about);
      if (typeof refusal === 'object') refusals++;
    }
  };

  return async (): Promise<void> => {
    const startedAt = clock.now();
    const rules = await ports.rules().catch((error: unknown): undefined => void (unread = whyUnread(error)));
    const waiting = await readNotices(store, 'waiting');
    const channels = [...groupBy(waiting, (record) => channelOf(record.waiting)).values()];
    await Promise.all(channels.map((records) => ofChannel(records, rules, startedAt + budgetMs)));
    for (const record of await readNotices(store, 'given-up'))
      if (isForgotten(record.waiting, startedAt)) await removeNotice(store, record);
  };
};

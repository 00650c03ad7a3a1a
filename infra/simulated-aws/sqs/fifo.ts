import { createHash } from 'node:crypto';
import type { SendInput } from './checks.ts';
import type { Message } from './message.ts';
import type { Queue, Sent } from './store.ts';

/** "Exactly-once processing": a message is known again for five minutes, also after it has been deleted. */
export const deduplicationMs = 300_000;

/** The id that the sender gave, or what the body alone makes it. */
export const deduplicationIdOf = ({ deduplicationId, body }: SendInput): string =>
  deduplicationId ?? createHash('sha256').update(body).digest('hex');

/** By what a queue knows a message again: its id, or its id within its group, as the queue has it. */
export const deduplicationKey = (
  { attributes }: Pick<Queue, 'attributes'>,
  groupId: string,
  deduplicationId: string,
): string =>
  attributes['DeduplicationScope'] === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId;

/** The message that was sent with this key within the last five minutes. */
export const alreadySent = (queue: Queue, key: string, now: number): Sent | undefined => {
  const sent = queue.sent.get(key);
  return sent !== undefined && sent.at + deduplicationMs > now ? sent : undefined;
};

/** Twenty digits that grow with every message, over restarts too, since time has gone on by then. */
export const createSequence = (now: () => number): (() => string) => {
  let last = 0n;
  return () => {
    const least = 10n ** 19n + (BigInt(Math.floor(now())) << 20n);
    last = last < least ? least : last + 1n;
    return String(last);
  };
};

/**
 * The messages that can be taken, in order: of each group those before the first one that is hidden. What is in
 * flight, or delayed, keeps all that come after it in its group.
 */
export const takeable = (queue: Pick<Queue, 'messages'>, now: number): readonly Message[] => {
  const held = new Set<string>();
  return [...queue.messages.values()].filter(({ groupId = '', visibleAt }) => {
    if (visibleAt > now) held.add(groupId);
    return !held.has(groupId);
  });
};

/** When the next message can be taken: the first of its group becomes visible. */
export const nextTakeableAt = (queue: Pick<Queue, 'messages'>): number | undefined => {
  const firsts = new Map<string, number>();
  for (const { groupId = '', visibleAt } of queue.messages.values())
    if (!firsts.has(groupId)) firsts.set(groupId, visibleAt);
  return firsts.size === 0 ? undefined : Math.min(...firsts.values());
};

import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { backoffMs } from '../kernel/backoff.ts';

/** What is owed: a notice to one channel, or an event whose recipients are not known yet. */
export type Owed =
  { readonly channelId: string; readonly notice: Notice } | { readonly envelope: EventBridgeEnvelope };

/** A message that is not taken yet. Instants in epoch ms. */
export interface Waiting {
  readonly owed: Owed;
  readonly since: number;
  readonly tries: number;
  readonly dueAt: number;
  /** Why it was not taken the last time; names no address and no secret. */
  readonly reason: string;
  /** Since when it is not tried any more; an operator can have it tried again. */
  readonly givenUpAt?: number;
}

/** Why a receiver did not take a message. */
export interface Refusal {
  readonly reason: string;
  /** The receiver says that a repetition will fare no better. */
  readonly isFinal: boolean;
  /** For how long the receiver asks to be left alone. */
  readonly retryAfterMs?: number;
}

const retryPolicy = { firstMs: 4 * 60_000, factor: 1.5, maxMs: 30 * 60_000 };

/** A message that is given up is on record as long as its dead letter, and then forgotten. */
export const keptMs = 14 * 86_400_000;

/** The message after one more refusal: tried again later, or given up, which is final when it is or once it is too old. */
export const refused = (
  before: Pick<Waiting, 'owed' | 'since' | 'tries'>,
  { reason, isFinal, retryAfterMs = 0 }: Refusal,
  now: number,
  patienceMs: number,
): Waiting => {
  const { owed, since } = before;
  const tries = before.tries + 1;
  const dueAt = now + Math.max(retryAfterMs, backoffMs(retryPolicy, tries));
  const after = { owed, since, tries, dueAt, reason };
  return isFinal || dueAt - since > patienceMs ? { ...after, givenUpAt: now } : after;
};

/** A message that was refused for the first time; what is to become of it is for the schedule to say. */
export const firstRefused = (owed: Owed, refusal: Refusal, now: number): Waiting =>
  refused({ owed, since: now, tries: 0 }, { ...refusal, isFinal: false }, now, Number.POSITIVE_INFINITY);

/** As it was when it was first owed, for an operator who has fixed the receiver. */
export const anew = ({ owed, reason }: Waiting, now: number): Waiting => ({
  ...{ owed, reason, since: now, tries: 0, dueAt: now },
});

export const isDue = ({ dueAt, givenUpAt }: Waiting, now: number): boolean =>
  givenUpAt === undefined && dueAt <= now;

export const isForgotten = ({ givenUpAt }: Waiting, now: number): boolean =>
  givenUpAt !== undefined && now - givenUpAt > keptMs;

/** Whom it is for; empty while that is unknown. */
export const channelOf = ({ owed }: Waiting): string => ('channelId' in owed ? owed.channelId : '');

/** What it is about: messages about one thing stay in order. */
export const aboutOf = ({ owed }: Pick<Waiting, 'owed'>): string =>
  'notice' in owed ? (owed.notice.executionId ?? owed.notice.eventId) : owed.envelope.id;

/** What it is about: the event's name and id. */
export const subjectOf = ({
  owed,
}: Pick<Waiting, 'owed'>): { readonly event: string; readonly eventId: string } =>
  'notice' in owed ? owed.notice : { event: owed.envelope['detail-type'], eventId: owed.envelope.id };

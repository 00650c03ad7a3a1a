import { allPattern, type EventName, livePattern } from './catalogue.ts';
import type { requestEvents } from './decision-events.ts';
import { eventSource, type EventContract, type FactOf, type Recorded } from './envelope.ts';
import type { executionEvents } from './execution-events.ts';
import { eventBridgeEnvelopeSchema } from './foreign-events.ts';
import type { scheduleEvents } from './schedule-events.ts';
import { readEvent } from './read-event.ts';
import type { waveEvents } from './wave-events.ts';

type Contract = (typeof executionEvents)[number] | (typeof waveEvents)[number];

/** The facts that one may subscribe to: everything but what others ask for. */
export type FactName = Exclude<
  EventName,
  | (typeof requestEvents)[number]['name']
  | (typeof scheduleEvents)[number]['name']
  | 'ProbeRequested'
  | 'ProofOverdue'
>;

/** An event as a subscriber gets it, typed by its name. */
export type EventNamed<Name extends FactName> =
  Extract<Contract, { readonly name: Name }> extends infer C
    ? C extends EventContract
      ? Recorded<FactOf<C>>
      : never
    : never;

/** What was delivered is no event of the catalogue's present version. Thrown, so that it ends in a dead-letter queue. */
export class UnreadableEventError extends Error {
  constructor(name: string, reason: string) {
    super(`${name} cannot be read: ${reason}`);
    this.name = 'UnreadableEventError';
  }
}

export interface SubscribeOptions {
  /**
   * Replayed events are dropped unless they are accepted: whoever acts on one acts twice. Accept them only to
   * record or to rebuild; `on` is then told the replay's name.
   */
  readonly replays?: 'drop' | 'accept';
}

/** How an event came. */
export interface Delivered {
  /** The name of the replay that sent it again; undefined for a live event. */
  readonly replay: string | undefined;
}

type Pattern = ReturnType<typeof livePattern>;

export interface Subscription {
  /** The pattern for the EventBridge rule that belongs to it. */
  readonly pattern: Omit<Pattern, 'replay-name'> & Partial<Pick<Pattern, 'replay-name'>>;
  /** The Lambda handler. Its rejection makes Lambda deliver the event again. */
  readonly handler: (delivered: unknown) => Promise<void>;
}

/**
 * A Lambda that reacts to events of Groundswell, live ones only unless `replays` says otherwise. EventBridge delivers at least once and in no
 * order: `metadata.eventId` is the same for every delivery of an event, and `metadata.version` orders a stream.
 */
export const subscribe = <const Name extends FactName>(
  names: readonly Name[],
  on: (event: EventNamed<Name>, delivered: Delivered) => Promise<void>,
  { replays = 'drop' }: SubscribeOptions = {},
): Subscription => ({
  pattern: replays === 'accept' ? { ...allPattern, 'detail-type': names } : livePattern(names),
  async handler(delivered) {
    const envelope = eventBridgeEnvelopeSchema.parse(delivered);
    const name = envelope['detail-type'];
    const isWanted = envelope.source === eventSource && (names as readonly string[]).includes(name);
    const replay = envelope['replay-name'];
    if (!isWanted || (replay !== undefined && replays !== 'accept')) return;
    const read = readEvent(name, envelope.detail);
    if (read.is !== 'event')
      throw new UnreadableEventError(name, read.is === 'unknown' ? 'unknown' : read.why);
    const { data, metadata } = read;
    // The contract of this very name has read it.
    await on({ type: name, data, metadata } as EventNamed<Name>, { replay });
  },
});

import type { Fact, Metadata, Recorded } from '../../../contracts/envelope.ts';
import { boundedTexts } from './bounded-texts.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import type { Decider } from './decider.ts';

/** Where a stream stands: its state, and the events that may not have reached the bus yet. */
export interface StreamRecord<State> {
  readonly stream: string;
  readonly executionId: string;
  /** How many events the stream has. */
  readonly version: number;
  /** Hash of the last of them. */
  readonly hash: string;
  readonly state: State;
  readonly outbox: readonly Recorded[];
  /** An operator has been asked about what could not be saved here, and nothing has been saved since. */
  readonly tooLarge?: true;
}

/**
 * An event with its envelope, in bytes of JSON: half of what a table item takes, in which the audit keeps it, and a
 * fifth of an entry of the bus.
 */
export const eventBytesMax = 192 * 1_024;

/** An event that no subscriber could be told, however often it is tried. */
export class EventTooLargeError extends Error {
  constructor(type: string, bytes: number) {
    super(`${type} has ${bytes} bytes; at most ${eventBytesMax} can be published.`);
    this.name = 'EventTooLargeError';
  }
}

/** A character is three bytes at most, so that nearly every event is spared the count. */
const checkSize = (type: string, text: string): void => {
  if (text.length * 3 <= eventBytesMax) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > eventBytesMax) throw new EventTooLargeError(type, bytes);
};

/** The hash that links an event to the one before it; anyone who holds the events can compute it again. */
export const eventHash = (fact: Fact, metadata: Omit<Metadata, 'hash'>): string =>
  sha256(eventText(fact, metadata));

const eventText = (fact: Fact, metadata: Omit<Metadata, 'hash'>): string =>
  canonicalJson({ type: fact.type, data: fact.data, metadata });

const record = <F extends Fact>(
  before: StreamRecord<unknown>,
  fact: F,
  causationId: string,
  now: number,
): Recorded<F> => {
  const version = before.version + 1;
  const metadata = {
    eventId: `${before.stream}@${version}`,
    schemaVersion: 1 as const,
    executionId: before.executionId,
    causationId,
    stream: before.stream,
    version,
    emittedAt: new Date(now).toISOString(),
    previousHash: before.hash,
  };
  const text = eventText(fact, metadata);
  checkSize(fact.type, text);
  return { ...fact, metadata: { ...metadata, hash: sha256(text) } };
};

/**
 * The record after these facts: state folded, events numbered, hash-linked and put into the outbox. Texts that
 * nobody would read to their end are cut. Throws an EventTooLargeError for what could never be published.
 */
export const append = <State, F extends Fact>(
  before: StreamRecord<State>,
  evolve: Decider<State, never, F>['evolve'],
  facts: readonly F[],
  causationId: string,
  now: number,
): StreamRecord<State> =>
  facts.map(boundedTexts).reduce((current, fact) => {
    const event = record(current, fact, causationId, now);
    const { tooLarge: _asked, ...kept } = current;
    return {
      ...kept,
      version: event.metadata.version,
      hash: event.metadata.hash,
      state: evolve(current.state, fact, now),
      outbox: [...current.outbox, event],
    };
  }, before);

export const emptyStream = <State>(
  stream: string,
  executionId: string,
  state: State,
): StreamRecord<State> => ({
  stream,
  executionId,
  version: 0,
  hash: '',
  state,
  outbox: [],
});

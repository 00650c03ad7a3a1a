import type { Fact, Metadata, Recorded } from '../../contracts/envelope.ts';
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
}

export const executionStream = (executionId: string): string => executionId;
export const waveStream = (executionId: string, waveId: string): string => `${executionId}/${waveId}`;

/** The hash that links an event to the one before it; whoever holds the events can compute it anew. */
export const eventHash = (fact: Fact, metadata: Omit<Metadata, 'hash'>): string =>
  sha256(canonicalJson({ type: fact.type, data: fact.data, metadata }));

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
  return { ...fact, metadata: { ...metadata, hash: eventHash(fact, metadata) } };
};

/** The record after these facts: state folded, events numbered, hash-linked and put into the outbox. */
export const append = <State, F extends Fact>(
  before: StreamRecord<State>,
  evolve: Decider<State, never, F>['evolve'],
  facts: readonly F[],
  causationId: string,
  now: number,
): StreamRecord<State> =>
  facts.reduce((current, fact) => {
    const event = record(current, fact, causationId, now);
    return {
      ...current,
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

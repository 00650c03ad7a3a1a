import { contractOf } from '../../../contracts/catalogue.ts';
import type { Fact, Recorded } from '../../../contracts/envelope.ts';
import { type Decider, isDecider, type Speaker } from '../../../contracts/services.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from '../ports/event-bus.ts';
import { RecordTooLargeError, type ExecutionIndex, type RecordStore } from '../ports/record-store.ts';
import type { Timers } from '../ports/timers.ts';
import { readStream, streamKey } from './read-stream.ts';
import { append, emptyStream, EventTooLargeError, type StreamRecord } from './stream.ts';
import { untilWritten } from './until-written.ts';

/** How a kind of stream starts, folds, and is found. */
export interface StreamKind<State, F extends Fact> {
  readonly initialState: State;
  readonly evolve: (state: State, fact: F, at: number) => State;
  readonly indexOf?: (executionId: string, state: State) => ExecutionIndex | undefined;
  /** What replaces facts that can never be saved or published: an operator has to know. */
  readonly tooLarge?: (address: StreamAddress, why: string) => F;
}

export interface TransactPorts {
  readonly store: RecordStore;
  readonly bus: EventBus;
  readonly timers: Timers;
  readonly clock: Clock;
}

export interface Transition<State, F extends Fact = Fact> {
  readonly state: State;
  readonly revision: number;
  /** Empty when there was nothing to decide. */
  readonly facts: readonly F[];
}

export interface StreamAddress {
  readonly stream: string;
  readonly executionId: string;
  readonly waveId?: string;
}

interface Loaded<State> {
  readonly revision: number;
  readonly record: StreamRecord<State>;
}

interface Saved<State, F extends Fact> extends Loaded<State> {
  readonly said: readonly F[];
}

/** Another service's unpublished events are its own to publish; it is woken if it does not do so by itself. */
const foreignOutboxGraceMs = 20_000;

const spokenBy = (event: Recorded): Speaker | undefined => contractOf(event.type)?.saidBy;

/**
 * Builds the one way in which a service changes a stream: load, decide, save the new state together
 * with its events in one conditional write, then publish. Whoever handles the same cause again finds
 * the state changed and publishes what a crash left in the outbox, under the same event ids.
 */
export const createTransact =
  <State, F extends Fact>(speaker: Decider, ports: TransactPorts, kind: StreamKind<State, F>) =>
  async (
    address: StreamAddress,
    causationId: string,
    decide: (state: State, now: number) => readonly F[],
    publishing: 'now' | 'later' = 'now',
  ): Promise<Transition<State, F>> => {
    const saved = await untilWritten(address.stream, async () => {
      const loaded = await load(ports.store, address, kind);
      const now = ports.clock.now();
      const facts = decide(loaded.record.state, now);
      return facts.length === 0
        ? { ...loaded, said: facts }
        : save(ports.store, loaded, kind, address, facts, causationId, now);
    });
    if (publishing === 'now') await flush(speaker, ports, kind, address, saved);
    return { state: saved.record.state, revision: saved.revision, facts: saved.said };
  };

const load = async <State, F extends Fact>(
  store: RecordStore,
  { stream, executionId }: StreamAddress,
  kind: StreamKind<State, F>,
): Promise<Loaded<State>> => {
  const stored = await readStream<State>(store, stream);
  if (stored === undefined)
    return { revision: 0, record: emptyStream(stream, executionId, kind.initialState) };
  return { revision: stored.revision, record: stored.body };
};

const isTooLarge = (error: unknown): error is Error =>
  error instanceof RecordTooLargeError || error instanceof EventTooLargeError;

/**
 * Saves the facts. What is too large today is too large at every try: in its place an operator is asked, once, and
 * the stream stays as it was.
 */
const save = async <State, F extends Fact>(
  store: RecordStore,
  loaded: Loaded<State>,
  kind: StreamKind<State, F>,
  address: StreamAddress,
  facts: readonly F[],
  causationId: string,
  now: number,
): Promise<Saved<State, F> | 'conflict'> => {
  const saying = async (said: readonly F[], more: Partial<StreamRecord<State>> = {}) => {
    const record = append(loaded.record, kind.evolve, said, causationId, now);
    const written = await write(store, loaded.revision, { ...record, ...more }, kind);
    return written === 'conflict' ? written : { ...written, said };
  };
  try {
    return await saying(facts);
  } catch (error) {
    if (!isTooLarge(error) || kind.tooLarge === undefined) throw error;
    if (loaded.record.tooLarge === true) return { ...loaded, said: [] };
    return saying([kind.tooLarge(address, error.message)], { tooLarge: true });
  }
};

const write = async <State, F extends Fact>(
  store: RecordStore,
  expected: number,
  record: StreamRecord<State>,
  kind: StreamKind<State, F>,
): Promise<Loaded<State> | 'conflict'> => {
  const index = kind.indexOf?.(record.executionId, record.state);
  const result = await store.write(streamKey(record.stream), record, expected, index);
  return result === 'conflict' ? 'conflict' : { revision: expected + 1, record };
};

/**
 * Publishes the speaker's events of the outbox and takes them out of it. A conflict in taking them
 * out is no harm: whoever was faster carries them on and publishes them once more under the same ids.
 */
const flush = async <State, F extends Fact>(
  speaker: Decider,
  ports: TransactPorts,
  kind: StreamKind<State, F>,
  address: StreamAddress,
  loaded: Loaded<State>,
): Promise<void> => {
  const isOwn = (event: Recorded): boolean => spokenBy(event) === speaker || spokenBy(event) === 'any';
  const own = loaded.record.outbox.filter(isOwn);
  const others = loaded.record.outbox.filter((event) => !isOwn(event));
  if (own.length > 0) {
    await ports.bus.publish(own);
    await write(ports.store, loaded.revision, { ...loaded.record, outbox: others }, kind);
  }
  // An event that this version does not know stays there for the one that does.
  for (const service of new Set(others.map(spokenBy).filter(isDecider))) {
    const { executionId, waveId } = address;
    const wake = { service, executionId, ...(waveId !== undefined && { waveId }) };
    await ports.timers.ensure(wake, foreignOutboxGraceMs);
  }
};

import type { Recorded } from '../../../contracts/envelope.ts';
import { groupBy } from '../kernel/group-by.ts';
import { eventHash } from '../kernel/stream.ts';
import type { StoredStream } from '../domain/audit/discrepancy.ts';

type Head = Pick<StoredStream, 'stream' | 'version' | 'hash'>;

const isIntact = ({ type, data, metadata: { hash, ...rest } }: Recorded): boolean =>
  eventHash({ type, data }, rest) === hash;

/** Each event names the hash of the one before it, so that the stored hash of the last leads to all of them. */
const chainTo = <Event extends Recorded>({ version, hash }: Head, events: readonly Event[]): Set<Event> => {
  const byVersion = groupBy(events, ({ metadata }) => String(metadata.version));
  const chain = new Set<Event>();
  let expected: string | undefined = hash;
  for (let at = version; at > 0; at--) {
    const copies: readonly Event[] = byVersion.get(String(at)) ?? [];
    // Below an event that is not there yet, whatever stands at a place is taken for what was said there.
    const fitting: readonly Event[] = copies.filter(
      ({ metadata }) => expected === undefined || metadata.hash === expected,
    );
    const said: Event | undefined = fitting.find(isIntact) ?? fitting[0];
    if (said !== undefined) chain.add(said);
    expected = said?.metadata.previousHash;
  }
  return chain;
};

/**
 * Those of an execution's audited events that its streams have said, in the order in which they are given. The audit
 * records whatever comes over the bus, also what somebody has put there whose it is not. `heads` are the stored
 * streams, read after the events; where nothing is stored any more, all events are kept.
 */
export const saidByStreams = <Event extends Recorded>(
  events: readonly Event[],
  heads: readonly Head[],
): readonly Event[] => {
  if (heads.length === 0) return events;
  const ofStream = groupBy(events, ({ metadata }) => metadata.stream);
  const said = new Set(heads.flatMap((head) => [...chainTo(head, ofStream.get(head.stream) ?? [])]));
  return events.filter((event) => said.has(event));
};

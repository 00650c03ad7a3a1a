import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import { saidByStreams } from '../../../../services/core/streams/said-by-streams.ts';
import { append, emptyStream, eventHash } from '../../../../services/core/kernel/stream.ts';

const facts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ type: 'Said', data: { index } }));
const record = append(emptyStream('s', 'exec-1', undefined), () => undefined, facts(5), 'cause', 1_000);
const said = record.outbox;

/** The same event with other content, under a hash of that, as whoever knows the algorithm would forge it. */
const forgery = (event: Recorded, more: Partial<Recorded['metadata']> = {}): Recorded => {
  const { hash: _hash, ...rest } = { ...event.metadata, ...more };
  const data = { forged: true };
  return { type: 'Said', data, metadata: { ...rest, hash: eventHash({ type: 'Said', data }, rest) } };
};
const at = (version: number): Recorded => said[version - 1] ?? expect.fail(`there is no ${version}`);

describe('what the streams of an execution have said', () => {
  it.each<[string, Recorded]>([
    ['after its end', forgery(at(5), { version: 6, previousHash: record.hash })],
    ['far after its end', forgery(at(5), { version: 999 })],
    ['in place of its last event', forgery(at(5))],
    ['in place of an event', forgery(at(3))],
    ['in place of its first event', forgery(at(1))],
    ['under the hash of an event', { ...at(3), data: { forged: true } }],
    ['in a stream that is not stored', forgery(at(1), { stream: 's/invented' })],
    ['at a place that no stream has', forgery(at(1), { version: 0 })],
  ])('is without what somebody else says %s', (_name, forged) => {
    expect(saidByStreams([forged, ...said], [record])).toEqual(said);
    expect(saidByStreams([...said, forged], [record])).toEqual(said);
  });

  it('is all of it that has been heard, in the order given, also while some is on its way', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...said]), (heard) => {
        expect(saidByStreams(heard, [record])).toEqual(heard);
      }),
    );
  });

  it('is without what came after the streams were read', () => {
    const before = { ...record, version: 4, hash: at(4).metadata.hash };
    expect(saidByStreams(said, [before])).toEqual(said.slice(0, 4));
  });

  it('is whatever was heard, where no stream is stored any more', () => {
    expect(saidByStreams(said, [])).toEqual(said);
  });
});

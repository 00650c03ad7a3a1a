import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Recorded } from '../../../../contracts/envelope.ts';
import { restoreStream } from '../../../../services/domain/audit/restore-stream.ts';
import { append, emptyStream, eventHash } from '../../../../services/kernel/stream.ts';

const runs = { numRuns: 40 };

const said = fc.record({ type: fc.constantFrom('Said', 'Asked'), data: fc.jsonValue({ maxDepth: 1 }) });

const streamOf = (facts: readonly Fact[]) =>
  append(emptyStream('s', 'exec-1', undefined), () => undefined, facts, 'cause', 1_000);

/** The same event under a hash of its own content, as whoever knows the algorithm would forge it. */
const sealed = ({ type, data, metadata: { hash: _hash, ...rest } }: Recorded): Recorded => ({
  type,
  data,
  metadata: { ...rest, hash: eventHash({ type, data }, rest) },
});

/** A stream of at least two events, and two places in it. */
const anyStream = fc
  .array(said, { minLength: 2, maxLength: 8 })
  .chain((facts) => fc.tuple(fc.constant(streamOf(facts)), fc.nat(facts.length - 1), fc.nat()));

const judge = (record: ReturnType<typeof streamOf>, events: readonly Recorded[]) => {
  const { whole, discrepancies, events: restored } = restoreStream('s', events, record);
  return { whole, found: discrepancies.map(({ kind, version }) => `${kind} ${version}`), restored };
};

describe('a chain of hashes', () => {
  it('is whole as it was said, in any order', () => {
    fc.assert(
      fc.property(anyStream, ([record, at]) => {
        const { outbox } = record;
        const { whole, found, restored } = judge(record, [...outbox.slice(at), ...outbox.slice(0, at)]);
        expect([whole, found]).toEqual([true, []]);
        expect(restored).toEqual(outbox);
      }),
      runs,
    );
  });

  it.each([
    ['under its old hash', (event: Recorded) => event],
    ['under a hash of its own', sealed],
  ])('is broken at an event that was changed %s', (_how, seal) => {
    fc.assert(
      fc.property(anyStream, ([record, at]) => {
        const forged = record.outbox.map((event, index) =>
          index === at ? seal({ ...event, data: { forged: event.data } }) : event,
        );
        const { whole, found } = judge(record, forged);
        expect(whole).toBe(false);
        expect(found.some((each) => each.endsWith(` ${at + 1}`))).toBe(true);
      }),
      runs,
    );
  });

  it('is broken where an event was removed', () => {
    fc.assert(
      fc.property(anyStream, ([record, at]) => {
        const { outbox } = record;
        const { whole, found } = judge(
          record,
          outbox.filter((_event, index) => index !== at),
        );
        const kind = at === outbox.length - 1 ? 'missing-tail' : 'removed';
        expect([whole, found]).toEqual([false, [`${kind} ${at + 1}`]]);
      }),
      runs,
    );
  });

  it('shows an event that was inserted, and holds without it', () => {
    fc.assert(
      fc.property(anyStream, ([record, at]) => {
        const { outbox } = record;
        const extra = sealed({ ...outbox[at]!, data: { inserted: true } });
        const { whole, found, restored } = judge(record, [...outbox, extra]);
        expect([whole, found]).toEqual([true, [`forked ${at + 1}`]]);
        expect(restored).toEqual(outbox);
      }),
      runs,
    );
  });

  it('is broken where two events changed places', () => {
    fc.assert(
      fc.property(anyStream, ([record, one, pick]) => {
        const { outbox } = record;
        const other = (one + 1 + (pick % (outbox.length - 1))) % outbox.length;
        const numbered = (event: Recorded, version: number): Recorded => ({
          ...event,
          metadata: { ...event.metadata, version, eventId: `s@${version}` },
        });
        const swapped = outbox.map((event, index) => {
          if (index === one) return numbered(event, other + 1);
          return index === other ? numbered(event, one + 1) : event;
        });
        const { whole, found } = judge(record, swapped);
        expect(whole).toBe(false);
        expect(found).toEqual([one, other].sort((a, b) => a - b).map((index) => `renumbered ${index + 1}`));
      }),
      runs,
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Recorded } from '../../../../../contracts/envelope.ts';
import { restoreStream } from '../../../../../services/core/domain/audit/restore-stream.ts';
import { append, emptyStream, eventHash } from '../../../../../services/core/kernel/stream.ts';

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

  it('is judged alike in any order, whatever stands beside its events', () => {
    const strays = fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('moved', 'changed', 'sealed'), fc.integer({ min: 1, max: 9 })),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(anyStream, strays, fc.infiniteStream(fc.nat()), ([record, lost], drawn, order) => {
        const { outbox } = record;
        const stray = ([at, how, version]: readonly [number, string, number]): Recorded => {
          const event = outbox[at % outbox.length]!;
          if (how === 'moved') return { ...event, metadata: { ...event.metadata, version } };
          const changed = { ...event, data: { changed: version } };
          return how === 'sealed' ? sealed(changed) : changed;
        };
        const found = [
          ...outbox.filter((_, index) => index !== lost),
          ...drawn.map(stray),
          ...outbox.slice(2),
        ];
        const keys = new Map(found.map((event) => [event, order.next().value]));
        const shuffled = [...found].sort((a, b) => keys.get(a)! - keys.get(b)!);
        expect(restoreStream('s', shuffled, record)).toEqual(restoreStream('s', found, record));
        expect(restoreStream('s', shuffled, undefined)).toEqual(restoreStream('s', found, undefined));
      }),
      { numRuns: 150 },
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

const five = () => {
  const facts = Array.from({ length: 5 }, (_, index) => ({ type: 'Said', data: { index } }));
  return streamOf(facts);
};
const withData = (event: Recorded, data: unknown): Recorded => ({ ...event, data });
const withMetadata = (event: Recorded, change: object): Recorded => ({
  ...event,
  metadata: { ...event.metadata, ...change },
});
const renumbered = (event: Recorded, version: number): Recorded =>
  withMetadata(event, { version, eventId: `s@${version}` });
const lie = { forged: true };
const noHash = 'f'.repeat(64);
/** What is found, and the restored events, where the state table says how the stream ends, or nothing. */
const told = (events: readonly Recorded[], stored?: { readonly version: number; readonly hash: string }) => {
  const record = stored && { stream: 's', state: undefined, ...stored };
  const { whole, discrepancies, events: restored } = restoreStream('s', events, record);
  const found = discrepancies.map(({ kind, version, message }) => `${kind} ${version}: ${message}`);
  return { whole, found, restored };
};
const noPlace = (version: number) => `Said (s@${version}) has no place in the stream`;
const fork = (version: number) => `Said (s@${version}) is a second continuation of the event before it`;
const notItself = (version: number) => `Said (s@${version}) is not what its hash was made of`;

describe('a stream without a record', () => {
  type Change = (events: readonly Recorded[]) => readonly Recorded[];
  it.each<[string, Change, boolean, readonly string[]]>([
    ['that is whole', (events) => events, true, []],
    ['that is not there', () => [], true, []],
    ['under another id', ([first]) => [sealed(withMetadata(first!, { eventId: 'other' }))], true, []],
    ['of one damaged event', ([first]) => [withData(first!, lie)], false, [`changed 1: ${notItself(1)}`]],
    [
      'with a damaged end',
      (events) => [...events.slice(0, 4), withData(events[4]!, lie)],
      true,
      ['inserted 5: Said (s@5) follows the end of the stream, which has 4'],
    ],
    [
      'in which two changed places',
      ([a, b]) => [renumbered(a!, 2), renumbered(b!, 1)],
      false,
      [
        'renumbered 1: Said was said as version 1 and stands as version 2',
        'renumbered 2: Said was said as version 2 and stands as version 1',
      ],
    ],
    [
      'of an event that was said after its end',
      (events) => [renumbered(events[4]!, 1)],
      false,
      [`changed 1: ${notItself(1)}`],
    ],
  ])('%s is judged by itself', (_name, change, isWhole, expected) => {
    const { whole, found } = told(change(five().outbox));
    expect([whole, found]).toEqual([isWhole, expected]);
  });
});

describe('a copy beside the chain', () => {
  it.each<[string, (second: Recorded) => Recorded, string]>([
    ['that stands elsewhere', (second) => renumbered(second, 4), `inserted 4: ${noPlace(4)}`],
    ['that continues the same event', (second) => sealed(withData(second, lie)), `forked 2: ${fork(2)}`],
    [
      'that continues another event',
      (second) => sealed(withMetadata(second, { previousHash: noHash })),
      `inserted 2: ${noPlace(2)}`,
    ],
    [
      'that is damaged',
      (second) => withMetadata(withData(second, lie), { hash: noHash }),
      `inserted 2: ${noPlace(2)}`,
    ],
    [
      'under its hash',
      (second) => withData(second, lie),
      'duplicated 2: Said (s@2) is a copy with other content under the same hash',
    ],
  ])('%s is named, and the chain holds', (_name, change, expected) => {
    const record = five();
    const { whole, found, restored } = told([...record.outbox, change(record.outbox[1]!)], record);
    expect([whole, found]).toEqual([true, [expected]]);
    expect(restored).toEqual(record.outbox);
  });
});

describe('a damaged event', () => {
  it('is looked for among all copies, and is the one that states the hash', () => {
    const record = five();
    const [first, second, ...rest] = record.outbox;
    const forged = sealed(withData(second!, { forged: 1 }));
    const { found } = told([first!, forged, withData(second!, lie), ...rest], record);
    expect(found).toEqual([`changed 2: ${notItself(2)}`, `forked 2: ${fork(2)}`]);
  });

  it('that names a wrong event before it brings that one under no suspicion', () => {
    const record = five();
    const damaged = withMetadata(record.outbox[2]!, { previousHash: noHash });
    const { found, restored } = told(record.outbox.with(2, damaged), record);
    expect(found).toEqual([`changed 3: ${notItself(3)}`]);
    expect(restored).toEqual(record.outbox.toSpliced(2, 1));
  });

  it('that names the event before it still vouches for it', () => {
    const record = five();
    const [first, second, third, ...rest] = record.outbox;
    const forged = sealed(withData(second!, lie));
    const { found, restored } = told([first!, forged, second!, withData(third!, lie), ...rest], record);
    expect(found).toEqual([`forked 2: ${fork(2)}`, `changed 3: ${notItself(3)}`]);
    expect(restored).toEqual(record.outbox.toSpliced(2, 1));
  });

  it.each([
    [2_000, ['removed 1', 'renumbered 2000']],
    [2_001, ['changed 1', 'missing-tail 2']],
  ])('is looked for at 2000 places, and was said as version %i', (version, kinds) => {
    const said = sealed(renumbered(five().outbox[0]!, version));
    const { found } = told([renumbered(said, 1)], { version, hash: said.metadata.hash });
    expect(found.map((each) => each.split(':')[0])).toEqual(kinds);
  });
});

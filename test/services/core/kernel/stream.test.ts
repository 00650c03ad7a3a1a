import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../../contracts/envelope.ts';
import { canonicalJson, sha256 } from '../../../../services/core/kernel/canonical.ts';
import {
  append,
  emptyStream,
  eventHash,
  type StreamRecord,
} from '../../../../services/core/kernel/stream.ts';
import { executionStream, waveStream } from '../../../../services/core/kernel/stream-names.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const said = (...words: readonly string[]): readonly Fact[] =>
  words.map((word) => ({ type: 'Said', data: { word } }));

/** A state that remembers each fact and when it was folded. */
const evolve = (state: string, { data }: Fact, at: number): string =>
  `${state}${(data as { word: string }).word}${at};`;

const after = (words: readonly string[], before = emptyStream('s', 'exec-1', '')): StreamRecord<string> =>
  append(deepFreeze(before), evolve, said(...words), 'the cause', 1_000);

describe('stream', () => {
  it('is named for its execution or for its wave', () => {
    expect(executionStream('exec-1')).toBe('exec-1');
    expect(waveStream('exec-1', 'web')).toBe('exec-1/web');
  });

  it('starts empty, before its first event', () => {
    expect(emptyStream('s', 'exec-1', 'state')).toEqual({
      stream: 's',
      executionId: 'exec-1',
      version: 0,
      hash: '',
      state: 'state',
      outbox: [],
    });
  });

  it('numbers its events, links each to the one before, folds them, and keeps them for the bus', () => {
    const record = after(['a', 'b']);
    const metadata = (version: number) => ({
      eventId: `s@${version}`,
      schemaVersion: 1,
      executionId: 'exec-1',
      causationId: 'the cause',
      stream: 's',
      version,
      emittedAt: '1970-01-01T00:00:01.000Z',
    });
    const [first, second] = record.outbox;
    expect(first).toEqual({
      type: 'Said',
      data: { word: 'a' },
      metadata: { ...metadata(1), previousHash: '', hash: first?.metadata.hash },
    });
    expect(second).toEqual({
      type: 'Said',
      data: { word: 'b' },
      metadata: { ...metadata(2), previousHash: first?.metadata.hash, hash: second?.metadata.hash },
    });
    expect(record).toMatchObject({ version: 2, hash: second?.metadata.hash, state: 'a1000;b1000;' });
    expect(record.outbox).toHaveLength(2);
  });

  it('goes on where it stood, and keeps what is not published yet', () => {
    expect(after(['b'], after(['a']))).toEqual(after(['a', 'b']));
    expect(after([], after(['a']))).toEqual(after(['a']));
  });

  it('has hashes that anybody can compute from the event without its own', () => {
    const { hash, ...rest } = after(['a']).outbox[0]!.metadata;
    const event = { type: 'Said', data: { word: 'a' }, metadata: rest };
    expect(hash).toBe(sha256(canonicalJson(event)));
    expect(hash).toBe(eventHash(event, rest));
  });

  it('has another hash for every other name, content or metadata', () => {
    const text = fc.string({ maxLength: 5 });
    const anyEvent = fc.record({ type: text, data: fc.jsonValue({ maxDepth: 2 }), causationId: text });
    const { hash: _hash, ...rest } = after(['a']).outbox[0]!.metadata;
    const hashOf = ({ type, data, causationId }: { type: string; data: unknown; causationId: string }) =>
      eventHash({ type, data }, { ...rest, causationId });
    fc.assert(
      fc.property(anyEvent, anyEvent, (one, other) => {
        expect(hashOf(one) === hashOf(other)).toBe(canonicalJson(one) === canonicalJson(other));
      }),
    );
  });
});

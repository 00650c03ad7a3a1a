import { describe, expect, it } from 'vitest';
import type { TrafficPoint, TrafficValue } from '../../../../../contracts/traffic.ts';
import {
  changesOf,
  isSameValue,
  movesBack,
  movesText,
  plannedMoves,
} from '../../../../../services/core/domain/wave/traffic-moves.ts';

const www: TrafficPoint = { what: 'record', hostedZoneId: 'Z0', name: 'www.example.com', type: 'A' };
const api: TrafficPoint = { ...www, name: 'api.example.com' };
const at = (...values: string[]): TrafficValue => ({ ttlSeconds: 60, values });
const old = at('203.0.113.7');
const fresh = at('198.51.100.9');
const fresher = at('198.51.100.10');
const byHand = at('192.0.2.1');
const first = { point: www, before: old, after: fresh };
const somebody = { why: expect.stringContaining('somebody else has changed it') as string };

describe('a value', () => {
  it('is the same in another order, and with a dot at the end of a name', () => {
    expect(isSameValue(at('a.example.com', 'b.example.com'), at('b.example.com.', 'A.example.com'))).toBe(
      true,
    );
    const alias = { hostedZoneId: 'Z1', dnsName: 'lb.example.net', evaluateTargetHealth: true };
    expect(isSameValue({ alias }, { alias: { ...alias, dnsName: 'LB.example.net.' } })).toBe(true);
  });

  it('is another with another TTL, type of content or number of values', () => {
    expect(isSameValue(old, { ttlSeconds: 61, values: ['203.0.113.7'] })).toBe(false);
    expect(isSameValue(old, 'no record')).toBe(false);
    expect(isSameValue(old, at('203.0.113.7', '203.0.113.8'))).toBe(false);
  });
});

describe('what a try claims', () => {
  it('has what stands there as the old value', () => {
    expect(plannedMoves([], [www, api], [old, 'no record'], [fresh, fresh])).toEqual({
      moves: [first, { point: api, before: 'no record', after: fresh }],
    });
  });

  it('keeps the first old value, and says what it found instead', () => {
    expect(plannedMoves([first], [www], [fresh], [fresher])).toEqual({
      moves: [{ point: www, before: old, from: fresh, after: fresher }],
    });
    expect(plannedMoves([first], [www], [old], [fresher])).toEqual({
      moves: [{ point: www, before: old, after: fresher }],
    });
  });

  it('is nothing at all where a single point is somebody else’s', () => {
    expect(plannedMoves([first], [api, www], [old, byHand], [fresh, fresh])).toEqual(somebody);
  });
});

describe('what is left of a claim', () => {
  it('goes from whatever of it stands there by now', () => {
    expect(changesOf([first], [old])).toEqual({ changes: [{ point: www, from: old, to: fresh }] });
    expect(changesOf([first], [fresh])).toEqual({ changes: [{ point: www, from: fresh, to: fresh }] });
  });

  it('does not go over somebody else, nor over the old value where an earlier try had left it', () => {
    expect(changesOf([first], [byHand])).toEqual(somebody);
    expect(changesOf([{ ...first, from: fresh, after: fresher }], [old])).toEqual(somebody);
  });
});

describe('a way back', () => {
  it('leads to what stood there before, from wherever the other action left it', () => {
    for (const found of [fresh, fresher, old])
      expect(movesBack([{ ...first, from: fresh, after: fresher }], [], [found])).toEqual({
        moves: [{ point: www, before: found, after: old }],
      });
  });

  it('leaves what somebody else has put there', () => {
    expect(movesBack([first], [], [byHand])).toEqual(somebody);
  });
});

it('a move is told with old and new', () => {
  expect(movesText([{ ...first, from: fresher }])).toBe(
    'www.example.com A: 198.51.100.10 (TTL 60 s) → 198.51.100.9 (TTL 60 s)',
  );
});

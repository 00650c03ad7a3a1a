import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  executionIdOf,
  hashOf,
  sha256,
  uuidOf,
} from '../../../../services/core/kernel/canonical.ts';

/** The same value with the members of every object in the opposite order. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  );
};

describe('canonical JSON', () => {
  it('means the same as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the same for equal values, and another one for others', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(canonicalJson(turned(one))).toBe(canonicalJson(one));
        const isEqual = canonicalJson(one) === canonicalJson(other);
        if (isEqual) expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)));
        else expect(JSON.parse(JSON.stringify(one))).not.toEqual(JSON.parse(JSON.stringify(other)));
      }),
    );
  });

  it.each([
    [{ b: [1, { d: 'x', c: null }], a: true }, '{"a":true,"b":[1,{"c":null,"d":"x"}]}'],
    [{ b: 2, a: 1, B: 3, 10: 4, 9: 5 }, '{"10":4,"9":5,"B":3,"a":1,"b":2}'],
    [[], '[]'],
    [{}, '{}'],
    [[[], [1], [1, 2]], '[[],[1],[1,2]]'],
    ['', '""'],
    [undefined, 'null'],
    [-1.5e-7, '-1.5e-7'],
    [NaN, 'null'],
    [false, 'false'],
    [{ a: undefined, b: [undefined], c: 1 }, '{"b":[null],"c":1}'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('escapes what JSON escapes', () => {
    const characters = ['quote "', 'backslash \\', 'line\n', 'tab\t', 'é', '€', '\u0000', '\u2028', '\u007f'];
    for (const text of [...characters, ...characters.map((each) => `${each} and text`), 'plain ~ ! # [ ]'])
      expect(canonicalJson({ [text]: text })).toBe(JSON.stringify({ [text]: text }));
  });
});

describe('a hash', () => {
  it('is SHA-256 in hexadecimal digits, over the canonical JSON of a value', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hashOf({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
  });

  it('names an execution by its request, and a client token as the UUID that SSM accepts', () => {
    expect(executionIdOf('abc')).toBe('exec-ba7816bf8f01cfea4141');
    expect(uuidOf('abc')).toBe('ba7816bf-8f01-5fea-8141-40de5dae2223');
  });
});

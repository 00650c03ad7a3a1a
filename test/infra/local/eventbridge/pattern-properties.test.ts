import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, parseAddress, parseCidr } from '../../../../infra/local/eventbridge/ip-address.ts';
import { compilePattern, leavesOf } from '../../../../infra/local/eventbridge/pattern-match.ts';
import { parsePattern } from '../../../../infra/local/eventbridge/pattern-parse.ts';
import { PatternRefusal, PatternTooLarge } from '../../../../infra/local/eventbridge/pattern-refusal.ts';
import { matchesWildcard, parseWildcard } from '../../../../infra/local/eventbridge/wildcard.ts';

const matchesField = (values: readonly unknown[], value: unknown): boolean =>
  compilePattern(parsePattern(JSON.stringify({ field: values })))(leavesOf({ field: value }));

const scalar = fc.oneof(
  fc.string().filter((text) => parseAddress(text) === undefined),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
  fc.constant(null),
);

describe('patterns', () => {
  it('match a value exactly when it is among theirs', () => {
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1, maxLength: 5 }), scalar, (values, value) => {
        expect(matchesField(values, value)).toBe(values.includes(value));
      }),
    );
  });

  it('turn every answer round with anything-but, for a field that is present', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.string(), (values, value) => {
        expect(matchesField([{ 'anything-but': values }], value)).toBe(!values.includes(value));
      }),
    );
  });

  it('match a value if and only if it lies in the numeric range', () => {
    const number = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(number, number, number, (low, high, value) => {
        fc.pre(low < high);
        expect(matchesField([{ numeric: ['>=', low, '<', high] }], value)).toBe(value >= low && value < high);
      }),
    );
  });

  it('either compile or are refused with a reason, whatever their JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          expect(compilePattern(parsePattern(text))(leavesOf({}))).toBeTypeOf('boolean');
        } catch (error) {
          expect(error instanceof PatternRefusal || error instanceof PatternTooLarge).toBe(true);
        }
      }),
    );
  });
});

/** The plainest reading of a wildcard: every asterisk takes nothing or one character and itself again. */
const naive = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  return text !== '' && pattern[0] === text[0] && naive(pattern.slice(1), text.slice(1));
};

describe('wildcards', () => {
  it('agree with the plainest reading', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 })
      .map((characters) => characters.join('').replaceAll(/\*+/g, '*'))
      .filter((text) => text.split('*').length <= 6);
    const text = fc
      .array(fc.constantFrom('a', 'b'), { maxLength: 10 })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(pattern, text, (wildcard, value) => {
        expect(matchesWildcard(parseWildcard(wildcard), value)).toBe(naive(wildcard, value));
      }),
      { numRuns: 500 },
    );
  });
});

describe('addresses', () => {
  it('lie in every block that is cut from themselves', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 31 }), (text, maskBits) => {
        const address = parseAddress(text);
        expect(address !== undefined && isWithin(parseCidr(`${text}/${maskBits}`), address)).toBe(true);
      }),
    );
  });

  it('are the same in full and in short', () => {
    const group = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 7 }), (groups) => {
        const hex = groups.map((value) => value.toString(16));
        const full = [...hex, ...Array.from({ length: 8 - hex.length }, () => '0')].join(':');
        expect(parseAddress(`${hex.join(':')}::`)).toEqual(parseAddress(full));
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPattern, catalogue, livePattern, type EventName } from '../../../../contracts/catalogue.ts';
import { functions } from '../../../../infra/topology.ts';
import { isWithin, parseAddress, parseCidr } from '../../../../infra/simulated-aws/eventbridge/ip-address.ts';
import { compilePattern, leavesOf } from '../../../../infra/simulated-aws/eventbridge/pattern-match.ts';
import { parsePattern } from '../../../../infra/simulated-aws/eventbridge/pattern-parse.ts';
import {
  PatternRefusal,
  PatternTooLarge,
} from '../../../../infra/simulated-aws/eventbridge/pattern-refusal.ts';
import { matchesWildcard, parseWildcard } from '../../../../infra/simulated-aws/eventbridge/wildcard.ts';

const matchesField = (values: readonly unknown[], value: unknown): boolean =>
  compilePattern(parsePattern(JSON.stringify({ field: values })))(leavesOf({ field: value }));

const scalar = fc.oneof(
  fc.string().filter((text) => parseAddress(text) === undefined),
  fc
    .double({ noNaN: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
    .map((value) => value + 0),
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

type Node = { readonly [name: string]: unknown };

/** The plainest reading of one matcher, for a value that is there. */
const plainly = (matcher: unknown, value: unknown): boolean => {
  if (typeof matcher !== 'object' || matcher === null) return value === matcher;
  const [[operator, operand]] = Object.entries(matcher) as [[string, never]];
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'prefix':
      return text?.startsWith(operand) ?? false;
    case 'suffix':
      return text?.endsWith(operand) ?? false;
    case 'equals-ignore-case':
      return text?.toLowerCase() === (operand as string).toLowerCase();
    case 'exists':
      return operand;
    case 'anything-but':
      return !(operand as unknown[]).includes(value);
    default:
      throw new Error(`${operator} is not among those drawn`);
  }
};

/** The plainest reading of a pattern: every member is met, and of `$or` at least one. */
const naively = (pattern: Node, event: Node): boolean =>
  Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return (wanted as Node[]).some((each) => naively(each, event));
    const value = event[name];
    if (!Array.isArray(wanted)) return naively(wanted as Node, (value ?? {}) as Node);
    return value === undefined
      ? wanted.some((matcher) => (matcher as { exists?: boolean } | null)?.exists === false)
      : wanted.some((matcher) => plainly(matcher, value));
  });

describe('patterns of several fields', () => {
  const text = fc.constantFrom('a', 'ab', 'A', 'ba', 'b');
  const value = fc.oneof(text, fc.constantFrom(1, true, null));
  const matcher = fc.oneof(
    value,
    fc.record({ prefix: text }),
    fc.record({ suffix: text }),
    fc.record({ 'equals-ignore-case': text }),
    fc.record({ 'anything-but': fc.uniqueArray(text, { minLength: 1, maxLength: 2 }) }),
  );
  const wanted = fc.oneof(
    fc.uniqueArray(matcher, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }),
    fc.boolean().map((exists) => [{ exists }]),
  );
  const fields = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), wanted, { minKeys: 1, maxKeys: 2 });
  const pattern = fc
    .tuple(
      fields(['x', 'y']),
      fc.option(fields(['p', 'q']), { nil: undefined }),
      fc.option(fc.tuple(fields(['u']), fields(['v'])), { nil: undefined }),
    )
    .map(([own, inner, either]) => ({
      ...own,
      ...(inner && { detail: inner }),
      ...(either && { $or: [...either] }),
    }));
  const event = fc.record(
    {
      ...{ x: value, y: value, u: value, v: value },
      detail: fc.record({ p: value, q: value }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  it('match the events that the plainest reading takes, and no others', () => {
    const seen = { matched: 0, passed: 0 };
    fc.assert(
      fc.property(pattern, event, (asked, given) => {
        const answer = compilePattern(parsePattern(JSON.stringify(asked)))(
          leavesOf(JSON.parse(JSON.stringify(given)) as never),
        );
        seen[answer ? 'matched' : 'passed'] += 1;
        expect(answer).toBe(naively(asked, given));
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.matched, seen.passed)).toBeGreaterThan(10);
  });
});

describe('the patterns of the catalogue', () => {
  // The catalogue's values bear the names of its type.
  const names = catalogue.map(({ name }) => name as EventName);
  const matches = (pattern: object, event: object): boolean =>
    compilePattern(parsePattern(JSON.stringify(pattern)))(leavesOf(event as never));
  const said = (name: string, more: object = {}) => ({
    source: 'groundswell',
    'detail-type': name,
    detail: { metadata: { executionId: 'exec-1' }, data: { waveId: 'a' } },
    ...more,
  });
  const namesMatched = (pattern: object, more?: object) =>
    names.filter((name) => matches(pattern, said(name, more)));

  it.each(names)('take %s, live and from its own source, and no other event', (name) => {
    const pattern = livePattern([name]);
    expect(namesMatched(pattern)).toEqual([name]);
    expect(namesMatched(pattern, { 'replay-name': 'r' })).toEqual([]);
    expect(namesMatched(pattern, { source: 'aws.drs' })).toEqual([]);
    expect(matches(pattern, said(`${name}2`))).toBe(false);
  });

  it('take every event for the audit, replays too', () => {
    expect(namesMatched(allPattern)).toEqual(names);
    expect(namesMatched(allPattern, { 'replay-name': 'r' })).toEqual(names);
    expect(namesMatched(allPattern, { source: 'other' })).toEqual([]);
  });

  it.each(functions.map(({ service, events }) => [service, events] as const))(
    'wake %s for the events that it subscribes to',
    (_service, events) => {
      const expected = events === 'live-and-replayed' ? names : events;
      const pattern = events === 'live-and-replayed' ? allPattern : livePattern(events);
      const found = expected.length === 0 ? [] : namesMatched(pattern);
      expect([...found].sort()).toEqual([...expected].sort());
    },
  );
});

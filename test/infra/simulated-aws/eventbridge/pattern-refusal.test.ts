import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../../infra/simulated-aws/eventbridge/pattern-parse.ts';
import {
  PatternRefusal,
  PatternTooLarge,
} from '../../../../infra/simulated-aws/eventbridge/pattern-refusal.ts';

const leaf = (value: unknown): string => JSON.stringify({ detail: { field: value } });

const onlyKey = 'Only one key allowed in match expression';
const notScalar = 'Value of anything-but must be an array or single string/number value.';
const tooMany = 'Too many elements in numeric expression';

describe('a pattern is refused with AWS’s reason', () => {
  it.each<[string, string]>([
    ['["a"]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"detail":{}}', 'Empty objects are not allowed'],
    ['{"source":"shop"}', '"source" must be an object or an array'],
    ['{"source":[]}', 'Empty arrays are not allowed'],
    ['{"source":[["shop"]]}', 'Match value must be String, number, true, false, or null'],
    [leaf([{}]), 'Match expression name not found'],
    [leaf([{ EXISTS: true }]), 'Unrecognized match type EXISTS'],
    [leaf([{ constructor: 'a' }]), 'Unrecognized match type constructor'],
    [leaf([{ prefix: 'a', suffix: 'b' }]), onlyKey],
    [leaf([{ prefix: 5 }]), 'prefix match pattern must be a string'],
    [leaf([{ prefix: { suffix: 'a' } }]), 'Unsupported prefix pattern: suffix'],
    [leaf([{ suffix: { 'equals-ignore-case': 5 } }]), 'equals-ignore-case match pattern must be a string'],
    [leaf([{ 'equals-ignore-case': ['a'] }]), 'equals-ignore-case match pattern must be a string'],
    [leaf([{ exists: 'true' }]), 'exists match pattern must be either true or false.'],
    [leaf([{ wildcard: 5 }]), 'wildcard match pattern must be a string'],
    [leaf([{ wildcard: 'a**b' }]), 'Consecutive wildcard characters at pos 2'],
    [leaf([{ wildcard: 'ü**b' }]), 'Consecutive wildcard characters at pos 3'],
    [leaf([{ wildcard: 'a\\b' }]), 'Invalid escape character at pos 2'],
    [leaf([{ cidr: ['10.0.0.0/8'] }]), 'prefix match pattern must be a string'],
    [leaf([{ cidr: '10.0.0.0' }]), "Malformed CIDR, one '/' required"],
    [leaf([{ cidr: '10.0.0.0/x' }]), 'Malformed CIDR, mask bits must be an integer'],
    [leaf([{ cidr: '10.0.0.0/-1' }]), 'Malformed CIDR, mask bits must not be negative'],
    [leaf([{ cidr: '10.0.0.0/32' }]), 'IPv4 mask bits must be < 32'],
    [leaf([{ cidr: '2001:db8::/128' }]), 'IPv6 mask bits must be < 128'],
    [leaf([{ cidr: 'xx.11.xx/8' }]), 'Nonstandard IP address: xx.11.xx'],
    [leaf([{ numeric: 10 }]), 'Value of numeric must be an array.'],
    [leaf([{ numeric: [] }]), 'Invalid member in numeric match: ]'],
    [leaf([{ numeric: [5] }]), 'Invalid member in numeric match: 5'],
    [leaf([{ numeric: ['>', 5_000_000_000.5] }]), 'Value must be between -5.0E9 and 5.0E9, inclusive'],
    [leaf([{ numeric: ['<', -6e9] }]), 'Value must be between -5.0E9 and 5.0E9, inclusive'],
    [leaf([{ numeric: ['=', 0.1234567] }]), 'Only values upto 6 decimals are supported'],
    ['{"detail":{"n":[9007199254740993]}}', 'Value must be between -5.0E9 and 5.0E9, inclusive'],
    [
      '{"detail":{"n":[{"anything-but":[9007199254740993]}]}}',
      'Value must be between -5.0E9 and 5.0E9, inclusive',
    ],
    [leaf([{ numeric: ['~', 5] }]), 'Unrecognized numeric range operator: ~'],
    [leaf([{ numeric: ['=', '5'] }]), 'Value of equals must be numeric'],
    [leaf([{ numeric: ['<', 5, '>', 1] }]), tooMany],
    [leaf([{ numeric: ['>', 0, '<'] }]), 'Value of < must be numeric'],
    [leaf([{ numeric: ['>', 0, '>', 0] }]), 'Bad numeric range operator: >'],
    [leaf([{ numeric: ['>', 0, 5] }]), 'Bad value in numeric range: 5'],
    [leaf([{ numeric: ['>', 0, '<', 5, '<', 6] }]), 'Too many terms in numeric range expression'],
    [leaf([{ numeric: ['>', 5, '<', 5] }]), 'Bottom must be less than top'],
    [leaf([{ 'anything-but': null }]), notScalar],
    [leaf([{ 'anything-but': true }]), notScalar],
    [
      leaf([{ 'anything-but': ['a', null] }]),
      'Inside anything but list, start|null|boolean is not supported.',
    ],
    [
      leaf([{ 'anything-but': ['a', 5] }]),
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    [leaf([{ 'anything-but': {} }]), 'Anything-But expression name not found'],
    [leaf([{ 'anything-but': { numeric: ['=', 5] } }]), 'Unsupported anything-but pattern: numeric'],
    [leaf([{ 'anything-but': { prefix: '' } }]), 'Null prefix/suffix not allowed'],
    [leaf([{ 'anything-but': { suffix: [5] } }]), 'prefix/suffix match pattern must be a string'],
    [leaf([{ 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } }]), notScalar],
    [leaf([{ 'anything-but': { prefix: 'a', suffix: 'b' } }]), tooMany],
    [leaf([{ 'anything-but': { wildcard: 5 } }]), 'wildcard match pattern must be a string'],
    [
      leaf([{ 'anything-but': { 'equals-ignore-case': 5 } }]),
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    ],
    ['{"$or":{"a":[1]}}', 'It must be an Array followed with $or.'],
    ['{"$or":[{"a":[1]}]}', 'There must have at least 2 Objects in $or relationship.'],
    ['{"$or":[{"a":[1]},"b"]}', 'Only JSON object is allowed in array of $or relationship.'],
    [
      '{"$or":[{"a":[1]},{"prefix":["b"]}]}',
      'prefix is Ruler reserved fieldName which cannot be used inside $or.',
    ],
  ])('%s: %s', (pattern, reason) => {
    expect(() => parsePattern(pattern)).toThrow(new PatternRefusal(reason));
  });

  it('names the first token of what is not JSON', () => {
    expect(() => parsePattern('source equals shop')).toThrow(/^Unrecognized token 'source': was expecting/);
  });

  it('calls six asterisks too complex, as the documentation shows', () => {
    expect(() => parsePattern(leaf([{ wildcard: '*:*:*:*:*:event-bus/*' }]))).toThrow(/^Rule is too complex/);
  });

  it('counts combinations of $or, and stops at a thousand', () => {
    const branches = (name: string) => Array.from({ length: 32 }, (_, index) => ({ [name]: [index] }));
    const pattern = { a: { $or: branches('x') }, b: { $or: branches('y') } };
    expect(() => parsePattern(JSON.stringify(pattern))).toThrow(PatternTooLarge);
    expect(parsePattern(JSON.stringify({ $or: branches('x') })).alternatives).toHaveLength(32);
  });
});

import { describe, expect, it } from 'vitest';
import { compilePattern, leavesOf } from '../../../../infra/simulated-aws/eventbridge/pattern-match.ts';
import { parsePattern } from '../../../../infra/simulated-aws/eventbridge/pattern-parse.ts';

const matches = (pattern: object, event: Record<string, unknown>): boolean =>
  compilePattern(parsePattern(JSON.stringify(pattern)))(leavesOf(event));

const inDetail = (values: unknown) => ({ detail: { field: values } });

/** The event that AWS's own description of its matcher uses throughout. */
const instanceEvent = {
  version: '0',
  id: 'ddddd4-aaaa-7777-4444-345dd43cc333',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '012345679012',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'],
  detail: {
    'c-count': 5,
    'd-count': 3,
    'x-limit': 301.8,
    'source-ip': '10.0.0.33',
    'instance-id': 'i-000000aaaaaa00000',
    state: 'running',
  },
};

describe('the documented examples', () => {
  it.each([
    [
      {
        'detail-type': ['EC2 Instance State-change Notification'],
        detail: { state: ['initializing', 'running'] },
      },
    ],
    [{ resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'] }],
    [{ time: [{ prefix: '2017-10-02' }] }],
    [{ source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }],
    [{ source: [{ suffix: 'ec2' }] }],
    [{ source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }],
    [{ source: [{ 'equals-ignore-case': 'AWS.EC2' }] }],
    [{ source: [{ wildcard: 'a*.e*2' }] }],
    [{ detail: { state: [{ 'anything-but': 'initializing' }] } }],
    [{ detail: { 'x-limit': [{ 'anything-but': 123 }] } }],
    [{ detail: { state: [{ 'anything-but': ['stopped', 'overloaded'] }] } }],
    [{ detail: { 'x-limit': [{ 'anything-but': [100, 200, 300] }] } }],
    [{ detail: { state: [{ 'anything-but': { prefix: 'init' } }] } }],
    [{ detail: { state: [{ 'anything-but': { prefix: ['init', 'error'] } }] } }],
    [{ detail: { 'instance-id': [{ 'anything-but': { suffix: '1234' } }] } }],
    [{ detail: { 'instance-id': [{ 'anything-but': { suffix: ['1234', '6789'] } }] } }],
    [{ detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['Stopped', 'OverLoaded'] } }] } }],
    [{ detail: { state: [{ 'anything-but': { wildcard: ['*/bin/*.jar', '*/bin/*.class'] } }] } }],
    [{ detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }], 'x-limit': [{ numeric: ['=', 3.018e2] }] } }],
    [{ detail: { 'source-ip': [{ cidr: '10.0.0.0/24' }] } }],
    [{ detail: { 'c-count': [{ exists: true }], 'e-count': [{ exists: false }] } }],
    [{ source: ['aws.ec2'], $or: [{ region: ['eu-west-1'] }, { detail: { 'c-count': [5] } }] }],
  ])('match: %j', (pattern) => {
    expect(matches(pattern, instanceEvent)).toBe(true);
  });

  it.each([
    [{ 'detail-type': ['EC2 Instance State-change Notification'], detail: { state: ['initializing'] } }],
    [{ resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-0'] }],
    [{ source: [{ prefix: 'EC2' }] }],
    [{ detail: { state: [{ 'anything-but': ['running', 'stopped'] }] } }],
    [{ detail: { 'x-limit': [{ 'anything-but': [301.8] }] } }],
    [{ detail: { state: [{ 'anything-but': { prefix: 'run' } }] } }],
    [{ detail: { 'instance-id': [{ 'anything-but': { suffix: ['1234', '0000'] } }] } }],
    [{ detail: { state: [{ 'anything-but': { 'equals-ignore-case': 'RUNNING' } }] } }],
    [{ detail: { state: [{ 'anything-but': { wildcard: 'r*g' } }] } }],
    [{ detail: { 'c-count': [{ numeric: ['>', 5] }] } }],
    [{ detail: { 'source-ip': [{ cidr: '10.0.1.0/24' }] } }],
    [{ detail: { 'c-count': [{ exists: false }] } }],
    [{ source: ['aws.ec2'], $or: [{ region: ['eu-west-1'] }, { detail: { 'c-count': [6] } }] }],
  ])('do not match: %j', (pattern) => {
    expect(matches(pattern, instanceEvent)).toBe(false);
  });
});

describe('one field', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['a number equals it whatever its notation', [300], 3e2, true],
    ['a number is not its digits', [5], '5', false],
    ['true is not "true"', [true], 'true', false],
    ['null matches null', [null], null, true],
    ['null does not match a missing field', [null], undefined, false],
    ['an empty string matches an empty string only', [''], 'a', false],
    ['names and values are case-sensitive', ['Running'], 'running', false],
    ['an array of the event matches by intersection', ['b', 'c'], ['a', 'b'], true],
    ['an array without a common value does not', ['c'], ['a', 'b'], false],
    ['an empty array has no value', [{ exists: true }], [], false],
    ['a nested array counts as its values', ['b'], [['a'], ['b']], true],
    ['null exists', [{ exists: true }], null, true],
    ['an object is not a leaf and so does not exist', [{ exists: true }], { below: 1 }, false],
    ['an object is not a leaf and so is absent', [{ exists: false }], { below: 1 }, true],
    ['absence or a value', [{ exists: false }, 'a'], 'a', true],
    ['absence or another value', [{ exists: false }, 'a'], 'b', false],
    ['anything-but needs the field', [{ 'anything-but': 'a' }], undefined, false],
    ['anything-but takes null', [{ 'anything-but': 'a' }], null, true],
    ['anything-but takes a value of another type', [{ 'anything-but': 'a' }], 5, true],
    ['anything-but a prefix takes a number', [{ 'anything-but': { prefix: 'a' } }], 5, true],
    ['anything-but is about each element of an array', [{ 'anything-but': 'a' }], ['a', 'b'], true],
    ['anything-but all elements', [{ 'anything-but': ['a', 'b'] }], ['a', 'b'], false],
    ['a prefix is of strings only', [{ prefix: '5' }], 55, false],
    ['a number in a string is not numeric', [{ numeric: ['>', 1] }], '5', false],
    ['null is not numeric', [{ numeric: ['<', 1] }], null, false],
    ['a closed lower bound', [{ numeric: ['>=', 5, '<', 9] }], 5, true],
    ['an open upper bound', [{ numeric: ['>=', 5, '<', 9] }], 9, false],
    ['equality of numbers', [{ numeric: ['=', 5] }], 5.0, true],
    ['an asterisk alone takes the empty string', [{ wildcard: '*' }], '', true],
    ['asterisks do not overlap', [{ wildcard: 'ab*ba' }], 'aba', false],
    ['an escaped asterisk is one', [{ wildcard: '\\**' }], '*x', true],
    ['an escaped asterisk is only that', [{ wildcard: '\\**' }], 'xx', false],
    ['an escaped backslash is one', [{ wildcard: 'a\\\\*' }], 'a\\b', true],
    ['wildcards are of strings only', [{ wildcard: '5*' }], 55, false],
    ['an IPv6 block', [{ cidr: '2001:db8::/32' }], '2001:db8:1::5', true],
    ['outside an IPv6 block', [{ cidr: '2001:db8::/32' }], '2001:db9::5', false],
    ['an IPv4 address is in no IPv6 block', [{ cidr: '::/1' }], '10.0.0.1', false],
    ['a word is in no block', [{ cidr: '10.0.0.0/8' }], 'ten', false],
    ['an address matches in all its spellings', ['::1'], '0:0:0:0:0:0:0:1', true],
    ['a dotted word is no address', ['1.2.3'], '1.2.3', true],
  ])('%s', (_fact, values, value, expected) => {
    expect(matches(inDetail(values), { detail: { field: value } })).toBe(expected);
  });
});

describe('a path', () => {
  it('may be written with dots in the pattern', () => {
    expect(matches({ 'detail.a': ['x'] }, { detail: { a: 'x' } })).toBe(true);
  });

  it('may be written with dots in the event', () => {
    expect(matches({ detail: { a: { b: ['x'] } } }, { detail: { 'a.b': 'x' } })).toBe(true);
  });

  it('does not lead into JSON that is a string', () => {
    expect(matches({ detail: { a: ['x'] } }, { detail: '{"a":"x"}' })).toBe(false);
  });
});

describe('an array of objects', () => {
  const event = {
    detail: {
      servers: [
        { id: 's-1', state: 'FAILED', volumes: [{ size: 1 }, { size: 2 }] },
        { id: 's-2', state: 'LAUNCHED', volumes: [{ size: 3 }], reason: 'none' },
      ],
    },
  };

  it.each<[string, object, boolean]>([
    ['matches fields of one element', { id: ['s-2'], state: ['LAUNCHED'] }, true],
    ['does not mix the fields of two', { id: ['s-1'], state: ['LAUNCHED'] }, false],
    ['finds the element that matches all', { state: [{ prefix: 'L' }], id: [{ prefix: 's-' }] }, true],
    ['holds inner arrays to the same element', { id: ['s-2'], volumes: { size: [2] } }, false],
    ['takes any element of an inner array', { id: ['s-1'], volumes: { size: [2] } }, true],
    [
      'asks for absence in the element that matched so far',
      { id: ['s-1'], reason: [{ exists: false }] },
      true,
    ],
    ['sees presence in the element that matched so far', { id: ['s-2'], reason: [{ exists: false }] }, false],
  ])('%s', (_fact, pattern, expected) => {
    expect(matches({ detail: { servers: pattern } }, event)).toBe(expected);
  });
});

describe('$or', () => {
  it('multiplies with another $or, so that one of each must match', () => {
    const pattern = { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ c: [1] }, { d: [1] }] } };
    expect(matches(pattern, { b: 1, detail: { c: 1 } })).toBe(true);
    expect(matches(pattern, { a: 1, b: 1, detail: { e: 1 } })).toBe(false);
  });

  it('may hold several fields, and another $or', () => {
    const pattern = { $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }] };
    expect(matches(pattern, { b: 1, d: 1 })).toBe(true);
    expect(matches(pattern, { b: 1 })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { holds } from '../../../../infra/simulated-aws/iam/condition.ts';
import { contextOf, type ContextValues } from '../../../../infra/simulated-aws/iam/request-context.ts';

type Row = readonly [operator: string, key: string, values: string | readonly string[], expected: boolean];

const request: ContextValues = {
  'aws:userid': 'AROAEXAMPLE:nightly',
  'aws:username': 'Ana*',
  'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/shop/nightly',
  'aws:SourceIp': '203.0.113.7',
  'aws:SecureTransport': true,
  'aws:CurrentTime': '2026-11-29T12:00:00Z',
  'aws:EpochTime': '1795953600',
  'aws:MultiFactorAuthAge': '120',
  'aws:TagKeys': ['Team', 'Cost'],
  'aws:CalledVia': ['cloudformation.amazonaws.com', 'drs.amazonaws.com'],
  'dynamodb:LeadingKeys': [],
};

const rows: readonly Row[] = [
  ['StringEquals', 'aws:username', 'Ana*', true],
  ['StringEquals', 'AWS:UserName', 'Ana*', true],
  ['StringEquals', 'aws:username', 'Ana', false],
  ['StringEquals', 'aws:username', ['Ben', 'Ana*'], true],
  ['StringEquals', 'aws:absent', 'x', false],
  ['StringEqualsIfExists', 'aws:absent', 'x', true],
  ['StringEqualsIfExists', 'aws:username', 'x', false],
  ['StringEqualsIgnoreCase', 'aws:username', 'aNA*', true],
  ['StringNotEquals', 'aws:username', ['Ben', 'Cyd'], true],
  ['StringNotEquals', 'aws:username', ['Ben', 'Ana*'], false],
  ['StringNotEquals', 'aws:absent', 'x', true],
  ['StringNotEqualsIgnoreCase', 'aws:username', 'ana*', false],
  ['StringLike', 'aws:userid', '*:nightly', true],
  ['StringLike', 'aws:userid', '*:NIGHTLY', false],
  ['StringLike', 'aws:userid', 'AROA???????:*', true],
  ['StringNotLike', 'aws:userid', '*:daily', true],
  ['StringLike', 'aws:username', '${aws:username}', true],
  ['StringLike', 'aws:userid', '*:${aws:absent}', false],
  ['StringLike', 'aws:userid', "*:${aws:absent, 'nightly'}", true],
  ['StringLike', 'aws:username', 'Ana${*}', true],
  ['StringLike', 'aws:userid', 'AROAEXAMPLE:${*}', false],
  ['ArnEquals', 'aws:SourceArn', 'arn:aws:events:*:111122223333:rule/*', true],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*', false],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:events:eu-west-1:*:rule/shop/*', true],
  ['ArnNotEquals', 'aws:SourceArn', 'arn:aws:events:eu-west-1:111122223333:rule/shop/nightly', false],
  ['ArnNotLike', 'aws:absent', 'arn:aws:iam::111122223333:role/*', true],
  ['Bool', 'aws:SecureTransport', 'true', true],
  ['Bool', 'aws:SecureTransport', 'false', false],
  ['BoolIfExists', 'aws:absent', 'true', true],
  ['Null', 'aws:absent', 'true', true],
  ['Null', 'aws:username', 'true', false],
  ['Null', 'aws:username', 'false', true],
  ['Null', 'dynamodb:LeadingKeys', 'false', false],
  ['NumericLessThan', 'aws:MultiFactorAuthAge', '300', true],
  ['NumericGreaterThanEquals', 'aws:MultiFactorAuthAge', '120', true],
  ['NumericEquals', 'aws:username', '1', false],
  ['NumericNotEquals', 'aws:MultiFactorAuthAge', '120', false],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-11-29T11:59:59Z', true],
  ['DateLessThan', 'aws:EpochTime', '2026-11-29T12:00:01Z', true],
  ['DateLessThanEquals', 'aws:CurrentTime', '2020-01-01T00:00:00Z', false],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', true],
  ['IpAddress', 'aws:SourceIp', ['198.51.100.1', '2001:db8::/32'], false],
  ['NotIpAddress', 'aws:SourceIp', '198.51.100.0/24', true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['Team', 'Cost', 'Stage'], true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['Team'], false],
  ['ForAllValues:StringLike', 'aws:absent', ['Team'], true],
  ['ForAllValues:StringLike', 'dynamodb:LeadingKeys', ['once#*'], true],
  ['ForAnyValue:StringEquals', 'aws:CalledVia', 'drs.amazonaws.com', true],
  ['ForAnyValue:StringEquals', 'aws:CalledVia', 'ssm.amazonaws.com', false],
  ['ForAnyValue:StringEquals', 'aws:absent', 'x', false],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'Team', true],
  ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'Team', false],
];

describe('a condition', () => {
  it.each(rows)('%s of %s with %j: %s', (operator, key, values, expected) => {
    const condition = { operator, key, values: [values].flat() };
    expect(holds(condition, contextOf(request), true)).toBe(expected);
  });

  it('takes variables literally in a policy of the older version', () => {
    const condition = { operator: 'StringLike', key: 'aws:username', values: ['${aws:username}'] };
    expect(holds(condition, contextOf(request), false)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { matchesArn, matchesGlob, matchesResource } from '../../../../infra/simulated-aws/iam/pattern.ts';

const instance = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
const image = 'arn:aws:ec2:eu-west-1::image/ami-1';

describe('a resource of a policy', () => {
  it.each([
    ['*', instance, true],
    ['*', '*', true],
    [instance, instance, true],
    [instance, '*', false],
    ['arn:aws:ec2:eu-west-1:*:*/*', instance, true],
    ['arn:aws:ec2:eu-west-1:*:*/*', image, true],
    ['arn:aws:ec2:*:*:instance/*', image, false],
    ['arn:aws:ec2:eu-*-1:111122223333:instance/i-?', instance, true],
    ['arn:aws:ec2:*', instance, true],
    ['arn:aws:ec2:*1:instance/i-1', instance, false],
    ['arn:aws:sns:eu-west-1:111122223333:shop', 'arn:aws:sns:eu-west-1:111122223333:shop-2', false],
    ['arn:aws:ssm:eu-west-1:1:document/Shop.Check', 'arn:aws:ssm:eu-west-1:1:document/ShopXCheck', false],
    ['arn:aws:logs:eu-west-1:1:log-group:/x:*', 'arn:aws:logs:eu-west-1:1:log-group:/x:log-stream:y', true],
  ])('%s and %s: %s', (pattern, resource, expected) => {
    expect(matchesResource(pattern, resource)).toBe(expected);
  });
});

it('checks each part of an ARN by itself in a condition', () => {
  expect(matchesArn('arn:aws:ec2:*:*:instance/*', instance)).toBe(true);
  expect(matchesArn('arn:aws:ec2:*', instance)).toBe(false);
});

it('knows no case where it is told so', () => {
  expect(matchesGlob('SQS:Send*', 'sqs:sendMessage', 'i')).toBe(true);
  expect(matchesGlob('SQS:Send*', 'sqs:sendMessage')).toBe(false);
});

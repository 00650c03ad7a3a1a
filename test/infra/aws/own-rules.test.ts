import { App, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { GroundswellChecks } from '../../../infra/aws/own-rules.ts';

const findingsIn = (build: (scope: Construct) => void): readonly string[] => {
  const stack = new Stack(new App(), 'Stack');
  build(stack);
  const { violations } = new GroundswellChecks().validateScope(stack);
  return violations.map(({ ruleName }) => ruleName);
};

const rule =
  (eventPattern: object, name = 'rule') =>
  (scope: Construct) =>
    void new CfnRule(scope, 'Rule', { name, eventPattern });
const fence = { 'replay-name': [{ exists: false }] };

it.each([
  ['a rule without a fence', rule({ source: ['groundswell'] }), ['Groundswell-ReplayFence']],
  [
    'a rule that wants replays',
    rule({ source: ['groundswell'], 'replay-name': [{ exists: true }] }),
    ['Groundswell-ReplayFence'],
  ],
  ['a rule with a fence', rule({ source: ['groundswell'], ...fence }), []],
  ["the audit's rule without a fence", rule({ source: ['groundswell'] }, 'groundswell-record-audit'), []],
  ['a hint from any account', rule({ source: ['aws.drs'], ...fence }), ['Groundswell-HintAccounts']],
  ['a hint from one account', rule({ source: ['aws.drs'], account: ['1'], ...fence }), []],
])('judges %s', (_name, build, findings) => {
  expect(findingsIn(build)).toEqual(findings);
});

const publishing = (conditions: Record<string, unknown>) => (scope: Construct) =>
  void new ManagedPolicy(scope, 'Policy', {
    statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: ['bus'], conditions })],
  });
const saying = (...names: readonly string[]) =>
  publishing({ StringEquals: { 'events:source': 'groundswell', 'events:detail-type': names } });

it.each([
  ['any event', publishing({}), ['Groundswell-OneWriter']],
  [
    'a source without a type',
    publishing({ StringEquals: { 'events:source': 'groundswell' } }),
    ['Groundswell-OneWriter'],
  ],
  ['facts of two writers', saying('WaveStarted', 'DRSJobStarted'), ['Groundswell-OneWriter']],
  ['facts of one writer', saying('WaveStarted', 'WaveFailed', 'OperatorNeeded'), []],
])('judges the right to publish %s', (_name, build, findings) => {
  expect(findingsIn(build)).toEqual(findings);
});

const queueFor = (conditions: Record<string, unknown>) => (scope: Construct) =>
  void new Queue(scope, 'Queue').addToResourcePolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      principals: [new ServicePrincipal('events.amazonaws.com')],
      resources: ['*'],
      conditions,
    }),
  );

it.each([
  ['any account', queueFor({}), ['Groundswell-SourceAccount']],
  ['one account', queueFor({ StringEquals: { 'aws:SourceAccount': '111122223333' } }), []],
  [
    'one rule',
    queueFor({ ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/a' } }),
    [],
  ],
  [
    'rules of any account',
    queueFor({ ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:*:rule/a' } }),
    ['Groundswell-SourceAccount'],
  ],
  [
    'one rule or any',
    queueFor({ ArnLike: { 'aws:SourceArn': ['arn:aws:events:eu-west-1:111122223333:rule/a', '*'] } }),
    ['Groundswell-SourceAccount'],
  ],
])('judges a service that acts for %s', (_name, build, findings) => {
  expect(findingsIn(build)).toEqual(findings);
});

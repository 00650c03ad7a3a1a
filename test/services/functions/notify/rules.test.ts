import { describe, expect, it } from 'vitest';
import { notifyRulesSchema } from '../../../../contracts/notify-rules.ts';
import { readRules } from '../../../../services/core/domain/notify-rules.ts';
import { channelsFor } from '../../../../services/functions/notify/rules.ts';

const channels = {
  board: { kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:111122223333:board' },
  ops: { kind: 'slack', url: 'ssm:/hooks/slack' },
  teams: { kind: 'teams', url: 'secretsmanager:hooks/teams' },
  'on-call': { kind: 'pagerduty', routingKey: 'ssm:/pagerduty/key' },
  ticket: { kind: 'webhook', url: 'ssm:/hooks/ticket', bearer: 'ssm:/hooks/token' },
};
const parsed = (rules: readonly object[], more: object = {}) =>
  notifyRulesSchema.parse({ channels, rules, ...more });
const faultsOf = (document: unknown): readonly string[] =>
  (notifyRulesSchema.safeParse(document).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('who is told', () => {
  const failed = { event: 'WaveFailed', planId: 'shop', severity: 'warning' as const };

  it('is everybody whom a rule without conditions names, each once', () => {
    expect(
      channelsFor(parsed([{ channels: ['ops', 'ops'] }, { channels: ['board', 'ops'] }]), failed),
    ).toEqual(['ops', 'board']);
  });

  it('follows from the event, the plan and the severity, all of them', () => {
    const rules = parsed([
      { events: ['WaveFailed', 'OperatorNeeded'], channels: ['ops'] },
      { events: ['WaveCompleted'], channels: ['board'] },
      { plans: ['shop'], channels: ['teams'] },
      { plans: ['other'], channels: ['ticket'] },
      { severity: 'critical', channels: ['on-call'] },
    ]);
    expect(channelsFor(rules, failed)).toEqual(['ops', 'teams']);
    expect(channelsFor(rules, { ...failed, severity: 'critical' })).toEqual(['ops', 'teams', 'on-call']);
    expect(channelsFor(rules, { event: 'WaveCompleted', planId: 'other', severity: 'info' })).toEqual([
      'board',
      'ticket',
    ]);
    const both = parsed([{ events: ['WaveFailed'], plans: ['other'], channels: ['ops'] }]);
    expect(channelsFor(both, failed)).toEqual([]);
  });

  it('counts a severity from itself upwards', () => {
    const rules = parsed([{ severity: 'warning', channels: ['ops'] }]);
    const told = (['info', 'warning', 'critical'] as const).map((severity) =>
      channelsFor(rules, { ...failed, severity }),
    );
    expect(told).toEqual([[], ['ops'], ['ops']]);
  });
});

describe('the rules', () => {
  it('tell nobody when there are none, and have a day of patience', () => {
    expect(notifyRulesSchema.parse({})).toEqual({ channels: {}, rules: [], patienceHours: 24 });
    expect(parsed([]).channels['on-call']).toMatchObject({
      endpoint: 'https://events.pagerduty.com/v2/enqueue',
    });
  });

  it('name a channel that is there, or every wrong one with its place', () => {
    expect(
      faultsOf({
        channels,
        rules: [{ channels: ['ops', 'cat'] }, { channels: ['ops'] }, { channels: ['dog'] }],
      }),
    ).toEqual(['rules.0.channels: there is no channel cat', 'rules.2.channels: there is no channel dog']);
  });

  it.each([
    [
      'a secret in place of its name',
      { a: { kind: 'slack', url: 'https://hooks.example.com/T0/secret' } },
      'channels.a.url: ssm:NAME or secretsmanager:NAME',
    ],
    [
      'a secret after its name',
      { a: { kind: 'slack', url: 'ssm:/a?b' } },
      'channels.a.url: ssm:NAME or secretsmanager:NAME',
    ],
    [
      'a prefix before its name',
      { a: { kind: 'slack', url: ' ssm:/a' } },
      'channels.a.url: ssm:NAME or secretsmanager:NAME',
    ],
    [
      'no topic',
      { a: { kind: 'sns', topicArn: 'arn:aws:sqs:eu-west-1:111122223333:a' } },
      'channels.a.topicArn: an SNS topic ARN',
    ],
    [
      'half a topic',
      { a: { kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:1111:a' } },
      'channels.a.topicArn: an SNS topic ARN',
    ],
    [
      'more than a topic',
      { a: { kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:111122223333:a:b' } },
      'channels.a.topicArn: an SNS topic ARN',
    ],
  ])('refuse %s', (_what, given, fault) => {
    expect(faultsOf({ channels: given })).toEqual([fault]);
  });

  it.each([
    ['an unknown event', { rules: [{ events: ['WaveForgotten'], channels: ['ops'] }] }],
    ['no channel', { rules: [{ channels: [] }] }],
    ['no event', { rules: [{ events: [], channels: ['ops'] }] }],
    ['no plan', { rules: [{ plans: [], channels: ['ops'] }] }],
    ['an unknown member', { rules: [{ channels: ['ops'], colour: 'red' }] }],
    ['too many rules', { rules: Array.from({ length: 101 }, () => ({ channels: ['ops'] })) }],
    ['no patience', { patienceHours: 1 }],
    ['too much patience', { patienceHours: 121 }],
    ['no URL', { consoleUrl: 'console' }],
    ['an unknown setting', { colour: 'red' }],
  ])('refuse %s', (_what, more) => {
    expect(faultsOf({ channels, ...more })).toHaveLength(1);
  });

  it('take each of these to their limits', () => {
    const rules = Array.from({ length: 100 }, () => ({
      channels: ['ops'],
      events: ['WaveFailed'],
      plans: ['a'],
    }));
    for (const patienceHours of [2, 120])
      expect(faultsOf({ channels, rules, patienceHours, consoleUrl: 'https://a.example' })).toEqual([]);
  });
});

describe('a text of rules', () => {
  it('is refused where JSON would pass over a channel in silence', () => {
    const [one, two] = ['"ops":{"kind":"slack","url":"ssm:/one"}', '"ops":{"kind":"slack","url":"ssm:/two"}'];
    expect(readRules(`{"channels":{${one}}}`).channels).toHaveProperty('ops');
    expect(() => readRules(`{"channels":{${one},${two}}}`)).toThrow('channels.ops');
    expect(() =>
      readRules(`{"channels":{${one}},"rules":[{"channels":["ops"],"plans":["a\uFFFD"]}]}`),
    ).toThrow();
  });
});

describe('rules that cannot be used', () => {
  const faulty = JSON.stringify({
    channels: { ops: { kind: 'slack', url: 'https://hooks.example.com/secret' } },
    rules: [{ events: ['NoSuchEvent'], channels: ['nobody'] }],
  });

  it('say at which places, and never what stands there', () => {
    const said = (() => {
      try {
        readRules(faulty);
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    expect(said).toContain('channels.ops.url');
    expect(said).toContain('rules[0].events[0]');
    expect(said).toContain('groundswell notices check');
    expect(said).not.toContain('hooks.example.com');
  });
});

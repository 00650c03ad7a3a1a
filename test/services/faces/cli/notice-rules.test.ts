import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime } from '../../../../infra/local/runtime.ts';
import { type Receiver, startReceiver } from '../../../support/receiver.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { openTerminal, runIn } from '../../../support/terminal.ts';

const file = join(mkdtempSync(join(tmpdir(), 'rules-')), 'rules.json');
const terminal = openTerminal();
const { said: out } = terminal;
beforeEach(() => terminal.forget());

const check = async (rules: unknown, ...more: readonly string[]): Promise<number> => {
  writeFileSync(file, typeof rules === 'string' ? rules : JSON.stringify(rules));
  return runIn(terminal, 'notices', 'check', file, ...more);
};

it('rules that can be used are called valid', async () => {
  const channels = { ops: { kind: 'slack', url: 'ssm:/hooks/slack' } };
  expect(await check({ channels, rules: [{ severity: 'critical', channels: ['ops'] }] })).toBe(0);
  expect(out.join('')).toContain('is valid: 1 rule, 1 channel.');
});

it('every fault of rules is told at once, with what would be valid', async () => {
  const channels = { ops: { kind: 'slack', url: 'plain' } };
  const rules = [{ severity: 'loud', channels: ['nobody'] }];
  await expect(check({ channels, rules })).rejects.toThrow(
    /Invalid rules: \d+ faults[^]*channels.ops.url[^]*ssm:NAME[^]*rules\[0\].severity/,
  );
  await expect(check('{ not json')).rejects.toThrow(/valid: a JSON document/);
  await expect(check('{ "rules": [], "rules": [] }')).rejects.toThrow(/rules/);
});

describe('a test message', () => {
  let runtime: Runtime;
  let receiver: Receiver;
  const keep = (name: string, value: string): Promise<string> =>
    createSignedCall(runtime.endpoint)({
      ...{ service: 'ssm', region: runtime.region },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.PutParameter' },
      body: JSON.stringify({ Name: name, Type: 'SecureString', Overwrite: true, Value: value }),
    });
  beforeAll(async () => {
    receiver = await startReceiver();
    runtime = await startRuntime({});
    await keep('/hooks/slack', `${receiver.address}/slack-secret`);
    await keep('/hooks/page', 'k'.repeat(32));
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await runtime.close();
  });
  beforeEach(() => {
    // Only what the command line says leads to the runtime.
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    receiver.mood = 'well';
    receiver.forget();
  });
  const send = (channels: object, ...more: readonly string[]): Promise<number> =>
    check({ channels }, '--send', '--endpoint', runtime.endpoint, ...more);

  it('goes to each channel of the file, and what each receiver answers is told', async () => {
    const pager = { kind: 'pagerduty', routingKey: 'ssm:/hooks/page', endpoint: `${receiver.address}/page` };
    expect(await send({ ops: { kind: 'slack', url: 'ssm:/hooks/slack' }, pager })).toBe(0);
    expect(out.join('\n')).toMatch(/ops +slack +taken +the receiver answered 202/);
    expect(out.join('\n')).toMatch(
      /pager +pagerduty +taken +the receiver answered 202, and the alert is resolved/,
    );
    const bodies = receiver.taken.map(({ path, text }) => ({ path, text }));
    expect(bodies.find(({ path }) => path === '/slack-secret')?.text).toContain('nothing has happened');
    const [trigger, resolve] = bodies
      .filter(({ path }) => path === '/page')
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    expect([trigger?.['event_action'], resolve?.['event_action']]).toEqual(['trigger', 'resolve']);
    expect(trigger?.['dedup_key']).toBe(resolve?.['dedup_key']);
  });

  it('that is not taken is told with the reason, which names no secret, and hides no other channel', async () => {
    receiver.mood = { status: 404 };
    const channels = {
      ops: { kind: 'slack', url: 'ssm:/hooks/slack' },
      gone: { kind: 'webhook', url: 'ssm:/hooks/nowhere' },
      topic: { kind: 'sns', topicArn: `arn:aws:sns:${runtime.region}:${runtime.account}:nowhere` },
    };
    expect(await send(channels, '--json')).toBe(1);
    expect(JSON.parse(out.join(''))).toEqual([
      { channel: 'ops', kind: 'slack', isTaken: false, answer: 'the receiver answered 404' },
      {
        channel: 'gone',
        kind: 'webhook',
        isTaken: false,
        answer: expect.stringContaining('ParameterNotFound'),
      },
      { channel: 'topic', kind: 'sns', isTaken: false, answer: expect.stringContaining('NotFound') },
    ]);
    expect(out.join('')).not.toContain('slack-secret');
  });

  it('goes nowhere while the rules have faults', async () => {
    await expect(send({ ops: { kind: 'slack', url: 'plain' } })).rejects.toThrow('Invalid rules');
    expect(receiver.asked).toEqual([]);
  });
});

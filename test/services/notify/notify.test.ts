import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startRuntime, type Runtime } from '../../../infra/local/runtime.ts';
import type { EventBridgeEnvelope } from '../../../contracts/foreign-events.ts';
import { initialExecution } from '../../../services/domain/execution-state.ts';
import { notifyRulesSchema } from '../../../services/notify/rules.ts';
import { createNotify } from '../../../services/notify/service.ts';
import { createAwsNotifier } from '../../../services/ports/aws/notifier.ts';
import { createAwsOnce } from '../../../services/ports/aws/once.ts';
import { createMemoryRecordStore } from '../../../services/ports/memory/record-store.ts';
import { pagerDutyEvent, slackMessage, teamsMessage } from './vendor-schemas.ts';

const executionId = 'exec-0123456789abcdef0123';
const at = '2026-11-23T09:00:00.000Z';
const hidden = 'hidden-8d1f';

interface Received {
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

let runtime: Runtime;
let server: Server;
let address: string;
let mood: 'well' | 'failing' | 'silent';
let received: Received[];

beforeAll(async () => {
  runtime = await startRuntime();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (mood === 'silent') return;
      if (mood === 'well')
        received.push({
          path: request.url ?? '',
          body: JSON.parse(Buffer.concat(parts).toString()),
          authorization: request.headers.authorization,
        });
      response.writeHead(mood === 'well' ? 202 : 503).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await runtime.close();
});

let keys = 0;
let warnings: string[];
const started = async (rules: unknown) => {
  const store = createMemoryRecordStore();
  const state = { ...initialExecution, status: 'RUNNING' as const, planId: 'shop' };
  await store.write({ kind: 'stream', id: executionId }, { state }, 0);
  const client = new DynamoDBClient({
    endpoint: runtime.endpoint,
    region: runtime.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const once = createAwsOnce({ client, tableName: 'groundswell-state' });
  const test = `test-${++keys}`;
  const parsed = notifyRulesSchema.parse(rules);
  const service = createNotify({
    store,
    notifier: createAwsNotifier({ sns: { send: () => Promise.reject(new Error('no SNS')) }, timeoutMs: 300 }),
    secrets: {
      read: async (reference) =>
        reference.endsWith('/key') ? 'k'.repeat(32) : `${address}/${reference.split('/').at(-1)!}/${hidden}`,
    },
    once: { run: (key, work) => once.run(`${test}/${key}`, work) },
    log: { info: () => undefined, warn: (...said) => void warnings.push(JSON.stringify(said)) },
    rules: async () => parsed,
  });
  return { ...service, waiting: () => store.list('notice', '') };
};

const envelope = (type: string, data: unknown, version = 1): EventBridgeEnvelope => ({
  ...{ id: `id-${version}`, source: 'groundswell', 'detail-type': type, account: '111122223333' },
  ...{ region: 'eu-west-1', time: at, resources: [] },
  detail: {
    metadata: {
      ...{ eventId: `${executionId}@${version}`, schemaVersion: 1, executionId, causationId: 'request' },
      ...{ stream: executionId, version, emittedAt: at, previousHash: '', hash: 'h' },
    },
    data,
  },
});

const needed = envelope('OperatorNeeded', {
  ...{ waveId: 'database', attempt: 1, about: 'wave-failed', why: '<!channel> db-2: launch failed' },
  choices: ['retry', 'skip', 'continue', 'cancel'],
});
const approval = envelope('ActionStarted', {
  ...{
    waveId: 'database',
    attempt: 1,
    stage: 'before',
    actionId: 'go-ahead',
    tryNumber: 1,
    kind: 'approval',
  },
  ...{ endsBy: at, prompt: 'Go ahead?', approvers: ['the-approver'] },
});
const wait = envelope('ActionStarted', {
  ...{ waveId: 'database', attempt: 1, stage: 'before', actionId: 'pause', tryNumber: 1, kind: 'wait' },
  endsBy: at,
});
const completed = envelope('ExecutionCompleted', {
  ...{ outcome: 'COMPLETED', startedAt: at, endedAt: at, durationMs: 900_000 },
  waves: { completed: 3, partial: 0, failed: 0, skipped: 0 },
  servers: { launched: 6, failed: 0 },
  rto: { targetMinutes: 30, achievedMinutes: 15, met: true },
});

const everyChannel = {
  consoleUrl: 'https://console.example.com/',
  channels: {
    slack: { kind: 'slack', url: 'ssm:/hooks/slack' },
    teams: { kind: 'teams', url: 'secretsmanager:hooks/teams' },
    pager: { kind: 'pagerduty', routingKey: 'ssm:/pager/key', endpoint: 'http://127.0.0.1:1/' },
    hook: { kind: 'webhook', url: 'ssm:/hooks/plain', bearer: 'ssm:/hooks/key' },
  },
  rules: [{ channels: ['slack', 'teams', 'pager', 'hook'] }],
};
const all = () => ({
  ...everyChannel,
  channels: {
    ...everyChannel.channels,
    pager: { ...everyChannel.channels.pager, endpoint: `${address}/pager` },
  },
});
const at1 = (path: string) => received.filter((each) => each.path.startsWith(`/${path}`));
const ajv = new Ajv({ allErrors: true });

beforeEach(() => {
  mood = 'well';
  received = [];
  warnings = [];
});

describe('a notice', () => {
  it.each([
    ['slack', slackMessage],
    ['teams', teamsMessage],
    ['pager', pagerDutyEvent],
  ])('is what %s documents', async (path, schema) => {
    const { notify } = await started(all());
    for (const [index, event] of [needed, approval, completed].entries())
      await notify({
        ...event,
        detail: {
          ...(event.detail as object),
          metadata: {
            ...(event.detail as { readonly metadata: object }).metadata,
            eventId: `${executionId}@${index}`,
          },
        },
      });
    const valid = ajv.compile(schema);
    expect(at1(path)).toHaveLength(3);
    for (const { body } of at1(path)) expect([valid(body), valid.errors]).toEqual([true, null]);
  });

  it('says the exact command to approve, and where to look', async () => {
    const { notify } = await started(all());
    await notify(approval);
    expect(at1('plain')[0]).toMatchObject({
      authorization: `Bearer ${'k'.repeat(32)}`,
      body: {
        title: 'shop: Approval needed: go-ahead of wave database',
        meaning: 'Go ahead? To be answered by the-approver.',
        commands: [
          `groundswell approve ${executionId} database go-ahead --reason "..."`,
          `groundswell decline ${executionId} database go-ahead --reason "..."`,
        ],
        link: `https://console.example.com/#/executions/${executionId}`,
      },
    });
  });

  it('calls no channel of Slack by what an event says', async () => {
    const { notify } = await started(all());
    await notify(needed);
    expect(JSON.stringify(at1('slack')[0]!.body)).not.toContain('<!channel>');
  });

  it('resolves the alert of an execution that ends well', async () => {
    const { notify } = await started(all());
    await notify(completed);
    expect(at1('pager')[0]!.body).toMatchObject({ event_action: 'resolve', dedup_key: executionId });
  });

  it('is not made of the small steps in between', async () => {
    const { notify } = await started(all());
    await notify(wait);
    expect(received).toEqual([]);
  });
});

describe('a rule', () => {
  it.each([
    ['another plan', { plans: ['other'] }, 0],
    ['this plan', { plans: ['shop'] }, 1],
    ['another event', { events: ['WaveFailed'] }, 0],
    ['this event', { events: ['OperatorNeeded'] }, 1],
    ['its severity', { severity: 'critical' }, 1],
  ])('that names %s decides', async (_name, rule, count) => {
    const { notify } = await started({ ...all(), rules: [{ ...rule, channels: ['hook'] }] });
    await notify(needed);
    expect(received).toHaveLength(count);
  });

  it('is refused when it names a channel that is not there', () => {
    expect(notifyRulesSchema.safeParse({ rules: [{ channels: ['nobody'] }] }).error?.issues).toMatchObject([
      { path: ['rules', 0, 'channels'], message: 'there is no channel nobody' },
    ]);
  });

  it('holds references to secrets, and no secret', () => {
    const channels = { hook: { kind: 'webhook', url: 'https://hooks.example.com/secret' } };
    expect(notifyRulesSchema.safeParse({ channels }).success).toBe(false);
  });
});

describe('a receiver', () => {
  it('is told once of an event that arrives twice', async () => {
    const { notify } = await started(all());
    await notify(needed);
    await notify(needed);
    expect(received.map(({ path }) => path.split('/')[1]).sort()).toEqual([
      'pager',
      'plain',
      'slack',
      'teams',
    ]);
  });

  it.each(['failing', 'silent'] as const)('that is %s is told once when it is back', async (state) => {
    const { notify, retry, waiting } = await started(all());
    mood = state;
    await notify(needed);
    await retry();
    expect([received, (await waiting()).length]).toEqual([[], 4]);
    mood = 'well';
    await retry();
    await retry();
    await notify(needed);
    expect([received.length, await waiting()]).toEqual([4, []]);
  });

  it('that is down keeps no other from being told', async () => {
    const { notify, waiting } = await started(everyChannel);
    await notify(needed);
    expect([received.length, await waiting()]).toEqual([3, [`pager/${executionId}@1`]]);
  });

  it('that fails leaves no secret in the log', async () => {
    const { notify } = await started(all());
    mood = 'failing';
    await notify(needed);
    expect(warnings).toHaveLength(4);
    expect(warnings.join()).not.toMatch(new RegExp(`${hidden}|kkkk|127\\.0\\.0\\.1`));
  });
});

import { afterAll, beforeEach } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type { EventBridgeEnvelope } from '../../../../contracts/foreign-events.ts';
import { initialExecution } from '../../../../services/core/domain/execution-state.ts';
import type { Owed } from '../../../../services/core/domain/waiting-notice.ts';
import type { NotifyPorts } from '../../../../services/functions/notify/notify-ports.ts';
import { notifyRulesSchema } from '../../../../contracts/notify-rules.ts';
import { createNotify } from '../../../../services/functions/notify/service.ts';
import { createAwsNotifier } from '../../../../services/core/ports/aws/notifier.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { readNotices } from '../../../../services/core/streams/notice-records.ts';
import { type Received, type Receiver, startReceiver } from '../../../support/receiver.ts';

/** One receiver for all tests of a file, which at the begin of each is well and has taken nothing. */
export const receiverOfAll = async (): Promise<Receiver> => {
  const receiver = await startReceiver();
  afterAll(() => receiver.close());
  beforeEach(() => {
    receiver.mood = 'well';
    receiver.forget();
  });
  return receiver;
};

export const executionId = 'exec-0123456789abcdef0123';
export const otherId = 'exec-ffffffffffffffffffff';
export const at = '2026-11-23T09:00:00.000Z';
export const minuteMs = 60_000;
export const tickMs = 5 * minuteMs;

/** Stands in every secret, so that a leak of any can be searched for. */
export const canary = 'canary8d1f4c';
export const routingKey = canary.padEnd(32, 'k');

export const envelope = (
  type: string,
  data: unknown,
  version = 1,
  id = executionId,
): EventBridgeEnvelope => ({
  ...{ id: `id-${version}`, source: 'groundswell', 'detail-type': type, account: '111122223333' },
  ...{ region: 'eu-west-1', time: at, resources: [] },
  detail: {
    metadata: {
      ...{ eventId: `${id}@${version}`, schemaVersion: 1, executionId: id, causationId: 'request' },
      ...{ stream: id, version, emittedAt: at, previousHash: '', hash: 'h' },
    },
    data,
  },
});

export const needed = (version = 1, why = '<!channel> db-2: launch failed', id = executionId) =>
  envelope(
    'OperatorNeeded',
    {
      ...{ waveId: 'database', attempt: 1, about: 'wave-failed', why },
      choices: ['retry', 'skip', 'continue', 'cancel'],
    },
    version,
    id,
  );

const action = (kind: string, actionId: string) => ({
  ...{ waveId: 'database', attempt: 1, stage: 'before', actionId, tryNumber: 1, kind, endsBy: at },
});
export const approval = envelope(
  'ActionStarted',
  { ...action('approval', 'go-ahead'), prompt: 'Go ahead?', approvers: ['the-approver'] },
  2,
);
export const wait = envelope('ActionStarted', action('wait', 'pause'), 3);
export const completed = (version = 9) =>
  envelope(
    'ExecutionCompleted',
    {
      ...{ outcome: 'COMPLETED', startedAt: at, endedAt: at, durationMs: 900_000 },
      waves: { completed: 3, partial: 0, failed: 0, skipped: 0 },
      servers: { launched: 6, failed: 0 },
      rto: { targetMinutes: 30, achievedMinutes: 15, met: true },
    },
    version,
  );

/** Rules that tell four channels of everything, all of them at one receiver. */
export const everyChannel = ({ address }: Receiver, more: object = {}) => ({
  consoleUrl: 'https://console.example.com/',
  channels: {
    slack: { kind: 'slack', url: 'ssm:/hooks/slack' },
    teams: { kind: 'teams', url: 'secretsmanager:hooks/teams' },
    pager: { kind: 'pagerduty', routingKey: 'ssm:/pager/key', endpoint: `${address}/pager` },
    hook: { kind: 'webhook', url: 'ssm:/hooks/plain', bearer: 'ssm:/hooks/key' },
  },
  rules: [{ channels: ['slack', 'teams', 'pager', 'hook'] }],
  ...more,
});
export const oneChannel = (receiver: Receiver, channel = 'hook', more: object = {}) =>
  everyChannel(receiver, { rules: [{ channels: [channel] }], ...more });

const sns = { send: () => Promise.reject(new Error('no SNS')) };
const impatient = createAwsNotifier({ sns, timeoutMs: 150 });
/** A machine under load answers late, which must not look like a receiver that is down. */
const patient = createAwsNotifier({ sns, timeoutMs: 8_000 });

/** Powertools' promise in few lines: once done, never again; a failure frees the key. */
const memoryOnce = (): NotifyPorts['once'] => {
  const done = new Set<string>();
  return {
    async run(key, work) {
      if (done.has(key)) return;
      await work();
      done.add(key);
    },
  };
};

/** The service on a clock of its own, told of nothing yet. */
export const startNotify = async (receiver: Receiver, rules: unknown, ports: Partial<NotifyPorts> = {}) => {
  const clock = createManualClock(Date.parse(at));
  const store = createMemoryRecordStore();
  for (const id of [executionId, otherId]) {
    const state = { ...initialExecution, status: 'RUNNING' as const, planId: 'shop' };
    await store.write({ kind: 'stream', id }, { state }, 0);
  }
  const warnings: string[] = [];
  const parked: { readonly owed: Owed; readonly reason: string }[] = [];
  const parsed = notifyRulesSchema.parse(rules);
  const service = createNotify({
    store,
    clock,
    notifier: {
      deliver: (delivery) => (receiver.mood === 'silent' ? impatient : patient).deliver(delivery),
    },
    secrets: {
      read: async (reference) =>
        reference.endsWith('/key')
          ? routingKey
          : `${receiver.address}/${reference.split('/').at(-1)!}/${canary}`,
    },
    once: memoryOnce(),
    log: { info: () => undefined, warn: (...said) => void warnings.push(JSON.stringify(said)) },
    rules: async () => parsed,
    park: async (owed, reason) => void parked.push({ owed, reason }),
    commandOptions: '',
    ...ports,
  });
  /** What the schedule does, for so long. */
  const tick = async (durationMs = tickMs): Promise<void> => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += tickMs) {
      await clock.advance(tickMs);
      await service.retry();
    }
  };
  const noticesIn = async (state: 'waiting' | 'given-up') =>
    (await readNotices(store, state)).map(({ waiting }) => waiting);
  return {
    ...service,
    ...{ clock, store, warnings, parked, tick },
    waiting: () => noticesIn('waiting'),
    givenUp: () => noticesIn('given-up'),
  };
};

/** The bodies that a channel of the receiver has taken. */
export const takenBy = (receiver: Receiver, channel: string): readonly unknown[] =>
  receiver.taken
    .filter(({ path }) => path.startsWith(`/${channel}`))
    .map(({ text }) => JSON.parse(text) as unknown);

export const channelIn = ({ path }: Received): string => path.split('/')[1] ?? '';

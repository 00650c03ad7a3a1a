import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { SqsEventRecord } from '../../../../infra/simulated-aws/sqs/mapping.ts';
import type { SqsRecord } from '../../../../infra/simulated-aws/sqs/store.ts';
import { arnOf, redriveTo, sqsFixture, startAt } from './fixture.ts';

const settings = { VisibilityTimeout: '10' };

/** A handler that notes what it gets, with the time, and answers what `answer` says. */
const recorder = (
  now: () => number,
  answer: (records: readonly SqsEventRecord[]) => unknown = () => undefined,
) => {
  const seen: (readonly [number, ...string[]])[] = [];
  const handler = async (records: readonly SqsEventRecord[]): Promise<unknown> => {
    seen.push([now() - startAt, ...records.map(({ body }) => body)]);
    return answer(records);
  };
  return { seen, handler };
};

const failing = (body: string) => (records: readonly SqsEventRecord[]) => ({
  batchItemFailures: records
    .filter((record) => record.body === body)
    .map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('a mapping', () => {
  it('delivers a message at once, and a delayed one at the very moment when it is due', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const { seen, handler } = recorder(clock.now);
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    local.send(arnOf('jobs'), 'later', {}, { delaySeconds: 15 });
    local.send(arnOf('jobs'), 'now');
    await clock.advance(60_000);
    expect(seen).toEqual([
      [0, 'now'],
      [15_000, 'later'],
    ]);
  });

  it('hands over the record that Lambda makes of a message', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const records: SqsEventRecord[] = [];
    local.consume(arnOf('jobs'), { batchSize: 10, handler: async (batch) => void records.push(...batch) });
    const messageId = local.send(arnOf('jobs'), 'x', { RULE_ARN: 'arn:rule' });
    await clock.advance(0);
    expect(records).toEqual([
      {
        messageId,
        receiptHandle: expect.any(String),
        body: 'x',
        attributes: {
          SenderId: '111122223333',
          SentTimestamp: String(startAt),
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: String(startAt),
        },
        messageAttributes: {
          RULE_ARN: {
            dataType: 'String',
            stringValue: 'arn:rule',
            stringListValues: [],
            binaryListValues: [],
          },
        },
        md5OfBody: '9dd4e461268c8034f5c8564e155c67a6',
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf('jobs'),
        awsRegion: 'eu-west-1',
      },
    ]);
  });

  it('brings a failed item back after the visibility timeout, and only that one', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const { seen, handler } = recorder(clock.now, failing('bad'));
    local.send(arnOf('jobs'), 'good');
    local.send(arnOf('jobs'), 'bad');
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    await clock.advance(10_000);
    expect(seen).toEqual([
      [0, 'good', 'bad'],
      [10_000, 'bad'],
    ]);
  });

  it('gives an item up after the allowed number of receipts', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('dead', {});
    local.queues.create('jobs', { ...settings, ...redriveTo('dead', 2) });
    const { seen, handler } = recorder(clock.now, failing('bad'));
    const graveyard = recorder(clock.now);
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    local.consume(arnOf('dead'), { batchSize: 10, handler: graveyard.handler });
    local.send(arnOf('jobs'), 'bad');
    await clock.advance(60_000);
    expect(seen).toEqual([
      [0, 'bad'],
      [10_000, 'bad'],
    ]);
    expect(graveyard.seen).toEqual([[20_000, 'bad']]);
  });

  it('gets at once what a move task brings back', async () => {
    const { clock, client, local } = sqsFixture();
    local.queues.create('dead', {});
    local.queues.create('jobs', { ...settings, ...redriveTo('dead', 1) });
    let isUp = false;
    const answer = () => (isUp ? undefined : Promise.reject(new Error('down')));
    const { seen, handler } = recorder(clock.now, answer);
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    local.send(arnOf('jobs'), 'work');
    await clock.advance(60_000);
    isUp = true;
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dead') }));
    await clock.advance(0);
    expect(seen).toEqual([
      [0, 'work'],
      [60_000, 'work'],
    ]);
  });

  it.each([
    ['a handler that throws', () => Promise.reject(new Error('down'))],
    ['an answer of the wrong shape', () => ({ batchItemFailures: 'all' })],
    [
      'a failure of a message that it never got',
      () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
    ],
  ])('takes %s for the failure of the whole batch', async (_, answer) => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const { seen, handler } = recorder(clock.now, answer);
    local.send(arnOf('jobs'), 'a');
    local.send(arnOf('jobs'), 'b');
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    await clock.advance(10_000);
    expect(seen).toEqual([
      [0, 'a', 'b'],
      [10_000, 'a', 'b'],
    ]);
  });

  it('takes an empty list of failures for success', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const { seen, handler } = recorder(clock.now, () => ({ batchItemFailures: [] }));
    local.consume(arnOf('jobs'), { batchSize: 10, handler });
    local.send(arnOf('jobs'), 'a');
    await clock.advance(60_000);
    expect(seen).toHaveLength(1);
  });

  it('hands over no more batches at once than it may', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    let running = 0;
    let most = 0;
    const handler = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => void clock.after(1000, resolve));
      running -= 1;
    };
    local.consume(arnOf('jobs'), { batchSize: 1, concurrencyMax: 2, handler });
    for (let count = 0; count < 5; count++) local.send(arnOf('jobs'), String(count));
    await clock.advance(2999);
    expect([most, local.queues.named('jobs').messages.size]).toEqual([2, 1]);
    await clock.advance(1);
    expect(local.queues.named('jobs').messages.size).toBe(0);
  });

  it('delivers no more once it has ended', async () => {
    const { clock, local } = sqsFixture();
    local.queues.create('jobs', settings);
    const { seen, handler } = recorder(clock.now);
    const end = local.consume(arnOf('jobs'), { batchSize: 10, handler });
    end();
    local.send(arnOf('jobs'), 'a');
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });
});

describe('a restart', () => {
  it('delivers again what was in flight, when its visibility timeout ends', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sqs-')), 'sqs.jsonl');
    const before = sqsFixture({ journal: openJournal<SqsRecord>(file) });
    before.local.queues.create('jobs', settings);
    before.local.consume(arnOf('jobs'), { batchSize: 1, handler: () => new Promise(() => undefined) });
    before.local.send(arnOf('jobs'), 'cut short');
    before.local.send(arnOf('jobs'), 'still waiting', {}, { delaySeconds: 3 });
    await before.clock.advance(1000);

    const after = sqsFixture({ journal: openJournal<SqsRecord>(file), now: startAt + 1000 });
    const { seen, handler } = recorder(after.clock.now);
    after.local.consume(arnOf('jobs'), { batchSize: 1, handler });
    await after.clock.advance(60_000);
    expect(seen).toEqual([
      [3000, 'still waiting'],
      [10_000, 'cut short'],
    ]);
  });
});

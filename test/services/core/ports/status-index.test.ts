import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsRecordStore } from '../../../../services/core/ports/aws/record-store.ts';
import { type Dynalite, openDynalite } from './dynalite-fixture.ts';

const executions = 10_000;
const batchMax = 25;
const failedEvery = 200;

const row = (n: number): WriteRequest => {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
  const item = {
    pk: `stream#exec-${n}`,
    revision: 1,
    executionId: `exec-${n}`,
    planId: 'p',
    startedAt,
    status: n % failedEvery === 0 ? 'FAILED' : 'COMPLETED',
  };
  const attributes = Object.entries(item).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ]);
  return { PutRequest: { Item: Object.fromEntries(attributes) } };
};

describe('index of executions by status', () => {
  let dynalite: Dynalite;
  beforeAll(async () => {
    dynalite = await openDynalite();
  });
  afterAll(() => dynalite.close());

  it(
    'finds those of one status among 10,000 in less than 100 ms of a processor',
    { timeout: 240_000 },
    async () => {
      const tableName = await dynalite.createTable();
      for (let from = 0; from < executions; from += batchMax) {
        const requests = Array.from({ length: batchMax }, (_, index) => row(from + index));
        await dynalite.client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
      }
      const store = createAwsRecordStore({ client: dynalite.client, tableName });
      const durations: number[] = [];
      for (let run = 0; run < 5; run++) {
        const before = process.cpuUsage();
        const found = await store.executionsByStatus('FAILED', 50);
        const { user, system } = process.cpuUsage(before);
        durations.push((user + system) / 1_000);
        expect(found).toHaveLength(executions / failedEvery);
        expect(found[0]?.executionId).toBe('exec-9800');
      }
      expect(durations.sort((a, b) => a - b)[2]).toBeLessThan(100);
    },
  );
});

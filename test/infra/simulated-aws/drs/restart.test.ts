import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  DescribeSourceServersCommand,
} from '@aws-sdk/client-drs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DrsRecord } from '../../../../infra/simulated-aws/drs/state.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { drsFixture, secondMs, startAt, steady, web1, web2 } from './fixture.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (now: number, scenario: object = steady) =>
  drsFixture(scenario, { journal: openJournal<DrsRecord>(join(folder, 'drs.jsonl')), now, seed: now % 1000 });

describe('a restart in the middle of a job', () => {
  it('goes on with the same job, log and end', async () => {
    const whole = drsFixture(steady, { seed: startAt % 1000 });
    const { jobID } = await whole.drill(web1, web2);
    await whole.clock.advance(600 * secondMs);
    const expected = await whole.client.send(new DescribeJobLogItemsCommand({ jobID }));

    const before = open(startAt);
    await before.drill(web1, web2);
    await before.clock.advance(100 * secondMs);
    const after = open(startAt + 100 * secondMs);
    await after.clock.advance(500 * secondMs);
    expect((await after.client.send(new DescribeJobLogItemsCommand({ jobID }))).items).toStrictEqual(
      expected.items,
    );
    const { items: jobs = [] } = await after.client.send(new DescribeJobsCommand({}));
    expect(jobs.map((job) => [job.jobID, job.status])).toStrictEqual([[jobID, 'COMPLETED']]);
  });

  it('still sends the hints that are to come, and none of those that are past', async () => {
    const before = open(startAt);
    await before.drill(web1);
    await before.clock.advance(100 * secondMs);
    const after = open(startAt + 100 * secondMs);
    await after.clock.advance(500 * secondMs);
    expect(before.events).toHaveLength(0);
    expect(after.events).toHaveLength(1);
    const late = open(startAt + 700 * secondMs);
    await late.clock.advance(500 * secondMs);
    expect(late.events).toHaveLength(0);
  });

  it('still refuses a second job for the server, and counts calls that change something', async () => {
    const before = open(startAt);
    await before.drill(web1);
    await before.client.send(new DescribeJobsCommand({}));
    const after = open(startAt + 100 * secondMs);
    await expect(after.drill(web1)).rejects.toMatchObject({ name: 'ConflictException' });
    expect(after.drs.counters()).toStrictEqual({ StartRecovery: 2 });
  });

  it('takes the scenario of the new start, but the time of the first', async () => {
    open(startAt);
    const stalls = [{ fromSeconds: 60 }];
    const after = open(startAt + 100 * secondMs, {
      servers: [{ name: 'new', id: web1, replication: { stalls } }],
    });
    const { items = [] } = await after.client.send(new DescribeSourceServersCommand({}));
    expect(items[0]?.dataReplicationInfo?.lagDuration).toBe('PT40S');
  });
});

describe('the journal', () => {
  it('holds nothing of calls that only read', async () => {
    const drs = open(startAt);
    await drs.client.send(new DescribeJobsCommand({}));
    await drs.drill(web1);
    const kinds = readFileSync(join(folder, 'drs.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as DrsRecord).kind);
    expect(kinds).toStrictEqual(['Opened', 'OperationCalled', 'JobStarted']);
  });

  it('is compacted when it is long, and says the same afterwards', async () => {
    const busy = { ...steady, jobs: [{ windowSeconds: 1 }], quotas: { jobsInProgress: 1 } };
    const drs = open(startAt, busy);
    for (let at = 0; at < 260; at++) {
      await drs.drill(web1);
      await drs.clock.advance(2 * secondMs);
    }
    const now = drs.clock.now();
    const expected = await drs.client.send(new DescribeJobsCommand({ maxResults: 200 }));
    open(now, busy);
    const lines = readFileSync(join(folder, 'drs.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(1);
    const again = open(now, busy);
    expect((await again.client.send(new DescribeJobsCommand({ maxResults: 200 }))).items).toStrictEqual(
      expected.items,
    );
    expect(again.drs.counters()['StartRecovery']).toBe(260);
  });
});

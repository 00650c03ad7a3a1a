import {
  DeleteJobCommand,
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  DescribeSourceServersCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

const hourMs = 3600 * secondMs;

/** Three jobs, an hour apart, oldest first. */
const threeJobs = async (scenario: object = {}, seed = 7) => {
  const fixture = drsFixture({ ...steady, ...scenario }, { seed });
  const ids: string[] = [];
  for (const server of [web1, web2, web1]) {
    ids.push((await fixture.drill(server)).jobID);
    await fixture.clock.advance(hourMs);
  }
  return { ...fixture, ids };
};

const idsIn = (answer: { items?: { jobID: string | undefined }[] }) => answer.items?.map((job) => job.jobID);

describe('DescribeJobs', () => {
  it('lists jobs newest first', async () => {
    const { client, ids } = await threeJobs();
    expect(idsIn(await client.send(new DescribeJobsCommand({})))).toStrictEqual(ids.toReversed());
  });

  it('filters by id, and by time of creation', async () => {
    const { client, ids } = await threeJobs();
    const byId = await client.send(new DescribeJobsCommand({ filters: { jobIDs: [ids[1] ?? ''] } }));
    expect(idsIn(byId)).toStrictEqual([ids[1]]);
    const filters = { fromDate: '2026-11-23T10:30:00Z', toDate: '2026-11-23T11:30:00.000Z' };
    expect(idsIn(await client.send(new DescribeJobsCommand({ filters })))).toStrictEqual([ids[1]]);
  });

  it('finds a job from the very millisecond of its call', async () => {
    const { client, drill } = drsFixture();
    const { jobID } = await drill(web1);
    const filters = { fromDate: '2026-11-23T10:00:00.000Z' };
    expect(idsIn(await client.send(new DescribeJobsCommand({ filters })))).toStrictEqual([jobID]);
  });

  it('pages through all jobs once, also when a job joins meanwhile', async () => {
    const { client, drill, ids } = await threeJobs();
    const first = await client.send(new DescribeJobsCommand({ maxResults: 2 }));
    await drill(web2);
    const rest = await client.send(
      new DescribeJobsCommand({ maxResults: 2, nextToken: first.nextToken ?? 'none' }),
    );
    expect([...(idsIn(first) ?? []), ...(idsIn(rest) ?? [])]).toStrictEqual(ids.toReversed());
    expect(rest.nextToken).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5])('truncates pages, even to nothing, but loses no job (seed %i)', async (seed) => {
    const { client, ids } = await threeJobs({ pages: { truncateRate: 1 } }, seed);
    const seen: (string | undefined)[] = [];
    const sizes: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeJobsCommand({ maxResults: 2, ...(nextToken !== undefined && { nextToken }) }),
      );
      seen.push(...(idsIn(page) ?? []));
      sizes.push(page.items?.length);
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    expect(seen).toStrictEqual(ids.toReversed());
    expect(sizes).toContain(0);
  });

  it('refuses a token that it did not give out', async () => {
    const { client } = await threeJobs();
    const work = client.send(new DescribeJobsCommand({ nextToken: 'else' }));
    await expect(work).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('does not know a job before its visibility lag is over, nor does its log', async () => {
    const { client, clock, drill } = drsFixture({
      ...steady,
      visibility: { lagSecondsMin: 20, lagSecondsMax: 20 },
    });
    const { jobID } = await drill(web1);
    await clock.advance(19.9 * secondMs);
    expect((await client.send(new DescribeJobsCommand({}))).items).toStrictEqual([]);
    expect((await client.send(new DescribeJobLogItemsCommand({ jobID }))).items).toStrictEqual([]);
    const { items: [server] = [] } = await client.send(new DescribeSourceServersCommand({}));
    expect(server?.lifeCycle?.lastLaunch?.initiated).toStrictEqual({});
    await clock.advance(0.1 * secondMs);
    expect(idsIn(await client.send(new DescribeJobsCommand({})))).toStrictEqual([jobID]);
    expect((await client.send(new DescribeJobLogItemsCommand({ jobID }))).items).not.toStrictEqual([]);
  });

  it('forgets a deleted job, which must have ended', async () => {
    const { client, drill, ids } = await threeJobs();
    const { jobID } = await drill(web2);
    await expect(client.send(new DeleteJobCommand({ jobID }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await client.send(new DeleteJobCommand({ jobID: ids[2] }));
    expect(idsIn(await client.send(new DescribeJobsCommand({})))).toStrictEqual([jobID, ids[1], ids[0]]);
  });
});

describe('DescribeJobLogItems', () => {
  it('grows in order of time, and is paged', async () => {
    const { client, clock, drill } = drsFixture();
    const { jobID } = await drill(web1, web2);
    await clock.advance(60 * secondMs);
    const early = await client.send(new DescribeJobLogItemsCommand({ jobID }));
    expect(early.items?.map((item) => item.event)).toStrictEqual([
      'JOB_START',
      'SNAPSHOT_START',
      'SNAPSHOT_START',
      'SNAPSHOT_END',
      'SNAPSHOT_END',
      'CONVERSION_START',
      'CONVERSION_START',
    ]);
    const page = await client.send(new DescribeJobLogItemsCommand({ jobID, maxResults: 5 }));
    await clock.advance(840 * secondMs);
    const rest = await client.send(
      new DescribeJobLogItemsCommand({ jobID, nextToken: page.nextToken ?? 'none' }),
    );
    expect([...(page.items ?? []), ...(rest.items ?? [])]).toHaveLength(14);
    expect(rest.items?.at(-1)?.event).toBe('JOB_END');
  });
});

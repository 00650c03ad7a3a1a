import { DescribeJobsCommand, StartRecoveryCommand } from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, web1, web2 } from './fixture.ts';

/** A job's status and its servers' at the time of each look, in seconds after the call. */
const looks = async (...atSeconds: readonly number[]) => {
  const { clock, client, drill } = drsFixture();
  await drill(web1, web2);
  const seen = [];
  let now = 0;
  for (const at of atSeconds) {
    await clock.advance((at - now) * secondMs);
    now = at;
    const { items: [job] = [] } = await client.send(new DescribeJobsCommand({}));
    seen.push([at, job?.status, ...(job?.participatingServers ?? []).map((server) => server.launchStatus)]);
  }
  return seen;
};

describe('a job in progress', () => {
  it('is PENDING, then STARTED from JOB_START, then COMPLETED', async () => {
    expect(await looks(0, 0.3, 0.34, 536, 537)).toStrictEqual([
      [0, 'PENDING', 'PENDING', 'PENDING'],
      [0.3, 'PENDING', 'PENDING', 'PENDING'],
      [0.34, 'STARTED', 'PENDING', 'PENDING'],
      [536, 'STARTED', 'LAUNCHED', 'LAUNCHED'],
      [537, 'COMPLETED', 'LAUNCHED', 'LAUNCHED'],
    ]);
  });

  it('keeps launchStatus PENDING through snapshot and conversion, server by server', async () => {
    expect(await looks(238.9, 239.1, 239.3, 533.1, 533.3)).toStrictEqual([
      [238.9, 'STARTED', 'PENDING', 'PENDING'],
      [239.1, 'STARTED', 'IN_PROGRESS', 'PENDING'],
      [239.3, 'STARTED', 'IN_PROGRESS', 'IN_PROGRESS'],
      [533.1, 'STARTED', 'LAUNCHED', 'IN_PROGRESS'],
      [533.3, 'STARTED', 'LAUNCHED', 'LAUNCHED'],
    ]);
  });

  it('is a START_RECOVERY unless it is a drill, and keeps its tags', async () => {
    const { client } = drsFixture();
    const { job } = await client.send(
      new StartRecoveryCommand({ sourceServers: [{ sourceServerID: web1 }], tags: { executionId: 'e-1' } }),
    );
    expect(job?.initiatedBy).toBe('START_RECOVERY');
    expect(job?.tags).toStrictEqual({ executionId: 'e-1' });
  });

  it('answers 202', async () => {
    const { drs } = drsFixture();
    const response = await drs.service.handle({
      method: 'POST',
      path: '/StartRecovery',
      query: {},
      headers: {},
      body: JSON.stringify({ sourceServers: [{ sourceServerID: web1 }] }),
    });
    expect(response.statusCode).toBe(202);
  });
});

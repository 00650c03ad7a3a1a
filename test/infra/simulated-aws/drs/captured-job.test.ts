import { DescribeJobLogItemsCommand, DescribeJobsCommand } from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../../../infra/simulated-aws/drs/timestamp.ts';
import { drsFixture, secondMs } from './fixture.ts';

const first = 's-51d6b65c73391918f';
const second = 's-5c555d9c008f90131';

/** The phases of a drill captured in us-west-2 in December 2022, in seconds. */
const captured = {
  timings: {
    jobStartSeconds: 0.36,
    queueSeconds: 0.4,
    snapshotSeconds: 0.19,
    conversionSeconds: 197.5,
    launchQueueSeconds: 0.6,
    wrapUpSeconds: 2.773,
    jitter: 0,
    spread: 0,
  },
  servers: [
    { name: 'first', id: first, timings: { snapshotWaitSeconds: 51.95, launchSeconds: 278.1 } },
    { name: 'second', id: second, timings: { snapshotWaitSeconds: 51.92, launchSeconds: 279.27 } },
  ],
};

const capturedLog = [
  [0.36, 'JOB_START', undefined],
  [0.76, 'SNAPSHOT_START', first],
  [0.79, 'SNAPSHOT_START', second],
  [0.95, 'SNAPSHOT_END', first],
  [0.98, 'SNAPSHOT_END', second],
  [52.9, 'CONVERSION_START', first],
  [52.9, 'CONVERSION_START', second],
  [250.4, 'CONVERSION_END', first],
  [250.4, 'CONVERSION_END', second],
  [251.0, 'LAUNCH_START', first],
  [251.2, 'LAUNCH_START', second],
  [529.1, 'LAUNCH_END', first],
  [530.47, 'LAUNCH_END', second],
  [533.27, 'JOB_END', undefined],
] as const;

const run = async () => {
  const { clock, client, drill } = drsFixture(captured);
  const { jobID } = await drill(first, second);
  await clock.advance(540 * secondMs);
  const { items: jobs = [] } = await client.send(new DescribeJobsCommand({ filters: { jobIDs: [jobID] } }));
  const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID }));
  return { jobID, job: jobs[0]!, log };
};

const timeOf = (text: string | undefined): number => parseTimestamp(text ?? '') ?? NaN;

describe('the captured drill', () => {
  it('is reproduced event for event, with its timings', async () => {
    const { job, log } = await run();
    const createdAt = timeOf(job.creationDateTime);
    const offsets = log.map(({ logDateTime, event, eventData }) => [
      Math.round((timeOf(logDateTime) - createdAt) / 10) / 100,
      event,
      eventData?.sourceServerID,
    ]);
    expect(offsets).toStrictEqual(capturedLog);
  });

  it('names the conversion server at CONVERSION_END and the instance at LAUNCH_END, and nowhere else', async () => {
    const { log } = await run();
    const instance = /^i-[0-9a-f]{17}$/;
    for (const { event, eventData } of log) {
      if (event === 'CONVERSION_END') expect(eventData?.conversionServerID).toMatch(instance);
      else expect(eventData?.conversionServerID).toBeUndefined();
      if ((event as string) === 'LAUNCH_END') expect(eventData?.targetInstanceID).toMatch(instance);
      else expect(eventData?.targetInstanceID).toBeUndefined();
    }
  });

  it('has microseconds and +00:00 in every time', async () => {
    const { job, log } = await run();
    const times = [job.creationDateTime, job.endDateTime, ...log.map((item) => item.logDateTime)];
    for (const time of times) expect(time).toMatch(/^2026-11-23T10:\d\d:\d\d\.\d{6}\+00:00$/);
  });

  it('ends 26 to 27 ms before its JOB_END is logged', async () => {
    const { job, log } = await run();
    const gapMs = timeOf(log.at(-1)?.logDateTime) - timeOf(job.endDateTime);
    expect(gapMs).toBeGreaterThanOrEqual(26);
    expect(gapMs).toBeLessThanOrEqual(27);
  });

  it('is COMPLETED already while JOB_END is not yet in its log', async () => {
    const { clock, client, drill } = drsFixture(captured);
    const { jobID } = await drill(first, second);
    await clock.advance(533.26 * secondMs);
    expect((await client.send(new DescribeJobsCommand({}))).items?.[0]?.status).toBe('COMPLETED');
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID }));
    expect(log.at(-1)?.event).toBe('LAUNCH_END');
  });

  it('is COMPLETED in the shape of the capture, without any recoveryInstanceID', async () => {
    const { job, jobID } = await run();
    expect(job).toStrictEqual({
      arn: `arn:aws:drs:eu-west-1:111122223333:job/${jobID}`,
      jobID,
      type: 'LAUNCH',
      initiatedBy: 'START_DRILL',
      status: 'COMPLETED',
      creationDateTime: job.creationDateTime,
      endDateTime: job.endDateTime,
      participatingServers: [
        { launchStatus: 'LAUNCHED', sourceServerID: first },
        { launchStatus: 'LAUNCHED', sourceServerID: second },
      ],
      tags: {},
    });
  });

  it('takes about as long with the default timings', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { clock, client, drill } = drsFixture(
        { servers: captured.servers.map(({ name, id }) => ({ name, id })) },
        { seed },
      );
      await drill(first, second);
      await clock.advance(900 * secondMs);
      const { items = [] } = await client.send(new DescribeJobsCommand({}));
      const lengthMs = timeOf(items[0]?.endDateTime) - timeOf(items[0]?.creationDateTime);
      expect(lengthMs).toBeGreaterThan(500 * secondMs);
      expect(lengthMs).toBeLessThan(575 * secondMs);
    }
  });
});

import { DescribeJobLogItemsCommand, DescribeJobsCommand } from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

/** How a job of both servers ends: each one's launchStatus, the events of the first, and those of the job. */
const outcomeOf = async (scenario: object, seconds = 900) => {
  const fixture = drsFixture({ ...steady, ...scenario });
  const { jobID } = await fixture.drill(web1, web2);
  await fixture.clock.advance(seconds * secondMs);
  const { items: [job] = [] } = await fixture.client.send(new DescribeJobsCommand({}));
  const { items: log = [] } = await fixture.client.send(new DescribeJobLogItemsCommand({ jobID }));
  return {
    ...fixture,
    status: job?.status,
    lengthSeconds: (Date.parse(job?.endDateTime ?? '') - Date.parse(job?.creationDateTime ?? '')) / 1000,
    launchStatus: job?.participatingServers?.map((server) => server.launchStatus),
    first: log.filter((item) => item.eventData?.sourceServerID === web1).map((item) => item.event as string),
    second: log.filter((item) => item.eventData?.sourceServerID === web2).map((item) => item.event as string),
    ofJob: log
      .filter((item) => item.eventData?.sourceServerID === undefined)
      .map((item) => item.event as string),
    rawErrors: log.flatMap((item) => item.eventData?.rawError ?? []),
  };
};

const failing = (phase: string, rest: object = {}) => ({ failures: [{ server: 'web-1', phase, ...rest }] });

const snapshot = ['SNAPSHOT_START', 'SNAPSHOT_END'];
const conversion = ['CONVERSION_START', 'CONVERSION_END'];
const launch = ['LAUNCH_START', 'LAUNCH_END'];

describe('a job in which one server fails', () => {
  it.each([
    ['SKIPPED', 'FAILED', ['SERVER_SKIPPED']],
    ['SNAPSHOT', 'FAILED', ['SNAPSHOT_START', 'SNAPSHOT_FAIL']],
    [
      'PREVIOUS_SNAPSHOT_FAILED',
      'FAILED',
      ['SNAPSHOT_START', 'SNAPSHOT_FAIL', 'USING_PREVIOUS_SNAPSHOT_FAILED'],
    ],
    [
      'PREVIOUS_SNAPSHOT',
      'LAUNCHED',
      ['SNAPSHOT_START', 'SNAPSHOT_FAIL', 'USING_PREVIOUS_SNAPSHOT', ...conversion, ...launch],
    ],
    ['CONVERSION', 'FAILED', [...snapshot, 'CONVERSION_START', 'CONVERSION_FAIL']],
    ['LAUNCH', 'FAILED', [...snapshot, ...conversion, 'LAUNCH_START', 'LAUNCH_FAILED']],
  ])('is COMPLETED, and %s is %s with its own log', async (phase, status, events) => {
    const outcome = await outcomeOf(failing(phase));
    expect(outcome.status).toBe('COMPLETED');
    expect(outcome.launchStatus).toStrictEqual([status, 'LAUNCHED']);
    expect(outcome.first).toStrictEqual(events);
    expect(outcome.ofJob).toStrictEqual(['JOB_START', 'JOB_END']);
  });

  it('has the raw error that the scenario gives it, and else none', async () => {
    expect((await outcomeOf(failing('LAUNCH', { rawError: 'quota of vCPUs' }))).rawErrors).toStrictEqual([
      'quota of vCPUs',
    ]);
    expect((await outcomeOf(failing('LAUNCH'))).rawErrors).toStrictEqual([]);
  });

  it('launches it on the next attempt if only the first was to fail', async () => {
    const { client, clock, drill, launchStatus } = await outcomeOf(failing('CONVERSION', { attempt: 1 }));
    expect(launchStatus).toStrictEqual(['FAILED', 'LAUNCHED']);
    await drill(web1);
    await clock.advance(900 * secondMs);
    const { items: [job] = [] } = await client.send(new DescribeJobsCommand({}));
    expect(job?.participatingServers?.[0]?.launchStatus).toBe('LAUNCHED');
  });
});

describe('a job whose caller lacks permissions', () => {
  it('ends within a second with all servers FAILED and no error in its log', async () => {
    const outcome = await outcomeOf({ callerPermissions: 'MISSING' });
    expect(outcome.status).toBe('COMPLETED');
    expect(outcome.launchStatus).toStrictEqual(['FAILED', 'FAILED']);
    expect(outcome.lengthSeconds).toBeLessThan(1.1);
    expect([outcome.ofJob[0], ...outcome.first, outcome.ofJob[1]]).toStrictEqual([
      'JOB_START',
      'SNAPSHOT_START',
      'SNAPSHOT_END',
      'JOB_END',
    ]);
    expect(outcome.rawErrors).toStrictEqual([]);
  });
});

describe('an unusual job', () => {
  it('fails the launches that begin in an outage, and names the lack of capacity', async () => {
    const outage = { fromSeconds: 200, untilSeconds: 239.1, of: 'LAUNCHES' };
    const outcome = await outcomeOf({ outages: [outage] });
    expect(outcome.launchStatus).toStrictEqual(['FAILED', 'LAUNCHED']);
    expect(outcome.rawErrors[0]).toMatch(/^InsufficientInstanceCapacity/);
  });

  it('never ends when the scenario says so, its servers in launch for ever', async () => {
    const outcome = await outcomeOf({ jobs: [{ nth: 1, neverEnds: true }] }, 100_000);
    expect(outcome.status).toBe('STARTED');
    expect(outcome.launchStatus).toStrictEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    expect(outcome.ofJob).toStrictEqual(['JOB_START']);
    expect(outcome.events).toStrictEqual([]);
  });

  it('is cancelled: what was not launched by then is FAILED and has no instance', async () => {
    const outcome = await outcomeOf({ jobs: [{ server: 'web-1', cancelAfterSeconds: 533.1 }] });
    expect(outcome.status).toBe('COMPLETED');
    expect(outcome.launchStatus).toStrictEqual(['LAUNCHED', 'FAILED']);
    expect(outcome.ofJob).toStrictEqual(['JOB_START', 'JOB_CANCEL', 'JOB_END']);
    expect(outcome.drs.instances().map((instance) => instance.sourceServerID)).toStrictEqual([web1]);
    expect(outcome.second.slice(-2)).toStrictEqual(['CONVERSION_END', 'LAUNCH_START']);
  });

  it('is not cancelled after its last server has ended', async () => {
    const outcome = await outcomeOf({ jobs: [{ cancelAfterSeconds: 535 }] });
    expect(outcome.ofJob).toStrictEqual(['JOB_START', 'JOB_END']);
    expect(outcome.launchStatus).toStrictEqual(['LAUNCHED', 'LAUNCHED']);
  });

  it('lasts exactly its window, whatever its phases, and its servers keep their distance', async () => {
    const outcome = await outcomeOf({ jobs: [{ windowSeconds: 60 }] });
    expect(outcome.lengthSeconds).toBeCloseTo(60, 2);
    const [first = 0, second = 0] = outcome.drs.instances().map((instance) => instance.launchedAt);
    expect(second - first).toBeGreaterThan(20);
  });

  it('is short by chance, between the bounds', async () => {
    const oddJobs = { shortRate: 1, shortSecondsMin: 1, shortSecondsMax: 45 };
    const { lengthSeconds, launchStatus } = await outcomeOf({ oddJobs }, 46);
    expect(lengthSeconds).toBeGreaterThanOrEqual(1);
    expect(lengthSeconds).toBeLessThanOrEqual(45);
    expect(launchStatus).toStrictEqual(['LAUNCHED', 'LAUNCHED']);
  });

  it('goes on for post-launch actions; only a required one that fails makes the launch FAILED', async () => {
    const action = { name: 'check', documentName: 'Check-Web', seconds: 30 };
    const server = (id: string, name: string, actions: readonly object[]) => ({
      id,
      name,
      postLaunchActions: actions,
    });
    const { client, clock, drill } = drsFixture({
      ...steady,
      servers: [
        server(web1, 'web-1', [action, { ...action, name: 'tune', optional: true, fails: true }]),
        server(web2, 'web-2', [{ ...action, fails: true }]),
      ],
    });
    await drill(web1, web2);
    await clock.advance(540 * secondMs);
    const running = (await client.send(new DescribeJobsCommand({}))).items?.[0];
    expect(running?.participatingServers?.map((server) => server.launchStatus)).toStrictEqual([
      'IN_PROGRESS',
      'IN_PROGRESS',
    ]);
    expect(running?.participatingServers?.[0]?.launchActionsStatus?.runs).toMatchObject([
      { status: 'IN_PROGRESS' },
    ]);
    await clock.advance(100 * secondMs);
    const [first, second] =
      (await client.send(new DescribeJobsCommand({}))).items?.[0]?.participatingServers ?? [];
    expect([first?.launchStatus, second?.launchStatus]).toStrictEqual(['LAUNCHED', 'FAILED']);
    expect(first?.launchActionsStatus?.runs?.map((run) => [run.action?.name, run.status])).toStrictEqual([
      ['check', 'SUCCEEDED'],
      ['tune', 'FAILED'],
    ]);
    expect(second?.launchActionsStatus?.runs).toMatchObject([
      { status: 'FAILED', failureReason: 'The execution of Check-Web failed' },
    ]);
  });
});

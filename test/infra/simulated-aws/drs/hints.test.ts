import { isDeepStrictEqual } from 'node:util';
import {
  DescribeRecoverySnapshotsCommand,
  type DrsClient,
  StopReplicationCommand,
  UpdateReplicationConfigurationCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, startAt, steady, web1, web2 } from './fixture.ts';

/** The events of a drill of both servers, with the times at which they come, in seconds. */
const eventsOf = async (hints: object, rest: object = {}) => {
  const fixture = drsFixture({ ...steady, ...rest, hints });
  const { jobID } = await fixture.drill(web1, web2);
  await fixture.clock.advance(900 * secondMs);
  const events = fixture.events.map(({ at, event }) => ({ ...event, seconds: (at - startAt) / 1000 }));
  return { jobID, events };
};

const noDelay = { delaySecondsMin: 0, delaySecondsMax: 0 };

describe('launch results', () => {
  it('come once per server at its LAUNCH_END, in the documented form', async () => {
    const { jobID, events } = await eventsOf(noDelay);
    expect(events.map((event) => event.seconds)).toStrictEqual([532.981, 533.211]);
    expect(events[0]).toStrictEqual({
      seconds: 532.981,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      version: '0',
      'detail-type': 'DRS Source Server Launch Result',
      source: 'aws.drs',
      account: '111122223333',
      time: '2026-11-23T10:08:52Z',
      region: 'eu-west-1',
      resources: [`arn:aws:drs:eu-west-1:111122223333:source-server/${web1}`],
      detail: { state: 'RECOVERY_LAUNCH_SUCCEEDED', 'job-id': jobID, 'is-drill': 'TRUE' },
    });
  });

  it('come at JOB_END if so switched', async () => {
    const { events } = await eventsOf({ ...noDelay, at: 'JOB_END' });
    expect(events.map((event) => Math.floor(event.seconds))).toStrictEqual([536, 536]);
  });

  it('say that a launch failed', async () => {
    const failures = [{ server: 'web-2', phase: 'SNAPSHOT' }];
    const { events } = await eventsOf(noDelay, { failures });
    expect(events.map((event) => event.detail['state'])).toStrictEqual([
      'RECOVERY_LAUNCH_FAILED',
      'RECOVERY_LAUNCH_SUCCEEDED',
    ]);
  });

  it('are lost', async () => {
    expect((await eventsOf({ lossRate: 1 })).events).toStrictEqual([]);
  });

  it('come twice with the same id and time', async () => {
    const { events } = await eventsOf({ duplicateRate: 1, duplicateSecondsMax: 30 });
    expect(events).toHaveLength(4);
    expect(new Set(events.map((event) => event.id)).size).toBe(2);
    expect(new Set(events.map((event) => `${event.id} ${event.time}`)).size).toBe(2);
  });

  it('come late', async () => {
    const { events } = await eventsOf({ delaySecondsMin: 60, delaySecondsMax: 90 });
    for (const event of events) expect(event.seconds).toBeGreaterThan(592);
  });

  it('come before their time', async () => {
    const { events } = await eventsOf({ ...noDelay, earlyRate: 1, earlySecondsMax: 200 });
    for (const event of events) expect(event.seconds).toBeLessThan(532.9);
  });

  it('come for a job that does not exist, beside the true ones', async () => {
    const { events, jobID } = await eventsOf({ ...noDelay, foreignRate: 1 });
    expect(events.filter((event) => event.detail['job-id'] === jobID)).toHaveLength(2);
    const foreign = events.filter((event) => event.detail['job-id'] !== jobID);
    expect(foreign.map((event) => event.resources[0]?.slice(-19)).sort()).toStrictEqual([web1, web2]);
  });
});

describe('a stall of replication', () => {
  it('is announced when it begins and when it ends', async () => {
    const { clock, events } = drsFixture({
      servers: [
        { name: 'web-1', id: web1, replication: { stalls: [{ fromSeconds: 60, untilSeconds: 90 }] } },
        { name: 'web-2', id: web2, replication: { stalls: [{ fromSeconds: 120 }] } },
      ],
    });
    await clock.advance(900 * secondMs);
    expect(
      events.map(({ at, event }) => [(at - startAt) / 1000, event['detail-type'], event.detail['state']]),
    ).toStrictEqual([
      [60, 'DRS Source Server Data Replication Stalled Change', 'STALLED'],
      [90, 'DRS Source Server Data Replication Stalled Change', 'NOT_STALLED'],
      [120, 'DRS Source Server Data Replication Stalled Change', 'STALLED'],
    ]);
  });

  it('ends when it is retried, and is announced as over once', async () => {
    const stalls = [{ fromSeconds: 60, untilSeconds: 300 }];
    const { clock, events, drs } = drsFixture({
      servers: [{ name: 'web-1', id: web1, replication: { stalls } }],
    });
    await clock.advance(100 * secondMs);
    const body = JSON.stringify({ sourceServerID: web1 });
    await drs.service.handle({ method: 'POST', path: '/RetryDataReplication', query: {}, headers: {}, body });
    await clock.advance(900 * secondMs);
    expect(events.map(({ at, event }) => [(at - startAt) / 1000, event.detail['state']])).toStrictEqual([
      [60, 'STALLED'],
      [100, 'NOT_STALLED'],
    ]);
  });
});

describe('a point in time', () => {
  const pointsOf = async (points: readonly { detail: object }[], id: string, client: DrsClient) => {
    const { items = [] } = await client.send(new DescribeRecoverySnapshotsCommand({ sourceServerID: id }));
    const listed = items.map(({ snapshotID, ebsSnapshots }) => ({
      DrsSnapshotID: snapshotID,
      EbsSnapshotIDs: ebsSnapshots?.join(','),
    }));
    return points.filter(({ detail }) => listed.some((known) => isDeepStrictEqual(known, detail)));
  };

  it('is announced when it is taken, with the ids under which it is listed', async () => {
    const disks = [
      { deviceName: '/dev/sda', gib: 1 },
      { deviceName: '/dev/sdb', gib: 1 },
    ];
    const { clock, points, client } = drsFixture({ servers: [{ name: 'web-1', id: web1, disks }] });
    await clock.advance(1_300 * secondMs);
    expect(points.map((event) => [event.time, event['detail-type'], event.resources])).toStrictEqual(
      ['10:10', '10:20'].map((time) => [
        `2026-11-23T${time}:00Z`,
        'DRS PIT Snapshot Taken',
        [`arn:aws:drs:eu-west-1:111122223333:source-server/${web1}`],
      ]),
    );
    expect(points[0]?.detail['EbsSnapshotIDs']?.split(',')).toHaveLength(2);
    expect(await pointsOf(points, web1, client)).toHaveLength(2);
  });

  it('is not taken while replication is stalled or stopped, nor by rules that are off', async () => {
    const stalls = [{ fromSeconds: 0 }];
    const { clock, points, client } = drsFixture({
      servers: [
        { name: 'a', id: web1, replication: { stalls } },
        { name: 'b', id: web2 },
        { name: 'c', id: 's-33333333333333333' },
      ],
    });
    await client.send(new StopReplicationCommand({ sourceServerID: web2 }));
    await client.send(
      new UpdateReplicationConfigurationCommand({
        sourceServerID: 's-33333333333333333',
        pitPolicy: [
          { units: 'MINUTE', interval: 10, retentionDuration: 60, enabled: false },
          { units: 'HOUR', interval: 1, retentionDuration: 24 },
        ],
      }),
    );
    await clock.advance(3_599 * secondMs);
    expect(points).toStrictEqual([]);
    await clock.advance(secondMs);
    expect(points.map(({ resources }) => resources[0]?.slice(-19))).toStrictEqual(['s-33333333333333333']);
  });

  it('of 4,000 servers costs a fraction of a second', { timeout: 120_000 }, async () => {
    const { clock, points } = drsFixture({ servers: [{ name: 'node-{n}', count: 4_000 }] });
    const before = process.cpuUsage();
    await clock.advance(600 * secondMs);
    expect(points).toHaveLength(4_000);
    // Of a processor: other work on the machine does not count.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});

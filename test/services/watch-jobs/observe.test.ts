import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../services/domain/wave.ts';
import { evolveWave, initialWave } from '../../../services/domain/wave-state.ts';
import type { JobLogEntry, RecoveryJob } from '../../../services/ports/recovery-service.ts';
import { factsOf } from '../../../services/watch-jobs/observe.ts';
import { aWave, jobId, serverId, someServers } from '../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;
const servers = [serverId(1), serverId(2)];

const running = (facts: readonly WaveFact[] = []): Wave => {
  const job = { waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers };
  const before: readonly WaveFact[] = [
    { type: 'DRSJobClaimed', data: job },
    {
      type: 'DRSJobStarted',
      data: { ...job, jobId: jobId(1), account: '111122223333', region: 'eu-west-1', adopted: false },
    },
    ...facts,
  ];
  const state = before.reduce((folded, fact) => evolveWave(folded, fact, start), initialWave);
  return waveOf('exec-1', 'DRILL', aWave('w', { servers: someServers(2) }), 1, state);
};

const drsJob = (status: RecoveryJob['status'], launchStatuses: readonly string[]): RecoveryJob => ({
  jobId: jobId(1),
  type: 'LAUNCH',
  isDrill: true,
  status,
  createdAt: start,
  ...(status === 'COMPLETED' && { endedAt: start + 533_000 }),
  tags: {},
  servers: launchStatuses.map((launchStatus, index) => ({
    sourceServerId: serverId(index + 1),
    launchStatus,
  })),
});

const entry = (
  seconds: number,
  event: string,
  server: number,
  more: Partial<JobLogEntry> = {},
): JobLogEntry => ({ at: start + seconds * 1_000, event, sourceServerId: serverId(server), ...more });

const wholeLog = [1, 2].flatMap((server) => [
  entry(1, 'SNAPSHOT_START', server),
  entry(2, 'SNAPSHOT_END', server),
  entry(53, 'CONVERSION_START', server),
  entry(250, 'CONVERSION_END', server),
  entry(251, 'LAUNCH_START', server),
  entry(529, 'LAUNCH_END', server, { instanceId: `i-${server}` }),
]);

const observed = (wave: Wave, job: RecoveryJob, log: readonly JobLogEntry[] = wholeLog, now = start) =>
  factsOf(wave, [{ job, log }], now, hour);

describe('what DRS shows of a job', () => {
  it('completes it with each instance and the durations of its phases', () => {
    const [fact, ...rest] = observed(running(), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']));
    expect(rest).toEqual([]);
    expect(fact).toMatchObject({
      type: 'DRSJobCompleted',
      data: { jobId: jobId(1), endedAt: '2026-01-01T00:08:53.000Z' },
    });
    expect(fact?.type === 'DRSJobCompleted' && fact.data.servers[0]).toEqual({
      sourceServerId: serverId(1),
      name: 'server-1',
      launchResult: 'LAUNCHED',
      instanceId: 'i-1',
      jobId: jobId(1),
      phases: { snapshotMs: 52_000, conversionMs: 198_000, launchMs: 278_000 },
    });
  });

  const failureOf = (launchStatus: string, log: readonly JobLogEntry[]) => {
    const [fact] = observed(running(), drsJob('COMPLETED', ['LAUNCHED', launchStatus]), log);
    return fact?.type === 'DRSJobCompleted' ? fact.data.servers[1] : undefined;
  };

  it('fails a server of a completed job by its own launch status, with the reason that the log gives', () => {
    expect(failureOf('FAILED', [entry(9, 'LAUNCH_FAILED', 2, { error: 'no capacity' })])).toMatchObject({
      launchResult: 'FAILED',
      failure: 'no capacity',
    });
    expect(failureOf('FAILED', [entry(9, 'CONVERSION_FAIL', 2)])).toMatchObject({
      failure: 'CONVERSION_FAIL',
    });
    expect(failureOf('FAILED', [])?.failure).toContain('lacks permissions');
    expect(failureOf('TERMINATED', wholeLog)).toMatchObject({ launchResult: 'FAILED' });
    expect(failureOf('TERMINATED', wholeLog)).not.toHaveProperty('instanceId');
  });

  it('fails a server that is missing from its job', () => {
    const [fact] = observed(running(), drsJob('COMPLETED', ['LAUNCHED']), []);
    expect(fact?.type === 'DRSJobCompleted' && fact.data.servers[1]).toMatchObject({
      launchResult: 'FAILED',
    });
  });

  it('tells only of servers whose phase has changed', () => {
    const log = [
      entry(1, 'SNAPSHOT_START', 1),
      entry(1, 'SNAPSHOT_START', 2),
      entry(53, 'CONVERSION_START', 1),
      entry(60, 'SOMETHING_NEW', 2),
    ];
    const [fact] = observed(running(), drsJob('STARTED', ['PENDING', 'PENDING']), log);
    expect(fact).toMatchObject({
      type: 'DRSJobProgressed',
      data: { phases: { [serverId(1)]: 'CONVERSION', [serverId(2)]: 'SNAPSHOT' } },
    });
    expect(observed(running(fact ? [fact] : []), drsJob('STARTED', ['PENDING', 'PENDING']), log)).toEqual([]);
  });

  it('sees a launched server without reading the log', () => {
    const [fact] = factsOf(running(), [{ job: drsJob('STARTED', ['LAUNCHED', 'PENDING']) }], start, hour);
    expect(fact).toMatchObject({ data: { phases: { [serverId(1)]: 'LAUNCHED' } } });
  });

  it('changes nothing about a job that is not running, or not the one', () => {
    const done = observed(running(), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']));
    expect(observed(running(done), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']))).toEqual([]);
    expect(
      observed(running(), { ...drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']), jobId: jobId(9) }),
    ).toEqual([]);
  });

  it('tells once of a job that has been in one phase for too long', () => {
    const stuck = factsOf(running(), [], start + hour, hour);
    expect(stuck).toMatchObject([{ type: 'DRSJobStuck', data: { phase: 'NONE', sinceMinutes: 60 } }]);
    expect(factsOf(running(stuck), [], start + 2 * hour, hour)).toEqual([]);
    expect(factsOf(running(), [], start + hour - 1, hour)).toEqual([]);
  });
});

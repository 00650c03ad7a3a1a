import { describe, expect, it } from 'vitest';
import { onReversed } from '../../../../services/core/readiness/on-reversed.ts';
import { nextLaunch, reversedFact } from '../../../../services/core/domain/wave/claim.ts';
import { plannedJobs, resultsOf, stageOf } from '../../../../services/core/domain/wave/wave.ts';
import { createMemoryRecoveryService } from '../../../memory/recovery-service.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { home, homewardWave, reversedId, start, type Said } from '../../../support/homeward.ts';
import { wideModel } from '../../../support/wide-plans.ts';

const found = (reversed: Readonly<Record<string, string>>): Said => [
  start,
  { type: 'ReversedServersFound', data: { waveId: 'w', attempt: 1, reversed } },
];
const one = found({ [serverId(1)]: reversedId(1) });

describe('a wave that launches at home', () => {
  it('first finds out which servers there stand for those of the plan, once in each attempt', () => {
    const fresh = homewardWave('launch');
    expect(nextLaunch(fresh)).toEqual({ step: 'find-reversed' });
    expect(plannedJobs(fresh)).toEqual([]);
    const facts = reversedFact(fresh, {
      ...{ [serverId(1)]: reversedId(1), [serverId(9)]: reversedId(9) },
    });
    expect(facts).toEqual([one[1]]);
    const wave = homewardWave('launch', [one]);
    expect(reversedFact(wave, { [serverId(2)]: reversedId(2) })).toEqual([]);
    expect(nextLaunch(homewardWave('launch', [one], { attempt: 2 }))).toEqual({ step: 'find-reversed' });
  });

  it('launches those alone, and says of the others that they were not reversed', () => {
    const wave = homewardWave('launch', [one]);
    expect(nextLaunch(wave)).toEqual({ step: 'claim', job: 1, servers: [serverId(1)], tryNumber: 1 });
    expect(resultsOf(wave).map(({ failure }) => failure)).toEqual([
      'not launched: its replication was not reversed',
      'not launched: its replication was not reversed',
    ]);
  });

  it('fails where nothing was reversed, instead of waiting for ever', () => {
    const wave = homewardWave('launch', [found({})]);
    expect(stageOf(wave)).toMatchObject({ stage: 'settled', outcome: 'FAILED' });
  });

  it('finds nothing once it is stopped', () => {
    const stopped: Said = [
      start,
      { type: 'WaveStopped', data: { waveId: 'w', attempt: 1, reason: 'cancelled' } },
    ];
    expect(nextLaunch(homewardWave('launch', [stopped]))).toEqual({ step: 'none' });
  });
});

describe('DRS, as a launch at home sees it', () => {
  const now = { now: () => start };
  const both = found({ [serverId(1)]: reversedId(1), [serverId(2)]: reversedId(2) });
  const wave = homewardWave('launch', [both]);

  it('is told of the reversed servers, and tells of those of the plan', async () => {
    const drs = createMemoryRecoveryService(now, wideModel(2));
    const asked: string[] = [];
    const shown = onReversed(
      {
        ...drs,
        startRecovery: async (_target, { servers }) => {
          asked.push(...servers.map(({ sourceServerId }) => sourceServerId));
          return { status: 'accepted', jobId: 'drsjob-1' };
        },
        describeJobs: async () => [
          {
            ...{ jobId: 'drsjob-1', type: 'LAUNCH', isDrill: false, status: 'STARTED', createdAt: start },
            tags: {},
            servers: [{ sourceServerId: reversedId(2), launchStatus: 'LAUNCHED' }],
          },
        ],
        describeJobLog: async () => [
          { at: start, event: 'LAUNCH_END', sourceServerId: reversedId(1) },
          { at: start, event: 'JOB_END' },
        ],
        describeRecoveryInstances: async (_target, ids) =>
          (ids ?? []).map((sourceServerId) => ({
            ...{ instanceId: 'i-1', sourceServerId, state: 'RUNNING', isDrill: false, jobId: 'drsjob-1' },
          })),
        describeMachinesOf: async (_target, ids) =>
          ids.map((id) => ({
            ...{ instanceId: 'i-1', state: 'RUNNING', platform: 'linux' as const },
            tags: { AWSElasticDisasterRecoverySourceServerID: id, Name: id },
          })),
      },
      wave,
    );
    const ids = [serverId(1), serverId(2)];
    await shown.startRecovery(home, {
      ...{ isDrill: false, tags: {}, servers: ids.map((sourceServerId) => ({ sourceServerId })) },
    });
    expect(asked).toEqual([reversedId(1), reversedId(2)]);
    const [job] = await shown.describeJobs(home, ['drsjob-1']);
    expect(job?.servers).toEqual([{ sourceServerId: serverId(2), launchStatus: 'LAUNCHED' }]);
    expect((await shown.describeJobLog(home, 'drsjob-1')).map((entry) => entry.sourceServerId)).toEqual([
      serverId(1),
      undefined,
    ]);
    const instances = await shown.describeRecoveryInstances(home, ids);
    expect(instances.map(({ sourceServerId }) => sourceServerId)).toEqual(ids);
    const [machine] = await shown.describeMachinesOf(home, [serverId(1)]);
    // A tag of people that happens to hold an id is theirs.
    expect(machine?.tags).toEqual({
      ...{ AWSElasticDisasterRecoverySourceServerID: serverId(1), Name: reversedId(1) },
    });
  });

  it('is DRS as it is for every other wave', () => {
    const drs = createMemoryRecoveryService(now, wideModel(2));
    expect(onReversed(drs, homewardWave('reverse'))).toBe(drs);
    const { homeward: _none, ...definition } = wave.definition;
    expect(onReversed(drs, { ...wave, definition })).toBe(drs);
  });
});

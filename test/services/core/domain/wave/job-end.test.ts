import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { illegalInWave } from '../../../../../services/core/domain/audit/legal-wave.ts';
import type { JobLogEntry, RecoveryJob } from '../../../../../services/core/domain/recovery-job.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { nextLaunch } from '../../../../../services/core/domain/wave/claim.ts';
import {
  factsOf,
  hasFailedAtLast,
  needsLog,
  needsPlanned,
} from '../../../../../services/core/domain/wave/observe.ts';
import type { Observation } from '../../../../../services/core/domain/wave/server-result.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { runningJobs, stageOf, waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, anAutomation, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;
const knobs = { stuckMs: 60 * minute, actionsBeginMs: 30 * minute, actionsEndMs: 120 * minute };
const ids = [serverId(1), serverId(2)] as const;
const inWave = { waveId: 'w', attempt: 1 };

const begun: readonly WaveFact[] = [
  { type: 'DRSJobClaimed', data: { ...inWave, job: 1, tryNumber: 1, servers: [...ids] } },
  {
    type: 'DRSJobStarted',
    data: {
      ...{ ...inWave, job: 1, tryNumber: 1, servers: [...ids], jobId: jobId(1), adopted: false },
      ...{ account: '111122223333', region: 'eu-west-1' },
    },
  },
];

const waveAfter = (facts: readonly WaveFact[], changes: Partial<FrozenWave> = {}): Wave => {
  const state = [...begun, ...facts].reduce((folded, fact) => evolveWave(folded, fact, start), initialWave);
  return deepFreeze(waveOf('exec-1', 'DRILL', aWave('w', { servers: someServers(2), ...changes }), 1, state));
};

const ended = (sourceServerId: string): JobLogEntry => ({
  ...{ at: start + 530_000, event: 'LAUNCH_END', sourceServerId, instanceId: `i-${sourceServerId.at(-1)}` },
});
const failed = (sourceServerId: string): JobLogEntry => ({
  ...{ at: start + 530_000, event: 'LAUNCH_FAILED', sourceServerId, error: 'no capacity' },
});

/** What DRS shows of the job: the status of each server, and of each the last entry of the log. */
const seen = (
  status: RecoveryJob['status'],
  statuses: readonly [string, string],
  more: Partial<Observation> = {},
): Observation => ({
  job: {
    ...{ jobId: jobId(1), type: 'LAUNCH', isDrill: true, status, createdAt: start, tags: {} },
    ...(status === 'COMPLETED' && { endedAt: start + 533_000 }),
    servers: ids.map((sourceServerId, index) => ({ sourceServerId, launchStatus: statuses[index] ?? '' })),
  },
  log: ids.map(ended),
  planned: new Map(),
  ...more,
});

const both = ['LAUNCHED', 'LAUNCHED'] as const;
const said = (
  observation: Observation,
  before: readonly WaveFact[] = [],
  changes?: Partial<FrozenWave>,
): readonly WaveFact[] => factsOf(waveAfter(before, changes), [observation], start, knobs);
const types = (facts: readonly WaveFact[]): readonly string[] => facts.map(({ type }) => type);
const settled = said(seen('STARTED', both));
const jobIn = ({ state }: Wave) => state.jobs[0]!;

describe('the results of the servers of a job that runs', () => {
  it('are known once DRS shows each of them launched, and end the recovery of the wave', () => {
    expect(settled).toMatchObject([
      {
        type: 'ServerLaunchesEnded',
        data: {
          ...{ ...inWave, job: 1, jobId: jobId(1) },
          servers: [
            { sourceServerId: ids[0], launchResult: 'LAUNCHED', instanceId: 'i-1' },
            { sourceServerId: ids[1], launchResult: 'LAUNCHED', instanceId: 'i-2' },
          ],
        },
      },
    ]);
    const wave = waveAfter(settled);
    expect(stageOf(wave)).toEqual({ stage: 'settled', outcome: 'COMPLETED', reasons: [] });
    expect(runningJobs(wave.state)).toEqual([jobId(1)]);
    expect(nextLaunch(wave)).toEqual({ step: 'none' });
  });

  it.each<[string, Observation, Partial<FrozenWave>?]>([
    ['while one server is launched still', seen('STARTED', ['LAUNCHED', 'IN_PROGRESS'])],
    ['by an entry of the log alone', seen('STARTED', ['IN_PROGRESS', 'IN_PROGRESS'])],
    ['for a server that DRS did not get to', seen('STARTED', ['LAUNCHED', 'PENDING'])],
    ['for a server that was terminated', seen('STARTED', ['LAUNCHED', 'TERMINATED'])],
    ['before the instance is known', seen('STARTED', both, { log: [ended(ids[0])] })],
    [
      'before the log says why a server failed',
      seen('STARTED', ['LAUNCHED', 'FAILED'], { log: [ended(ids[0])] }),
    ],
    [
      'while a launch action has to begin',
      seen('STARTED', both, {
        planned: new Map([[ids[1], [{ name: 'check', document: 'Check', optional: true }]]]),
      }),
    ],
    [
      'where DRS may not be asked for launch actions',
      seen('STARTED', both, { unread: 'the role may not ask' }),
    ],
    ['where the wave is to end with its job', seen('STARTED', both), { endsWith: 'job' }],
  ])('are not known %s', (_, observation, changes) => {
    const facts = said(observation, [], changes);
    expect(types(facts)).not.toContain('ServerLaunchesEnded');
    expect(stageOf(waveAfter(facts, changes)).stage).toBe('recover');
  });

  it('are not known before it is known which launch actions there are to be', () => {
    const { planned: _unasked, ...observation } = seen('STARTED', both);
    expect(types(said(observation))).toEqual(['DRSJobProgressed']);
  });

  it('count a server whose failure DRS shows and explains', () => {
    const facts = said(
      seen('STARTED', ['LAUNCHED', 'FAILED'], { log: [ended(ids[0]), failed(ids[1])] }),
      [],
      {
        success: { atLeast: 1 },
      },
    );
    expect(facts).toMatchObject([
      { data: { servers: [{}, { launchResult: 'FAILED', failure: 'no capacity' }] } },
    ]);
    expect(stageOf(waveAfter(facts, { success: { atLeast: 1 } }))).toMatchObject({ outcome: 'PARTIAL' });
  });

  it('say nothing more until the job has ended, and are asked after no more', () => {
    expect(said(seen('STARTED', both), settled)).toEqual([]);
    const job = jobIn(waveAfter(settled));
    const { log: _unread, ...running } = seen('STARTED', both);
    expect(needsLog(job, running.job, undefined)).toBe(false);
    expect(needsPlanned(job, running, start, knobs)).toEqual([]);
  });

  it('are told of by as many events as they need', () => {
    const servers = someServers(100).map((server) => ({ ...server, name: 'x'.repeat(2_000) }));
    const all = servers.map(({ sourceServerId }) => sourceServerId);
    const [claimed, started] = begun;
    const large = [claimed!, started!].map(
      (fact) => ({ ...fact, data: { ...fact.data, servers: all } }) as WaveFact,
    );
    const state = large.reduce((folded, fact) => evolveWave(folded, fact, start), initialWave);
    const wave = waveOf('exec-1', 'DRILL', aWave('w', { servers }), 1, state);
    const { job } = seen('STARTED', both);
    const facts = factsOf(
      wave,
      [
        {
          job: {
            ...job,
            servers: all.map((sourceServerId) => ({ sourceServerId, launchStatus: 'LAUNCHED' })),
          },
          log: all.map(ended),
          planned: new Map(),
        },
      ],
      start,
      knobs,
    );
    expect(types(facts)).toEqual([...facts.slice(1).map(() => 'DRSJobResultsListed'), 'ServerLaunchesEnded']);
    expect(facts.length).toBeGreaterThan(1);
    const after = facts.reduce((at, fact) => {
      expect(illegalInWave(at, fact)).toBeUndefined();
      return { ...at, state: evolveWave(at.state, fact, start) };
    }, wave);
    expect(stageOf(after).stage).toBe('settled');
  });
});

describe('a job that ends after the results of its servers are known', () => {
  it('has ended with them', () => {
    const facts = said(seen('COMPLETED', both), settled);
    expect(facts).toMatchObject([
      { type: 'DRSJobCompleted', data: { servers: [], endedAt: '2026-01-01T00:08:53.000Z' } },
    ]);
    const wave = waveAfter([...settled, ...facts]);
    expect(runningJobs(wave.state)).toEqual([]);
    expect(jobIn(wave).settled).toBeUndefined();
    expect(wave.state.results[ids[1]]).toMatchObject({ launchResult: 'LAUNCHED', instanceId: 'i-2' });
    expect(needsLog(jobIn(waveAfter(settled)), seen('COMPLETED', both).job, undefined)).toBe(false);
  });

  it('makes a server that is there no more fail, and asks an operator', () => {
    const lost = seen('COMPLETED', ['LAUNCHED', 'TERMINATED']);
    expect(hasFailedAtLast(lost.job)).toBe(true);
    expect(needsLog(jobIn(waveAfter(settled)), lost.job, undefined)).toBe(true);
    const facts = said(lost, settled);
    expect(facts).toMatchObject([
      {
        type: 'DRSJobCompleted',
        data: { servers: [{ sourceServerId: ids[1], launchResult: 'FAILED' }] },
      },
      {
        type: 'OperatorNeeded',
        data: {
          ...{ ...inWave, about: 'result-changed', choices: ['wait', 'cancel'] },
          why: `${jobId(1)} ended otherwise than DRS had shown while it ran, and the wave may have gone on: ${ids[1]} is FAILED`,
        },
      },
    ]);
    const { results } = waveAfter([...settled, ...facts]).state;
    expect([results[ids[0]]?.launchResult, results[ids[1]]?.launchResult]).toEqual(['LAUNCHED', 'FAILED']);
  });

  it('makes a server that is there after all count', () => {
    const changes = { success: { atLeast: 1 } } as const;
    const early = said(
      seen('STARTED', ['LAUNCHED', 'FAILED'], { log: [ended(ids[0]), failed(ids[1])] }),
      [],
      changes,
    );
    const facts = said(seen('COMPLETED', both), early, changes);
    expect(types(facts)).toEqual(['DRSJobCompleted', 'OperatorNeeded']);
    expect(stageOf(waveAfter([...early, ...facts], changes))).toMatchObject({ outcome: 'COMPLETED' });
  });

  it('is reported as stuck when it does not end', () => {
    const facts = factsOf(waveAfter(settled), [seen('STARTED', both)], start + 61 * minute, knobs);
    expect(facts).toMatchObject([{ type: 'DRSJobStuck', data: { phase: 'LAUNCHED', sinceMinutes: 61 } }]);
  });
});

describe('a wave whose job runs', () => {
  const oneFailed = said(seen('STARTED', ['LAUNCHED', 'FAILED'], { log: [ended(ids[0]), failed(ids[1])] }));

  it('fails only once the job has ended, since it may be retried then', () => {
    expect(types(oneFailed)).toEqual(['ServerLaunchesEnded']);
    expect(stageOf(waveAfter(oneFailed))).toEqual({ stage: 'recover' });
    const ends = said(
      seen('COMPLETED', ['LAUNCHED', 'FAILED'], { log: [ended(ids[0]), failed(ids[1])] }),
      oneFailed,
    );
    expect(stageOf(waveAfter([...oneFailed, ...ends]))).toMatchObject({
      stage: 'settled',
      outcome: 'FAILED',
    });
  });

  it('is stopped only once the job has ended', () => {
    const stopped: WaveFact = { type: 'WaveStopped', data: { ...inWave, reason: 'cancelled' } };
    expect(stageOf(waveAfter([...settled, stopped])).stage).toBe('recover');
  });

  it('runs its after-actions meanwhile, and finishes those that run when a server turns out to be lost', () => {
    const changes = { after: [anAutomation('check'), anAutomation('next')] };
    expect(stageOf(waveAfter(settled, changes))).toMatchObject({
      stage: 'after',
      due: [{ actionId: 'check' }],
    });
    const claimed: WaveFact = {
      type: 'ActionClaimed',
      data: { ...inWave, stage: 'after', actionId: 'check', tryNumber: 1 },
    };
    const running = [...settled, claimed];
    const lost = [...running, ...said(seen('COMPLETED', ['LAUNCHED', 'TERMINATED']), running, changes)];
    expect(stageOf(waveAfter(lost, changes))).toMatchObject({ stage: 'after', due: [{ actionId: 'check' }] });
    const done: WaveFact = {
      type: 'ActionCompleted',
      data: { ...inWave, stage: 'after', actionId: 'check', tryNumber: 1 },
    };
    expect(stageOf(waveAfter([...lost, done], changes))).toMatchObject({
      stage: 'settled',
      outcome: 'FAILED',
    });
  });
});

describe('the audit', () => {
  const [launches] = settled as readonly Extract<WaveFact, { type: 'ServerLaunchesEnded' }>[];

  it.each<[string, readonly WaveFact[], Partial<FrozenWave>, string | undefined]>([
    ['takes them once', [], {}, undefined],
    ['does not take them twice', settled, {}, `the results of ${jobId(1)} were known already`],
    [
      'does not take them of a wave that ends with its jobs',
      [],
      { endsWith: 'job' },
      'its wave ends with its jobs',
    ],
  ])('%s', (_, before, changes, why) => {
    expect(illegalInWave(waveAfter(before, changes), launches!)).toBe(why);
  });

  it('does not take them of some of the servers, of others, or of a job that is not there', () => {
    const of = (servers: readonly unknown[], job = jobId(1)) =>
      ({ ...launches, data: { ...launches!.data, jobId: job, servers } }) as WaveFact;
    const [first, second] = launches!.data.servers;
    expect(illegalInWave(waveAfter([]), of([first]))).toBe(`it has no result of ${ids[1]}`);
    expect(illegalInWave(waveAfter([]), of([first, { ...second, sourceServerId: serverId(3) }]))).toBe(
      `it had no server ${serverId(3)}`,
    );
    expect(illegalInWave(waveAfter([]), of([first, second], jobId(2)))).toBe(
      `${jobId(2)} was not running in this wave`,
    );
  });

  it('takes no more progress of a job whose results are known', () => {
    const progressed: WaveFact = {
      type: 'DRSJobProgressed',
      data: { ...inWave, jobId: jobId(1), phases: { [ids[0]]: 'LAUNCHED' } },
    };
    expect(illegalInWave(waveAfter([]), progressed)).toBeUndefined();
    expect(illegalInWave(waveAfter(settled), progressed)).toBe(
      `the results of ${jobId(1)} were known already`,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { ServerPhase, WaveFact } from '../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../services/core/domain/wave/wave.ts';
import { initialWave, type JobState } from '../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../services/core/domain/wave/evolve.ts';
import { cadenceKnobs, isNearEnd, nextLookMs } from '../../../../services/functions/watch-jobs/cadence.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, jobId, serverId } from '../../../support/frozen-wave.ts';

const started = Date.parse('2026-01-01T00:00:00Z');

/** A job whose last change was seen a second ago. */
const running = (now: number, phase?: ServerPhase): Wave => {
  const job = { waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers: [serverId(1)] };
  const facts: WaveFact[] = [
    { type: 'DRSJobClaimed', data: job },
    {
      type: 'DRSJobStarted',
      data: { ...job, jobId: jobId(1), account: '111122223333', region: 'eu-west-1', adopted: false },
    },
    ...(phase === undefined
      ? []
      : [
          {
            type: 'DRSJobProgressed' as const,
            data: { waveId: 'w', attempt: 1, jobId: jobId(1), phases: { [serverId(1)]: phase } },
          },
        ]),
  ];
  return waveOf(
    'exec-1',
    'DRILL',
    aWave('w'),
    1,
    facts.reduce(
      (state, fact, index) => evolveWave(state, fact, index < 2 ? started : now - 1_000),
      initialWave,
    ),
  );
};

const after = (minutes: number, phase?: ServerPhase, learnedMs?: number): number =>
  nextLookMs(
    running(started + minutes * 60_000, phase),
    started + minutes * 60_000,
    cadenceKnobs,
    learnedMs === undefined ? undefined : { jobMs: learnedMs },
  );

describe('time to the next look at a job', () => {
  it('is long while the conversion cannot be done', () => {
    expect(after(0)).toBe(cadenceKnobs.firstLookMs);
    expect(after(3, 'CONVERSION')).toBe(cadenceKnobs.slowMs);
  });

  it('is shorter while servers are launched', () => {
    expect(after(4, 'LAUNCH')).toBe(cadenceKnobs.launchingMs);
  });

  it('is shortest when only the end of the job is missing', () => {
    expect(after(5, 'LAUNCHED')).toBe(cadenceKnobs.endingMs);
    expect(after(5, 'FAILED')).toBe(cadenceKnobs.endingMs);
  });

  it('is short near the duration that was learned, and not before', () => {
    const fiveMinutes = 300_000;
    expect(after(1, 'CONVERSION', fiveMinutes)).toBe(0.85 * fiveMinutes - 60_000);
    expect(after(4.8, 'LAUNCH', fiveMinutes)).toBe(cadenceKnobs.nearEndMs);
    expect(after(11, 'LAUNCH', fiveMinutes)).toBe(cadenceKnobs.launchingMs);
  });

  it('is short while launch actions run, whatever was learned of earlier jobs', () => {
    const anHour = 3_600_000;
    expect(after(4, 'LAUNCH_ACTIONS')).toBe(cadenceKnobs.launchingMs);
    expect(after(4, 'LAUNCH_ACTIONS', anHour)).toBe(cadenceKnobs.launchingMs);
    expect(after(4.8, 'LAUNCH_ACTIONS', 300_000)).toBe(cadenceKnobs.nearEndMs);
  });

  it('begins with a long first look, and then looks at the slow pace', () => {
    const looked = { ...cadenceKnobs, firstLookMs: 90_000 };
    const wait = (ms: number) => nextLookMs(running(started + ms, 'CONVERSION'), started + ms, looked);
    expect([0, 89_999, 90_000, 200_000].map(wait)).toEqual([90_000, 90_000, 60_000, 60_000]);
  });

  it('trusts what was learned until twice that time, and not at it', () => {
    const learned = (ms: number) =>
      nextLookMs(running(started + ms, 'CONVERSION'), started + ms, cadenceKnobs, { jobMs: 100_000 });
    expect([0, 84_999, 199_999, 200_000].map(learned)).toEqual([85_000, 4_000, 42_500, 60_000]);
    expect(nextLookMs(running(started), started, cadenceKnobs, { jobMs: 3_600_000 })).toBe(
      5 * cadenceKnobs.slowMs,
    );
  });

  it('leaves the end to hints where they told of it before, until one has come', () => {
    const wait = (ms: number, isHinted: boolean) =>
      nextLookMs(
        running(started + ms, 'CONVERSION'),
        started + ms,
        cadenceKnobs,
        { jobMs: 100_000, hinted: true },
        isHinted,
      );
    expect([0, 90_000, 115_000, 200_000].map((ms) => wait(ms, false))).toEqual([
      115_000, 25_000, 15_000, 60_000,
    ]);
    expect([0, 90_000, 110_000].map((ms) => wait(ms, true))).toEqual([85_000, 4_000, 4_000]);
  });

  it('is densest where most jobs end, and grows with the time that a job is late', () => {
    const wait = (ms: number) =>
      nextLookMs(running(started + ms, 'CONVERSION'), started + ms, cadenceKnobs, { jobMs: 100_000 });
    expect([86, 92, 93, 107, 108, 115].map((s) => wait(s * 1_000))).toEqual([
      4_000, 4_000, 2_000, 2_000, 4_000, 4_000,
    ]);
    expect([135, 155].map((s) => wait(s * 1_000))).toEqual([10_000, 20_000]);
  });

  it('begins with the shortest of the last executions, and waits for hints until the longest', () => {
    const recentMs = [100_000, 96_000, 104_000, 100_000];
    const wait = (hinted: boolean) =>
      nextLookMs(running(started, 'CONVERSION'), started, cadenceKnobs, {
        ...{ jobMs: 100_000, recentMs, hinted },
      });
    expect([wait(false), wait(true)]).toEqual([88_800, 111_800]);
  });

  const job = (number: number, changes: Partial<JobState> = {}): JobState => ({
    job: number,
    tryNumber: 1,
    status: 'STARTED',
    servers: [serverId(number)],
    claimedAt: started,
    refusals: 0,
    lost: 0,
    phases: {},
    phaseSince: started,
    stuck: false,
    jobId: jobId(number),
    ...changes,
  });
  const afterMinutes = (minutes: number, jobs: readonly JobState[], learnedMs?: number): number =>
    nextLookMs(
      deepFreeze(waveOf('exec-1', 'DRILL', aWave('w'), 1, { ...initialWave, attempt: 1, jobs })),
      started + minutes * 60_000,
      cadenceKnobs,
      learnedMs === undefined ? undefined : { jobMs: learnedMs },
    );
  const recently = (minutes: number) => ({ phaseSince: started + minutes * 60_000 - 1_000 });

  it('goes by the job that wants the next look, and in a job by the server that is least far', () => {
    const launched = { phases: { [serverId(1)]: 'LAUNCHED' as const }, ...recently(9) };
    expect(afterMinutes(9, [job(1, launched)])).toBe(cadenceKnobs.endingMs);
    expect(afterMinutes(9, [job(1, launched), job(2)])).toBe(cadenceKnobs.endingMs);
    expect(afterMinutes(9, [job(1, { ...launched, servers: [serverId(1), serverId(3)] })])).toBe(
      cadenceKnobs.restMs,
    );
  });

  it('is short when some servers have their results and the rest is awaited, and grows while it is', () => {
    const servers = [serverId(1), serverId(2)];
    const wait = (seconds: number): number =>
      afterMinutes(9, [
        job(1, {
          servers,
          phases: { [serverId(1)]: 'LAUNCHED' },
          phaseSince: started + 9 * 60_000 - seconds * 1_000,
        }),
      ]);
    expect([0, 4, 6, 30, 60, 300].map(wait)).toEqual([2_000, 2_000, 3_000, 15_000, 20_000, 30_000]);
  });

  it('is longer once every result is known, unless the wave or the execution waits for the end of its jobs', () => {
    const results = (launchResult: 'LAUNCHED' | 'FAILED') => ({
      [serverId(1)]: { sourceServerId: serverId(1), name: 'x', launchResult, phases: {}, attempt: 1 },
    });
    const wait = (launchResult: 'LAUNCHED' | 'FAILED', seconds = 1, isLast = false): number => {
      const settled = job(1, { settled: true, phaseSince: started });
      const state = { ...initialWave, attempt: 1, jobs: [settled], results: results(launchResult) };
      const now = started + seconds * 1_000;
      const wave = deepFreeze(waveOf('exec-1', 'DRILL', aWave('w'), 1, state));
      return nextLookMs(wave, now, cadenceKnobs, undefined, false, isLast);
    };
    expect(wait('LAUNCHED')).toBe(cadenceKnobs.settledMs);
    expect(wait('FAILED')).toBe(cadenceKnobs.endingMs);
    // Where no other wave is to begin the execution waits for it.
    expect(wait('LAUNCHED', 1, true)).toBe(cadenceKnobs.endingMs);
    expect([wait('LAUNCHED', 300), wait('LAUNCHED', 3_600)]).toEqual([30_000, 60_000]);
  });

  it('does not go by a job that has ended', () => {
    const launched = { phases: { [serverId(1)]: 'LAUNCHED' as const }, ...recently(9) };
    const converting = { phases: { [serverId(2)]: 'CONVERSION' as const }, ...recently(9) };
    expect(afterMinutes(9, [job(1, { ...launched, status: 'COMPLETED' }), job(2, converting)])).toBe(
      cadenceKnobs.slowMs,
    );
    expect(afterMinutes(9, [job(1, { status: 'COMPLETED' })])).toBe(5 * cadenceKnobs.slowMs);
  });

  it('measures each job from its own claim, and has patience with each by its own last change', () => {
    const late = { claimedAt: started + 9 * 60_000, ...recently(10) };
    expect(afterMinutes(10, [job(1), job(2, late)], 10.5 * 60_000)).toBe(cadenceKnobs.nearEndMs);
    expect(afterMinutes(10, [job(2, late)], 11 * 60_000)).toBe(5 * cadenceKnobs.slowMs);
    const launching = { phases: { [serverId(1)]: 'LAUNCH' as const } };
    expect(afterMinutes(10, [job(1, launching), job(2, late)])).toBe(cadenceKnobs.slowMs);
  });

  it('is near the end when one of the jobs is', () => {
    const wave = (jobs: readonly JobState[]) =>
      waveOf('exec-1', 'DRILL', aWave('w'), 1, { ...initialWave, attempt: 1, jobs });
    const late = job(2, { claimedAt: started + 60_000 });
    const near = (minutes: number, jobs: readonly JobState[]) =>
      isNearEnd(wave(jobs), started + minutes * 60_000, { jobMs: 600_000 });
    expect([8.4, 8.5, 10].map((minutes) => near(minutes, [job(1), late]))).toEqual([false, true, true]);
    expect([9, 10].map((minutes) => near(minutes, [job(1, { status: 'COMPLETED' }), late]))).toEqual([
      false,
      true,
    ]);
    expect(isNearEnd(wave([job(1)]), started + 1e9, undefined)).toBe(false);
  });

  it('becomes rarer while nothing changes, down to the slow pace', () => {
    const launching = { phases: { [serverId(1)]: 'LAUNCH' as const } };
    expect(afterMinutes(4, [job(1, launching)])).toBe(24_000);
    expect(afterMinutes(60, [job(1, launching)])).toBe(cadenceKnobs.slowMs);
    const ending = { phases: { [serverId(1)]: 'FAILED' as const } };
    expect(afterMinutes(1, [job(1, ending)])).toBe(6_000);
  });

  it('comes at most once a minute for a job whose servers are done and which never ends', () => {
    const launched = { phases: { [serverId(1)]: 'LAUNCHED' as const } };
    const day = 24 * 60;
    let looks = 0;
    for (let minutes = 0; minutes < day; looks++)
      minutes += afterMinutes(minutes, [job(1, launched)]) / 60_000;
    // The first ten minutes are looked at more closely.
    expect(looks).toBeLessThan(day + 60);
  });
});

import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../../../contracts/identifiers.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { afterQuarantine, afterStart, claimFact } from '../../../../../services/core/domain/wave/claim.ts';
import { couldBeOurs, isOurs, jobTags } from '../../../../../services/core/domain/wave/own-job.ts';
import type { RecoveryJob } from '../../../../../services/core/domain/recovery-job.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const at = (n: number): number => Date.parse('2026-01-01T00:00:00Z') + n * 1_000;
const wave = (facts: readonly WaveFact[], mode: Mode = 'DRILL', definition = aWave('w')): Wave =>
  deepFreeze(
    waveOf(
      'exec-1',
      mode,
      definition,
      1,
      facts.reduce((state, fact, index) => evolveWave(state, fact, at(index)), initialWave),
    ),
  );
const claimed = (tryNumber = 1): WaveFact => ({
  type: 'DRSJobClaimed',
  data: { waveId: 'w', attempt: 1, job: 1, tryNumber, servers: [serverId(1)] },
});
const notFound = (tryNumber: number): WaveFact => ({
  type: 'DRSJobRefused',
  data: {
    waveId: 'w',
    attempt: 1,
    job: 1,
    tryNumber,
    cause: 'not-found-after-quarantine',
    message: '',
    final: false,
  },
});

const claimOf = (held: Wave) => {
  const job = held.state.jobs[0];
  if (job === undefined) throw new Error('no claim');
  return job;
};

const drsJob = (changes: Partial<RecoveryJob> = {}): RecoveryJob => ({
  jobId: jobId(1),
  type: 'LAUNCH',
  isDrill: true,
  status: 'STARTED',
  createdAt: at(1),
  tags: {},
  servers: [{ sourceServerId: serverId(1), launchStatus: 'PENDING' }],
  ...changes,
});

const inWave = { waveId: 'w', attempt: 1 };
const inClaim = (tryNumber: number) => ({ ...inWave, job: 1, tryNumber });
const jobStarted: WaveFact = {
  type: 'DRSJobStarted',
  data: {
    ...inClaim(1),
    jobId: jobId(1),
    account: '111122223333',
    region: 'eu-west-1',
    servers: [serverId(1)],
    adopted: false,
  },
};
const asked = (about: 'launch-refused' | 'launch-uncertain', why: string): WaveFact => ({
  type: 'OperatorNeeded',
  data: { ...inWave, about, why, choices: ['retry', 'skip', 'cancel'] },
});
const refused = (
  tryNumber: number,
  cause: 'conflict' | 'quota' | 'invalid' | 'not-found-after-quarantine',
  message: string,
  final: boolean,
): WaveFact => ({ type: 'DRSJobRefused', data: { ...inClaim(tryNumber), cause, message, final } });

/** What is said, and that the same input says nothing more once that is said. */
const said = (
  before: readonly WaveFact[],
  decide: (held: Wave) => readonly WaveFact[],
): readonly WaveFact[] => {
  const facts = decide(wave(before));
  expect(decide(wave([...before, ...facts]))).toEqual([]);
  return facts;
};

describe('claim', () => {
  const claim = { job: 1, tryNumber: 1, servers: [serverId(1)] };

  it('is made once: the second of two launchers finds it there', () => {
    expect(said([], (held) => claimFact(held, claim))).toEqual([claimed()]);
  });

  it('is made only for the job and the try that come next', () => {
    expect(claimFact(wave([]), { ...claim, job: 2 })).toEqual([]);
    expect(claimFact(wave([]), { ...claim, tryNumber: 2 })).toEqual([]);
    expect(claimFact(wave([claimed(), notFound(1)]), claim)).toEqual([]);
    expect(claimFact(wave([claimed(), notFound(1)]), { ...claim, tryNumber: 2 })).toEqual([claimed(2)]);
    expect(claimFact(wave([claimed(), jobStarted]), claim)).toEqual([]);
  });

  it('tags its job with execution, wave, attempt and job, and not with the try', () => {
    const held = wave([claimed(), notFound(1), claimed(2)]);
    expect(jobTags(held, claimOf(held))).toEqual({
      'groundswell:execution': 'exec-1',
      'groundswell:wave': 'w',
      'groundswell:job': '1.1',
    });
  });

  it('knows its job by its tags, whichever try made it', () => {
    const tags = jobTags(wave([claimed()]), claimOf(wave([claimed()])));
    const second = wave([claimed(), notFound(1), claimed(2)]);
    expect(isOurs(second, claimOf(second), drsJob({ tags }))).toBe(true);
    const real = wave([claimed()], 'RECOVERY');
    expect(isOurs(real, claimOf(real), drsJob({ tags, isDrill: false }))).toBe(true);
  });

  const two = [serverId(1), serverId(2)];
  const pair = wave(
    [{ type: 'DRSJobClaimed', data: { ...inClaim(1), servers: two } }],
    'DRILL',
    aWave('w', { servers: someServers(2) }),
  );
  const inJob = (...numbers: readonly number[]) =>
    drsJob({
      tags: jobTags(pair, claimOf(pair)),
      servers: numbers.map((n) => ({ sourceServerId: serverId(n), launchStatus: 'PENDING' })),
    });

  it('takes a job for its own if it launches exactly its servers, in any order', () => {
    expect(isOurs(pair, claimOf(pair), inJob(2, 1))).toBe(true);
    for (const others of [[1], [1, 2, 3], [1, 3], []])
      expect(isOurs(pair, claimOf(pair), inJob(...others))).toBe(false);
  });

  it('takes no job of another mode or type, and none that the wave had before', () => {
    const held = wave([claimed()]);
    const tags = jobTags(held, claimOf(held));
    expect(isOurs(held, claimOf(held), drsJob({ tags, isDrill: false }))).toBe(false);
    expect(isOurs(held, claimOf(held), drsJob({ tags, type: 'TERMINATE' }))).toBe(false);
    const had = wave([claimed(), jobStarted]);
    expect(isOurs(had, claimOf(had), drsJob({ tags }))).toBe(false);
    expect(couldBeOurs(had, claimOf(had), drsJob())).toBe(false);
    expect(couldBeOurs(had, claimOf(had), drsJob({ jobId: jobId(2) }))).toBe(true);
  });

  it('takes no job of another execution, wave, attempt or job for its own', () => {
    const held = wave([claimed()]);
    const tags = jobTags(held, claimOf(held));
    expect(Object.keys(tags)).toHaveLength(3);
    for (const name of Object.keys(tags)) {
      expect(isOurs(held, claimOf(held), drsJob({ tags: { ...tags, [name]: 'another' } }))).toBe(false);
    }
  });

  it('takes no job without its tags for its own, and opens no claim beside one that could be', () => {
    const held = wave([claimed()]);
    expect(isOurs(held, claimOf(held), drsJob())).toBe(false);
    expect(couldBeOurs(held, claimOf(held), drsJob())).toBe(true);
    expect(couldBeOurs(held, claimOf(held), drsJob({ tags: { Name: 'groundswell:' } }))).toBe(true);
    expect(couldBeOurs(held, claimOf(held), drsJob({ isDrill: false }))).toBe(false);
    expect(couldBeOurs(held, claimOf(held), drsJob({ type: 'TERMINATE' }))).toBe(false);
    const tags = { Name: 'x', 'groundswell:job': 'x' };
    expect(couldBeOurs(held, claimOf(held), drsJob({ tags }))).toBe(false);
    expect(couldBeOurs(held, claimOf(held), { ...inJob(1, 2), tags: {} })).toBe(false);
    const why = `DRS knows no job of claim 1, and ${jobId(7)} without tags could be of it`;
    expect(said([claimed()], (now) => afterQuarantine(now, claimOf(held), jobId(7)))).toEqual([
      refused(1, 'not-found-after-quarantine', why, true),
      asked('launch-uncertain', why),
    ]);
  });

  it('may be made once more after its quarantine, and then an operator is asked', () => {
    const first = [claimed()];
    expect(said(first, (held) => afterQuarantine(held, claimOf(wave(first))))).toEqual([
      refused(1, 'not-found-after-quarantine', 'DRS knows no job of claim 1', false),
    ]);
    const second = [claimed(), notFound(1), claimed(2)];
    expect(said(second, (held) => afterQuarantine(held, claimOf(wave(second))))).toEqual([
      refused(2, 'not-found-after-quarantine', 'DRS knows no job of claim 2', true),
      asked('launch-uncertain', 'DRS knows no job of claim 2'),
    ]);
  });

  it('counts for its second quarantine only claims that were lost, not those that DRS refused', () => {
    const before = [claimed(), refused(1, 'conflict', 'busy', false), claimed(2)];
    expect(said(before, (held) => afterQuarantine(held, claimOf(wave(before))))).toHaveLength(1);
  });

  it('ignores the quarantine and the answer of a claim that was settled, of an older try, or of no claim', () => {
    const first = claimOf(wave([claimed()]));
    const answer = { status: 'conflict', message: 'm' } as const;
    for (const facts of [
      [claimed(), notFound(1)],
      [claimed(), notFound(1), claimed(2)],
      [claimed(), jobStarted],
      [],
    ]) {
      expect(afterQuarantine(wave(facts), first)).toEqual([]);
      expect(afterStart(wave(facts), first, answer)).toEqual([]);
    }
  });

  it('is opened again after a conflict or a quota, and given up when the request is invalid', () => {
    const after = (status: 'conflict' | 'quota' | 'invalid') =>
      said([claimed()], (held) => afterStart(held, claimOf(wave([claimed()])), { status, message: 'm' }));
    expect(after('conflict')).toEqual([refused(1, 'conflict', 'm', false)]);
    expect(after('quota')).toEqual([refused(1, 'quota', 'm', false)]);
    expect(after('invalid')).toEqual([refused(1, 'invalid', 'm', true), asked('launch-refused', 'm')]);
  });

  it('is given up, and an operator asked, when DRS refuses it for the fiftieth time', () => {
    const times = (count: number): readonly WaveFact[] =>
      Array.from({ length: count }, (_, index) => [
        claimed(index + 1),
        refused(index + 1, 'quota', 'full', false),
      ]).flat();
    const answer = { status: 'quota', message: 'full' } as const;
    const after = (tries: number) => {
      const held = wave([...times(tries - 1), claimed(tries)]);
      return afterStart(held, claimOf(held), answer);
    };
    expect(after(49)).toEqual([refused(49, 'quota', 'full', false)]);
    expect(after(50)).toEqual([refused(50, 'quota', 'full', true), asked('launch-refused', 'full')]);
  });

  it('is settled in the job that it is of, among several', () => {
    const definition = aWave('w', { servers: someServers(101) });
    const ids = someServers(101).map(({ sourceServerId }) => sourceServerId);
    const first: WaveFact = { type: 'DRSJobClaimed', data: { ...inClaim(1), servers: ids.slice(0, 100) } };
    const next: WaveFact = {
      type: 'DRSJobClaimed',
      data: { ...inClaim(1), job: 2, servers: ids.slice(100) },
    };
    const held = wave([first, refused(1, 'invalid', 'no', true), next], 'DRILL', definition);
    const second = held.state.jobs[1]!;
    expect(afterStart(held, second, { status: 'conflict', message: 'm' })).toEqual([
      {
        type: 'DRSJobRefused',
        data: { ...inClaim(1), job: 2, cause: 'conflict', message: 'm', final: false },
      },
    ]);
    expect(afterQuarantine(held, second)).toMatchObject([{ data: { job: 2 } }]);
    expect(afterQuarantine(held, held.state.jobs[0]!)).toEqual([]);
  });
});

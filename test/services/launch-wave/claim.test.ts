import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../services/domain/wave.ts';
import { evolveWave, initialWave } from '../../../services/domain/wave-state.ts';
import {
  afterQuarantine,
  afterStart,
  claimFact,
  couldBeOurs,
  isOurs,
  jobTags,
} from '../../../services/launch-wave/claim.ts';
import type { RecoveryJob } from '../../../services/ports/recovery-service.ts';
import { aWave, jobId, serverId } from '../../support/frozen-wave.ts';

const at = (n: number): number => Date.parse('2026-01-01T00:00:00Z') + n * 1_000;
const wave = (facts: readonly WaveFact[]): Wave =>
  waveOf(
    'exec-1',
    'DRILL',
    aWave('w'),
    1,
    facts.reduce((state, fact, index) => evolveWave(state, fact, at(index)), initialWave),
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

describe('claim', () => {
  it('is made once: the second of two launchers finds it there', () => {
    const claim = { job: 1, tryNumber: 1, servers: [serverId(1)] };
    expect(claimFact(wave([]), claim)).toEqual([claimed()]);
    expect(claimFact(wave([claimed()]), claim)).toEqual([]);
  });

  it('knows its job by its tags, whichever try made it', () => {
    const second = wave([claimed(), notFound(1), claimed(2)]);
    expect(
      isOurs(
        second,
        claimOf(second),
        drsJob({ tags: jobTags(wave([claimed()]), claimOf(wave([claimed()]))) }),
      ),
    ).toBe(true);
  });

  it('takes no job of another execution, wave, attempt or job for its own', () => {
    const held = wave([claimed()]);
    for (const name of Object.keys(jobTags(held, claimOf(held)))) {
      expect(
        isOurs(held, claimOf(held), drsJob({ tags: { ...jobTags(held, claimOf(held)), [name]: 'another' } })),
      ).toBe(false);
    }
  });

  it('takes no job without its tags for its own, and opens no claim beside one that could be', () => {
    const held = wave([claimed()]);
    expect(isOurs(held, claimOf(held), drsJob())).toBe(false);
    expect(couldBeOurs(held, claimOf(held), drsJob())).toBe(true);
    expect(couldBeOurs(held, claimOf(held), drsJob({ isDrill: false }))).toBe(false);
    expect(couldBeOurs(held, claimOf(held), drsJob({ type: 'TERMINATE' }))).toBe(false);
    expect(couldBeOurs(held, claimOf(held), drsJob({ tags: { 'groundswell:job': 'x' } }))).toBe(false);
    const two = [1, 2].map((n) => ({ sourceServerId: serverId(n), launchStatus: 'PENDING' }));
    expect(couldBeOurs(held, claimOf(held), drsJob({ servers: two }))).toBe(false);
    expect(afterQuarantine(held, claimOf(held), jobId(7))).toMatchObject([
      { type: 'DRSJobRefused', data: { final: true } },
      { type: 'OperatorNeeded', data: { about: 'launch-uncertain' } },
    ]);
  });

  it('may be made once more after its quarantine, and then an operator is asked', () => {
    const first = wave([claimed()]);
    expect(afterQuarantine(first, claimOf(first))).toMatchObject([
      { type: 'DRSJobRefused', data: { final: false } },
    ]);
    const second = wave([claimed(), notFound(1), claimed(2)]);
    expect(afterQuarantine(second, claimOf(second))).toMatchObject([
      { type: 'DRSJobRefused', data: { final: true } },
      { type: 'OperatorNeeded', data: { about: 'launch-uncertain' } },
    ]);
  });

  it('ignores the quarantine of a claim that was settled', () => {
    const first = wave([claimed()]);
    expect(afterQuarantine(wave([claimed(), notFound(1)]), claimOf(first))).toEqual([]);
    expect(afterQuarantine(wave([claimed(), notFound(1), claimed(2)]), claimOf(first))).toEqual([]);
  });

  it('is opened again after a conflict or a quota, and given up when the request is invalid', () => {
    const held = wave([claimed()]);
    const after = (status: 'conflict' | 'quota' | 'invalid') =>
      afterStart(held, claimOf(held), { status, message: 'm' });
    expect(after('conflict')).toMatchObject([{ data: { cause: 'conflict', final: false } }]);
    expect(after('quota')).toMatchObject([{ data: { cause: 'quota', final: false } }]);
    expect(after('invalid')).toMatchObject([
      { data: { cause: 'invalid', final: true } },
      { type: 'OperatorNeeded', data: { about: 'launch-refused' } },
    ]);
  });
});

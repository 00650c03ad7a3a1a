import { describe, expect, it } from 'vitest';
import type { ServerPhase, WaveFact } from '../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../services/domain/wave.ts';
import { evolveWave, initialWave } from '../../../services/domain/wave-state.ts';
import { cadenceKnobs, nextLookMs } from '../../../services/watch-jobs/cadence.ts';
import { aWave, jobId, serverId } from '../../support/frozen-wave.ts';

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
  nextLookMs(running(started + minutes * 60_000, phase), started + minutes * 60_000, cadenceKnobs, learnedMs);

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
    expect(after(1, 'CONVERSION', fiveMinutes)).toBe(0.9 * fiveMinutes - 60_000);
    expect(after(4.8, 'LAUNCH', fiveMinutes)).toBe(cadenceKnobs.nearEndMs);
    expect(after(11, 'LAUNCH', fiveMinutes)).toBe(cadenceKnobs.launchingMs);
  });
});

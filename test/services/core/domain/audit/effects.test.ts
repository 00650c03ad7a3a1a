import { describe, expect, it } from 'vitest';
import type { Metadata, Recorded } from '../../../../../contracts/envelope.ts';
import { effectsOf } from '../../../../../services/core/domain/audit/effects.ts';
import type { WaveStart } from '../../../../../services/core/domain/audit/fold-streams.ts';
import { aWave, jobId, serverId } from '../../../../support/frozen-wave.ts';

const executionId = `exec-${'0a'.repeat(10)}`;
const at = '2026-01-01T00:00:00Z';
const within = (stream: string, version: number, causationId: string): Metadata => ({
  ...{ eventId: `${stream}@${version}`, schemaVersion: 1, executionId, causationId, stream, version },
  ...{ emittedAt: at, previousHash: '', hash: '' },
});
const asked = (requestedBy: string): Recorded => ({
  type: 'ExecutionStarted',
  data: { requestedBy },
  metadata: within(executionId, 2, 'request'),
});
const waveStart = (attempt: number, by?: string): WaveStart => ({
  type: 'WaveStarted',
  data: {
    ...{ waveId: 'web', attempt, mode: 'DRILL', definition: aWave('web') },
    ...(by !== undefined && { decidedBy: { decisionId: 'again', by, reason: '' } }),
  },
  metadata: within(executionId, 2 + attempt, `${executionId}@2`),
});
const job = (causationId: string, attempt = 1): Recorded => ({
  type: 'DRSJobStarted',
  data: {
    ...{ waveId: 'web', attempt, job: 1, tryNumber: 1, jobId: jobId(1), servers: [serverId(1)] },
    ...{ account: '111122223333', region: 'eu-west-1', adopted: false },
  },
  metadata: within(`${executionId}/web`, 7, causationId),
});
const found = (events: readonly Recorded[], starts: readonly WaveStart[]) =>
  effectsOf(executionId, events, new Map([['web', starts]]));
const what = `${jobId(1)} for 1 server of wave web`;

describe('an effect', () => {
  it('is explained by its cause, who asked for it, and what decided it', () => {
    const events = [asked('ops'), waveStart(1), waveStart(2, 'ann')];
    const effect = { eventId: `${executionId}/web@7`, what, at, cause: 'timer' };
    expect(found([...events, job('timer')], [waveStart(1), waveStart(2, 'ann')])).toEqual({
      effects: [{ ...effect, actor: 'ops', decision: `${executionId}@3` }],
      discrepancies: [],
    });
    expect(found([...events, job('timer', 2)], [waveStart(1), waveStart(2, 'ann')])).toEqual({
      effects: [{ ...effect, actor: 'ann', decision: `${executionId}@4` }],
      discrepancies: [],
    });
  });

  it.each<[string, readonly Recorded[], readonly WaveStart[], readonly string[]]>([
    [
      'that nobody asked for and nothing decided',
      [job('timer')],
      [],
      ['nobody is on record as having asked for it', 'no event decided it'],
    ],
    ['that nobody asked for', [job('timer')], [waveStart(1)], ['nobody is on record as having asked for it']],
    ['of another attempt', [asked('ops'), job('timer', 2)], [waveStart(1)], ['no event decided it']],
    [
      'of a wave that never started',
      [asked('ops'), job(`${executionId}@9`)],
      [],
      [`its cause ${executionId}@9 is not among the events`, 'no event decided it'],
    ],
  ])('%s is unexplained', (_name, events, starts, lacking) => {
    expect(found(events, starts).discrepancies).toEqual(
      lacking.map((why) => ({
        ...{ kind: 'unexplained-effect', stream: `${executionId}/web`, version: 7 },
        message: `${what}: ${why}`,
      })),
    );
  });

  it('has no actor and no decision where there is none', () => {
    expect(found([job('timer')], []).effects).toMatchObject([{ actor: '', decision: '' }]);
  });

  const [other, short] = [`exec-${'1'.repeat(20)}`, `exec-${'1'.repeat(19)}`];
  it.each([
    [executionId, true],
    [`${executionId}@1`, true],
    [`${executionId}/mail@12`, true],
    [`${other}@1`, true],
    [`${other}/w@1`, true],
    [`${executionId}@2`, false],
    [`${executionId}/web@7`, false],
    [short, false],
    [`${short}@1`, false],
    [`timer-${other}@1`, false],
    [`${other}@1/drs`, false],
    [`${other}@one`, false],
    [`${other}-mail@1`, false],
    [`${other}/@@1`, false],
    [`job ${jobId(1)}`, false],
  ])('that is caused by %s has a cause of ours that is missing: %s', (cause, isMissing) => {
    const { discrepancies } = found([asked('ops'), job(cause)], [waveStart(1)]);
    expect(discrepancies.map(({ message }) => message)).toEqual(
      isMissing ? [`${what}: its cause ${cause} is not among the events`] : [],
    );
  });
});

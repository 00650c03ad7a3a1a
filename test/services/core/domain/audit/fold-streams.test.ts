import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../../contracts/execution-events.ts';
import type { Fact, Recorded } from '../../../../../contracts/envelope.ts';
import {
  foldExecution,
  foldWave,
  stateDifference,
  type WaveStart,
} from '../../../../../services/core/domain/audit/fold-streams.ts';
import type { RestoredStream } from '../../../../../services/core/domain/audit/restore-stream.ts';
import { append, emptyStream } from '../../../../../services/core/kernel/stream.ts';
import { aWave } from '../../../../support/frozen-wave.ts';

const recorded = (stream: string, facts: readonly Fact[]): readonly Recorded[] =>
  append(emptyStream(stream, 'exec-1', undefined), () => undefined, facts, 'cause', 1_000).outbox;
const restored = (stream: string, facts: readonly Fact[]): RestoredStream => ({
  ...{ stream, events: recorded(stream, facts), whole: true, doubled: 0, discrepancies: [] },
});

describe('the fold of an execution', () => {
  it('goes on after what it never says, and names it', () => {
    const accepted: ExecutionFact = {
      type: 'ExecutionAccepted',
      data: { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ops' },
    };
    const { state, discrepancies } = foldExecution(restored('exec-1', [accepted, accepted]));
    expect(state).toMatchObject({ status: 'REQUESTED', startedAt: 1_000 });
    expect(discrepancies).toEqual([
      {
        ...{ kind: 'illegal-transition', stream: 'exec-1', version: 2 },
        message: 'ExecutionAccepted: the execution is REQUESTED',
      },
    ]);
  });
});

describe('the fold of a wave', () => {
  const stopped = (attempt: number): Fact => ({
    type: 'WaveStopped',
    data: { waveId: 'w', attempt, reason: 'cancelled' },
  });
  const starts = (...attempts: readonly number[]) =>
    recorded(
      'exec-1',
      attempts.map((attempt) => ({
        type: 'WaveStarted',
        data: { waveId: 'w', attempt, mode: 'DRILL', definition: aWave('w') },
      })),
    ) as readonly WaveStart[];
  const never = (attempt: number) => `the execution never started attempt ${attempt} of the wave`;

  it.each<[string, readonly number[], readonly number[], readonly (string | undefined)[]]>([
    ['of one attempt', [1], [1], [undefined]],
    ['of two attempts', [1, 2], [1, 2], [undefined, undefined]],
    ['that says the same twice', [1], [1, 1], [undefined, 'the wave was stopped already']],
    ['that never started', [], [1], [never(1)]],
    ['whose second attempt never started', [1], [1, 2], [undefined, never(2)]],
    ['whose second attempt alone started', [2], [1, 2], [never(1), undefined]],
    ['that goes back', [1, 2], [2, 1], [undefined, 'attempt 2 had begun before']],
  ])('%s', (_name, started, said, whys) => {
    const { discrepancies } = foldWave(restored('exec-1/w', said.map(stopped)), starts(...started));
    expect(discrepancies).toEqual(
      whys.flatMap((why, index) =>
        why === undefined
          ? []
          : [
              {
                ...{ kind: 'illegal-transition', stream: 'exec-1/w', version: index + 1 },
                message: `WaveStopped: ${why}`,
              },
            ],
      ),
    );
  });
});

describe('the difference of two states', () => {
  it.each<[unknown, unknown, string | undefined]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, undefined],
    [{ a: 1, b: 2 }, { a: 1, b: 3, c: 4 }, 'b, c'],
    [{ a: 1, b: 2 }, { b: 2 }, 'a'],
    [{ a: 1 }, 'text', 'a'],
    [{ a: 1 }, null, 'a'],
    [{ a: 1 }, undefined, 'a'],
  ])('of %j and %j is %s', (rebuilt, stored, members) => {
    expect(stateDifference(rebuilt, stored)).toBe(
      members === undefined ? undefined : `the stored state differs from the events in ${members}`,
    );
  });
});

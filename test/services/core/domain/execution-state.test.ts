import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import {
  evolveExecution,
  executionStates,
  initialExecution,
  isBeforeStart,
  isTerminal,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const at = Date.parse('2026-01-01T00:00:00Z');
const after = (
  facts: readonly ExecutionFact[],
  before: ExecutionState = initialExecution,
  now = at,
): ExecutionState =>
  facts.reduce((state, fact) => deepFreeze(evolveExecution(state, fact, now)), deepFreeze(before));

const running: ExecutionState = { ...initialExecution, status: 'RUNNING', startedAt: at };
const started = (attempt = 1): ExecutionFact => ({
  type: 'WaveStarted',
  data: { waveId: 'w', attempt, mode: 'DRILL', definition: aWave('w') },
});
const outcome = {
  ...{ waveId: 'w', attempt: 1, policy: 'all' as const, servers: [] },
  ...{ startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:01:00Z' },
};
const completed: ExecutionFact = { type: 'WaveCompleted', data: { ...outcome, outcome: 'COMPLETED' } };
const failed = (onFailure: 'stop' | 'continue' | 'ask'): ExecutionFact => ({
  type: 'WaveFailed',
  data: { ...outcome, onFailure, reasons: [] },
});
const skipped: ExecutionFact = {
  type: 'WaveSkipped',
  data: { waveId: 'w', reason: '', satisfiesDependants: true },
};
const near = (waveId?: string): ExecutionFact => ({
  type: 'TimeoutNear',
  data: {
    ...{ about: waveId === undefined ? 'execution' : 'wave', endsBy: outcome.endedAt, consequence: '' },
    ...(waveId !== undefined && { waveId }),
  },
});
const timedOut = (about: 'wave-timed-out' | 'execution-timed-out', waveId?: string): ExecutionFact => ({
  type: 'OperatorNeeded',
  data: { about, why: '', choices: [], ...(waveId !== undefined && { waveId }) },
});

describe('the state of an execution', () => {
  it('is with the intake, on its way, or at an end', () => {
    expect(executionStates.filter((status) => isBeforeStart({ status }))).toEqual([
      'NONE',
      'REQUESTED',
      'AWAITING_APPROVAL',
    ]);
    expect(executionStates.filter((status) => !isBeforeStart({ status }) && !isTerminal(status))).toEqual([
      'RUNNING',
      'PAUSED',
      'CANCELLING',
    ]);
  });

  it.each<readonly [string, readonly ExecutionFact[], number, number]>([
    ['has started', [started()], 1, 0],
    ['is completed', [started(), completed], 0, 1],
    ['has failed', [started(), failed('stop')], 0, 1],
    ['is held', [started(), failed('ask')], 1, 0],
    ['has started again', [started(), failed('ask'), started(2)], 1, 0],
    ['was held and is skipped', [started(), failed('ask'), skipped], 0, 1],
    ['never started and is skipped', [skipped], 0, 1],
    ['is skipped twice', [skipped, skipped], 0, 1],
    ['timed out and is completed', [started(), timedOut('wave-timed-out', 'w'), completed], 0, 1],
    ['is said to be late when it has ended', [started(), completed, near('w')], 0, 1],
  ])('counts a wave once that %s', (_, facts, active, concluded) => {
    expect(after(facts, running)).toMatchObject({ active, concluded });
  });

  it.each([
    ['stop', 'RUNNING', 'FAILED', true],
    ['continue', 'RUNNING', 'FAILED', false],
    ['ask', 'RUNNING', 'HELD', false],
    ['ask', 'PAUSED', 'HELD', false],
    ['ask', 'CANCELLING', 'FAILED', false],
  ] as const)('has a wave that failed under %s while %s as %s', (onFailure, status, wave, stopping) => {
    expect(after([started(), failed(onFailure)], { ...running, status })).toMatchObject({
      waves: { w: { status: wave } },
      stopping,
    });
  });

  it('counts the servers that an ended wave launched, and those that it did not', () => {
    const servers = (['LAUNCHED', 'FAILED', 'LAUNCHED'] as const).map((launchResult, index) => ({
      ...{ sourceServerId: serverId(index + 1), name: `host-${index}`, launchResult, phases: {} },
    }));
    const ends: readonly ExecutionFact[] = [
      { type: 'WaveCompleted', data: { ...outcome, servers, outcome: 'PARTIAL' } },
      { type: 'WaveFailed', data: { ...outcome, servers, onFailure: 'stop', reasons: [] } },
    ];
    for (const end of ends)
      expect(after([started(), end], running).waves['w']).toMatchObject({ launched: 2, failed: 1 });
  });

  it('takes a question about anything else for no time-out of the wave', () => {
    const begun = after([started()], running);
    const question: ExecutionFact = {
      type: 'OperatorNeeded',
      data: { about: 'wave-failed', waveId: 'w', why: 'it failed', choices: ['retry'] },
    };
    expect(after([question], begun)).toStrictEqual(begun);
  });

  it('keeps of a time-out who was warned and who was asked', () => {
    const begun = () => after([started()], running);
    const wave = () => begun().waves['w'];
    expect(after([near()], begun())).toStrictEqual({ ...begun(), warned: true });
    expect(after([near('w')], begun())).toStrictEqual({
      ...begun(),
      waves: { w: { ...wave(), warned: true } },
    });
    expect(after([timedOut('execution-timed-out')], begun())).toStrictEqual({ ...begun(), timedOut: true });
    expect(after([timedOut('wave-timed-out', 'w')], begun())).toStrictEqual({
      ...begun(),
      waves: { w: { ...wave(), timedOut: true } },
    });
    expect(after([timedOut('wave-timed-out')], begun())).toStrictEqual(begun());
  });

  it('forgets with a new attempt that a wave was late', () => {
    const late = [started(), near('w'), timedOut('wave-timed-out', 'w'), failed('ask')];
    expect(after(late, running).waves['w']).toMatchObject({ timedOut: true, warned: true });
    const again = after([started(2)], after(late, running), at + 1).waves['w'];
    expect(again).toMatchObject({ attempt: 2, startedAt: at + 1, timedOut: false, warned: false });
    expect(after([started()], running).waves['w']).not.toHaveProperty('warned');
  });

  it.each([
    [['drill-over-recovery', 'lag'], { drillsOverRecovery: true }],
    [['lag'], {}],
    [[], {}],
  ])('starts with %j allowed, and keeps what that says of recoveries', (overrides, kept) => {
    const plan = {
      ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash: 'f' },
      ...{ mode: 'DRILL' as const, requestedBy: 'ops', waveCount: 1 },
    };
    const facts: readonly ExecutionFact[] = [
      { type: 'ExecutionStarted', data: { ...plan, reason: '', serverCount: 1, overrides } },
    ];
    expect(after(facts)).toStrictEqual({ ...running, ...plan, ...kept });
  });

  it('has begun when it was asked for, or with its refusal', () => {
    const rejected: ExecutionFact = {
      type: 'ExecutionRejected',
      data: { requestId: 'r', planId: 'p', faults: [] },
    };
    const accepted: ExecutionFact = {
      type: 'ExecutionAccepted',
      data: { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ops' },
    };
    const times = { status: 'REJECTED', endedAt: at + 5 };
    expect(after([rejected], initialExecution, at + 5)).toMatchObject({ ...times, startedAt: at + 5 });
    expect(after([rejected], after([accepted]), at + 5)).toMatchObject({ ...times, startedAt: at });
  });
});

import { describe, expect, it } from 'vitest';
import { decisionsOf } from '../../../../services/core/view/decisions.ts';
import { shownStatus } from '../../../../services/core/view/due.ts';
import type { ExecutionView } from '../../../../services/core/view/execution-view.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { createSpeaker, definition, executionId, plan, result } from './said.ts';

const planned = requestedView(executionId, { planId: 'shop', mode: 'DRILL', requestedBy: 'alice' }, plan);
const after = (...events: readonly DomainEvent[]): ExecutionView => viewOf(planned, events);
const inA = { waveId: 'a', attempt: 1 };
const waveA = `${executionId}/a`;

const started = (say: ReturnType<typeof createSpeaker>): readonly DomainEvent[] => [
  say(executionId, 'ExecutionStarted', { ...started_, overrides: [] }),
  say(executionId, 'WaveStarted', { ...inA, mode: 'DRILL', definition: definition('a', [], [1, 2]) }),
];
const started_ = {
  ...{ planId: 'shop', planVersion: 1, planHash: 'h', frozenHash: 'f', mode: 'DRILL' },
  ...{ requestedBy: 'alice', reason: '', waveCount: 2, serverCount: 3 },
};
const asked = {
  ...{ ...inA, stage: 'before', actionId: 'release', tryNumber: 1, kind: 'approval' },
  ...{ prompt: 'Go?', approvers: ['bob'], endsBy: '2026-11-23T12:00:00.000Z' },
};

describe('what is asked of people', () => {
  it('is an approval, with its last moment, who may answer, and the very commands', () => {
    const say = createSpeaker();
    const view = after(...started(say), say(waveA, 'ActionStarted', asked));
    expect(decisionsOf(view)).toEqual([
      {
        ...{ executionId, planId: 'shop', status: 'RUNNING', mode: 'DRILL', kind: 'approval' },
        ...{ waveId: 'a', actionId: 'release', asked: 'Go?', who: 'bob' },
        since: '2026-11-23T10:00:03.000Z',
        until: '2026-11-23T12:00:00.000Z',
        silence: 'The plan says what silence means.',
        choices: [
          { choice: 'approve', command: `groundswell approve ${executionId} a release` },
          { choice: 'decline', command: `groundswell decline ${executionId} a release --reason "…"` },
        ],
      },
    ]);
  });

  it('is a second person, with the hash that an approval has to name', () => {
    const say = createSpeaker();
    const view = after(
      say(executionId, 'ApprovalAwaited', {
        ...{ planId: 'shop', planVersion: 3, planHash: 'abc', requestedBy: 'alice' },
        expiresAt: '2026-11-23T11:00:00.000Z',
      }),
    );
    expect(decisionsOf(view)).toMatchObject([
      {
        kind: 'second-person',
        until: '2026-11-23T11:00:00.000Z',
        silence: 'Silence refuses it.',
        who: 'any approver but alice',
        choices: [
          { command: `groundswell approve ${executionId} --plan-hash abc` },
          { command: `groundswell decline ${executionId} --reason "…"` },
        ],
      },
    ]);
  });

  it('is what follows a failed wave, and a pause with who paused and why', () => {
    const say = createSpeaker();
    const failure = { servers: [result(1), result(2, 'FAILED')], policy: 'all', onFailure: 'ask' };
    const failed = { ...inA, ...failure, reasons: ['server-2: LAUNCH_FAILED'] };
    const view = after(
      ...started(say),
      say(executionId, 'WaveFailed', failed),
      say(executionId, 'ExecutionPaused', { decisionId: 'd', by: 'bob', reason: 'lunch' }),
    );
    expect(decisionsOf(view).map(({ kind, asked: text, since }) => [kind, text, since])).toEqual([
      ['wave-failed', 'Wave a failed: server-2: LAUNCH_FAILED. What next?', '2026-11-23T10:00:03.000Z'],
      ['paused', 'Paused by bob: lunch. Resume it?', '2026-11-23T10:00:04.000Z'],
    ]);
  });

  it('names the servers that failed also where only the records of the wave are read', () => {
    const view = after(...started(createSpeaker()));
    const failed = (n: number) => ({
      ...{ sourceServerId: `s-${n}`, name: `web-${n}`, phase: 'FAILED' as const, failure: 'no subnet' },
    });
    const waves = view.waves.map((wave) => ({
      ...wave,
      ...(wave.waveId === 'a' && { status: 'HELD' as const, notes: [], servers: [10, 9, 2, 1].map(failed) }),
    }));
    expect(decisionsOf({ ...view, waves }).map(({ asked: text }) => text)).toEqual([
      'Wave a failed: web-1: no subnet; web-2: no subnet; web-9: no subnet; and 1 more. What next?',
    ]);
  });

  it('is not told any more once it is decided, and neither is what was said of it for a while', () => {
    const say = createSpeaker();
    const events = [
      ...started(say),
      say(waveA, 'ActionStarted', asked),
      say(waveA, 'TimeoutNear', {
        ...{ about: 'action', ...inA, stage: 'before', actionId: 'release' },
        ...{ endsBy: asked.endsBy, consequence: 'Silence declines.' },
      }),
      say(executionId, 'DecisionRefused', { decisionId: 'x', decision: 'retry', by: 'bob', reason: 'no' }),
    ];
    expect(after(...events).waves[0]?.notes).toHaveLength(1);
    expect(after(...events).refusal).toBe('retry: no');
    const view = after(
      ...events,
      say(waveA, 'ActionCompleted', { ...asked, by: 'bob', decisionId: 'y' }),
      say(executionId, 'ExecutionPaused', { decisionId: 'd', by: 'bob', reason: '' }),
      say(executionId, 'ExecutionResumed', { decisionId: 'e', by: 'bob', reason: '' }),
    );
    expect(decisionsOf(view)).toEqual([]);
    expect(view.waves[0]?.notes).toEqual([]);
    expect(view.refusal).toBeUndefined();
  });
});

describe('a wave that waited when its execution was cancelled', () => {
  const stopped = (servers: readonly object[]): ExecutionView => {
    const say = createSpeaker();
    return after(
      ...started(say),
      say(executionId, 'ExecutionCancelling', { decisionId: 'd', by: 'bob', reason: '' }),
      say(waveA, 'WaveStopped', { ...inA, reason: 'the execution was cancelled' }),
      say(executionId, 'WaveFailed', {
        ...{ ...inA, policy: 'all', onFailure: 'continue', reasons: ['the execution was cancelled'] },
        servers,
      }),
    );
  };
  const statusOf = ({ waves }: ExecutionView): string | undefined => waves[0] && shownStatus(waves[0]);

  it('is called cancelled, and failed where a job of it failed', () => {
    const unlaunched = { ...result(1, 'FAILED'), failure: 'not launched' };
    expect(statusOf(stopped([unlaunched]))).toBe('CANCELLED');
    expect(statusOf(stopped([{ ...result(1, 'FAILED'), jobId: 'drsjob-1' }]))).toBe('FAILED');
  });
});

import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../../contracts/action.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { answered, type ApprovalAnswer } from '../../../../../services/core/domain/wave/answers.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { anAutomation, aWave } from '../../../../support/frozen-wave.ts';

const at = Date.parse('2026-01-01T00:00:00Z');

const approval: Action = {
  kind: 'approval',
  actionId: 'go',
  when: 'BOTH',
  optional: false,
  approvers: ['ops'],
  prompt: 'Go?',
  timeoutMinutes: 30,
  onTimeout: 'decline',
};

const waveAfter = (facts: readonly WaveFact[]): Wave =>
  deepFreeze(
    waveOf(
      'exec-1',
      'DRILL',
      aWave('w', { before: [approval, anAutomation('check')], onCancelActions: [] }),
      1,
      facts.reduce((state, fact) => evolveWave(state, fact, at), initialWave),
    ),
  );

const inAction = { waveId: 'w', attempt: 1, stage: 'before' as const, actionId: 'go', tryNumber: 1 };
const started: WaveFact = {
  type: 'ActionStarted',
  data: { ...inAction, kind: 'approval', endsBy: new Date(at + 1_800_000).toISOString() },
};
const approved: WaveFact = { type: 'ActionCompleted', data: { ...inAction, decisionId: 'first', by: 'ops' } };
const declined: WaveFact = {
  type: 'ActionFailed',
  data: { ...inAction, decisionId: 'first', by: 'ops', cause: 'declined', message: 'no', final: true },
};
const timedOut: WaveFact = {
  type: 'ActionFailed',
  data: { ...inAction, cause: 'timed-out', message: 'nobody', final: true },
};
const stopped: WaveFact = { type: 'WaveStopped', data: { waveId: 'w', attempt: 1, reason: 'cancelled' } };

const answer = (is: 'approve' | 'decline', changes: Partial<ApprovalAnswer> = {}): ApprovalAnswer => ({
  approved: is === 'approve',
  actionId: 'go',
  by: 'ops',
  reason: 'because',
  decisionId: 'second',
  ...changes,
});

/** Every state in which an answer can find its approval. */
const states: Readonly<Record<string, readonly WaveFact[]>> = {
  'not started': [],
  waiting: [started],
  approved: [started, approved],
  declined: [started, declined],
  'timed out': [started, timedOut],
  'stopped while it waits': [started, stopped],
};

describe('an answer to an approval', () => {
  for (const [state, facts] of Object.entries(states)) {
    for (const word of ['approve', 'decline'] as const) {
      const isTaken = state === 'waiting';
      const outcome = word === 'approve' ? 'ActionCompleted' : 'ActionFailed';
      it(`${word} that is ${state} gives ${isTaken ? outcome : 'DecisionRefused'}, once`, () => {
        const said = answered(waveAfter(facts), answer(word));
        expect(said.map(({ type }) => type)).toEqual([isTaken ? outcome : 'DecisionRefused']);
        expect(said[0]).toMatchObject({ data: { decisionId: 'second', by: 'ops', waveId: 'w' } });
        expect(answered(waveAfter([...facts, ...said]), answer(word))).toEqual([]);
      });
    }
  }

  it('is refused to whoever is none of the approvers, with their names', () => {
    expect(answered(waveAfter([started]), answer('approve', { by: 'guest' }))).toMatchObject([
      { type: 'DecisionRefused', data: { reason: 'only ops may answer go', by: 'guest' } },
    ]);
  });

  it('is refused with the name of each who may', () => {
    const shared = { ...approval, approvers: ['ops', 'lead'] };
    const wave = waveOf('exec-1', 'DRILL', aWave('w', { before: [shared] }), 1, waveAfter([started]).state);
    expect(answered(wave, answer('approve', { by: 'guest' }))).toMatchObject([
      { data: { reason: 'only ops, lead may answer go', attempt: 1 } },
    ]);
  });

  it('is taken for the approval that it names, of two that wait', () => {
    const other: Action = { ...approval, actionId: 'other' };
    const both = aWave('w', { before: [[other, approval]] });
    const onlyOther: WaveFact = { ...started, data: { ...started.data, actionId: 'other' } };
    const wave = (facts: readonly WaveFact[]) => waveOf('exec-1', 'DRILL', both, 1, waveAfter(facts).state);
    expect(answered(wave([onlyOther, started]), answer('approve'))).toMatchObject([
      { type: 'ActionCompleted', data: { actionId: 'go' } },
    ]);
    expect(answered(wave([onlyOther]), answer('approve'))).toMatchObject([
      { data: { reason: 'the approval go does not wait for an answer: it is WAITING' } },
    ]);
    expect(answered(wave([onlyOther, started, approved]), answer('approve'))).toMatchObject([
      { data: { reason: 'the approval go does not wait for an answer: it is SUCCEEDED' } },
    ]);
  });

  it('is refused for an action that is none, and for one that is no approval', () => {
    for (const actionId of ['nowhere', 'check'])
      expect(answered(waveAfter([started]), answer('approve', { actionId }))).toMatchObject([
        { type: 'DecisionRefused', data: { reason: `wave w has no approval ${actionId}`, actionId } },
      ]);
  });

  it('is remembered over a retry of the wave', () => {
    const retried = waveOf('exec-1', 'DRILL', aWave('w'), 2, waveAfter([started, approved]).state);
    expect(retried.state.decisions).toEqual(['first']);
  });

  it('says by whom and why, whoever may answer, and a decline needs no reason', () => {
    const open = { ...approval, approvers: [] };
    const wave = waveOf('exec-1', 'DRILL', aWave('w', { before: [open] }), 1, waveAfter([started]).state);
    const ended = { ...inAction, by: 'anybody', decisionId: 'second' };
    expect(answered(wave, answer('approve', { by: 'anybody' }))).toStrictEqual([
      { type: 'ActionCompleted', data: { ...ended, reason: 'because' } },
    ]);
    expect(answered(wave, answer('decline', { by: 'anybody', reason: '' }))).toStrictEqual([
      {
        type: 'ActionFailed',
        data: { ...ended, cause: 'declined', message: 'declined', final: true },
      },
    ]);
  });
});

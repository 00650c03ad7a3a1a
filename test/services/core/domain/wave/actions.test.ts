import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../../contracts/action.ts';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import {
  actionsToStop,
  completedAction,
  dueActions,
  elapsed,
  failedAction,
  startedAction,
  stillDue,
  tryNumberOf,
  warning,
  warnsAt,
  type DueAction,
} from '../../../../../services/core/domain/wave/actions.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { anAutomation, aWave } from '../../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minutes = (n: number): number => start + n * 60_000;

const approval = (changes: Partial<Extract<Action, { kind: 'approval' }>> = {}): Action => ({
  kind: 'approval',
  actionId: 'go',
  when: 'BOTH',
  optional: false,
  approvers: [],
  prompt: 'Go?',
  timeoutMinutes: 30,
  onTimeout: 'decline',
  ...changes,
});
const wait: Action = { kind: 'wait', actionId: 'settle', when: 'BOTH', optional: false, minutes: 5 };

const waveWith = (action: Action, facts: readonly WaveFact[] = [], changes: Partial<FrozenWave> = {}): Wave =>
  deepFreeze(
    waveOf(
      'exec-1',
      'DRILL',
      aWave('w', { before: [action], ...changes }),
      1,
      facts.reduce((state, fact) => evolveWave(state, fact, start), initialWave),
    ),
  );

const only = (wave: Wave): DueAction => {
  const [due] = dueActions(wave);
  if (due === undefined) throw new Error('nothing is due');
  return due;
};

const ids = (automationExecutionId?: string) =>
  automationExecutionId === undefined ? {} : { automationExecutionId };

/** The action started at `start`. */
const started = (action: Action, id?: string): Wave => {
  const wave = waveWith(action);
  return waveWith(action, [startedAction(wave, only(wave), start, ids(id))]);
};

describe('action', () => {
  it('is due before it is started and while it runs, with the time by which it ends', () => {
    expect(only(waveWith(wait)).state).toBeUndefined();
    expect(only(started(wait)).state).toMatchObject({ status: 'RUNNING', endsBy: minutes(5) });
    expect(only(started(anAutomation('check'), 'id-1')).state).toMatchObject({
      automationExecutionId: 'id-1',
      endsBy: minutes(60),
    });
  });

  it('ends a wait by time, and not before', () => {
    const wave = started(wait);
    expect(elapsed(wave, only(wave), minutes(5) - 1)).toEqual([]);
    expect(elapsed(wave, only(wave), minutes(5))).toEqual([completedAction(wave, only(wave))]);
  });

  it('takes silence as the plan says', () => {
    const declined = started(approval());
    expect(elapsed(declined, only(declined), minutes(30))).toMatchObject([
      { type: 'ActionFailed', data: { cause: 'timed-out', final: true } },
    ]);
    const approved = started(approval({ onTimeout: 'approve' }));
    expect(elapsed(approved, only(approved), minutes(30))).toMatchObject([{ type: 'ActionCompleted' }]);
  });

  it('never ends an automation by time alone: SSM is asked', () => {
    const wave = started(anAutomation('check'));
    expect(elapsed(wave, only(wave), minutes(600))).toEqual([]);
  });

  it('warns once that its time-out is near, with what happens then', () => {
    const wave = started(approval());
    expect(warning(wave, only(wave), minutes(24) - 1)).toEqual([]);
    const warned = warning(wave, only(wave), minutes(24));
    expect(warned).toMatchObject([
      {
        type: 'TimeoutNear',
        data: { about: 'action', actionId: 'go', consequence: 'Silence declines.' },
      },
    ]);
    const after = waveWith(approval(), [
      startedAction(waveWith(approval()), only(waveWith(approval())), start),
      ...warned,
    ]);
    expect(warning(after, only(after), minutes(25))).toEqual([]);
    expect(warnsAt(only(after))).toBe(Infinity);
    expect(warning(wave, only(wave), minutes(30))).toEqual([]);
    expect(warning(started(wait), only(started(wait)), minutes(4.9))).toEqual([]);
  });

  it.each([
    [anAutomation('check', { timeoutMinutes: 30 }), 'The automation is stopped, and the action fails.'],
    [approval(), 'Silence declines.'],
    [approval({ onTimeout: 'approve' }), 'Silence approves.'],
  ])('warns of what happens then, to the letter: %#', (action, consequence) => {
    const wave = started(action, 'run-1');
    expect(warning(wave, only(wave), minutes(24))).toStrictEqual([
      {
        type: 'TimeoutNear',
        data: {
          ...{ about: 'action', waveId: 'w', attempt: 1, stage: 'before', actionId: action.actionId },
          ...{ endsBy: new Date(minutes(30)).toISOString(), consequence },
        },
      },
    ]);
  });

  it('has no time-out to warn of before it runs and once it has ended', () => {
    const wave = waveWith(approval());
    expect(warnsAt(only(wave))).toBe(Infinity);
    expect(warning(wave, only(wave), minutes(24))).toEqual([]);
    const due = only(started(approval()));
    const ended = { ...due, state: { ...due.state!, status: 'SUCCEEDED' as const } };
    expect(warnsAt(ended)).toBe(Infinity);
    expect(warning(wave, ended, minutes(24))).toEqual([]);
  });

  it('is still to be started after a try that failed and is not the last', () => {
    const twice = anAutomation('check', { triesMax: 2 });
    const wave = started(twice, 'run-1');
    const [failed] = [failedAction(wave, only(wave), 'failed', 'no')];
    const again = waveWith(twice, [
      startedAction(waveWith(twice), only(waveWith(twice)), start, ids('run-1')),
      failed,
    ]);
    expect(again.state.actions['before/check']?.status).toBe('AGAIN');
    expect(stillDue(again, only(again), 'not started')).toBe(true);
    expect(stillDue(again, only(again), 'RUNNING')).toBe(false);
  });

  it('is tried again while it has attempts left, under the next number', () => {
    const twice = anAutomation('check', { triesMax: 2 });
    const first = started(twice);
    const failed = failedAction(first, only(first), 'failed', 'no');
    expect(failed).toMatchObject({ data: { tryNumber: 1, final: false } });
    const again = waveWith(twice, [startedAction(first, only(first), start), failed]);
    expect(tryNumberOf(only(again))).toBe(2);
    expect(failedAction(again, only(again), 'timed-out', 'no')).toMatchObject({
      data: { tryNumber: 2, final: true },
    });
    expect(failedAction(first, only(first), 'refused', 'no')).toMatchObject({ data: { final: true } });
    expect(failedAction(first, only(first), 'stopped', 'no')).toMatchObject({ data: { final: true } });
  });

  it('is not said to have started or ended twice', () => {
    const before = waveWith(wait);
    const due = only(before);
    expect(stillDue(before, due, 'not started')).toBe(true);
    const running = started(wait);
    expect(stillDue(running, due, 'not started')).toBe(false);
    expect(stillDue(running, only(running), 'RUNNING')).toBe(true);
    const over = waveWith(wait, [startedAction(before, due, start), completedAction(running, only(running))]);
    expect(stillDue(over, only(running), 'RUNNING')).toBe(false);
  });

  it('has to be stopped when it runs in a wave that was stopped', () => {
    const stopped: WaveFact = { type: 'WaveStopped', data: { waveId: 'w', attempt: 1, reason: 'cancelled' } };
    const wave = waveWith(wait);
    expect(actionsToStop(started(wait))).toEqual([]);
    const [due] = actionsToStop(waveWith(wait, [startedAction(wave, only(wave), start), stopped]));
    expect(due).toMatchObject({ stage: 'before', action: { actionId: 'settle' } });
  });

  const inAction = { waveId: 'w', attempt: 1, stage: 'before', tryNumber: 1 };

  it('says what it is, by when it ends, and for an approval whom it asks what', () => {
    const said = (action: Action, id?: string) => {
      const wave = waveWith(action);
      return startedAction(wave, only(wave), start, ids(id)).data;
    };
    expect(said(wait)).toStrictEqual({
      ...inAction,
      actionId: 'settle',
      kind: 'wait',
      endsBy: '2026-01-01T00:05:00.000Z',
    });
    expect(said(anAutomation('check'), 'id-1')).toStrictEqual({
      ...inAction,
      actionId: 'check',
      kind: 'automation',
      endsBy: '2026-01-01T01:00:00.000Z',
      automationExecutionId: 'id-1',
    });
    expect(said(approval({ approvers: ['ops'] }))).toStrictEqual({
      ...inAction,
      actionId: 'go',
      kind: 'approval',
      endsBy: '2026-01-01T00:30:00.000Z',
      prompt: 'Go?',
      approvers: ['ops'],
    });
  });

  it('says why it ended when nobody answered', () => {
    const said = (action: Action) => {
      const wave = started(action);
      return elapsed(wave, only(wave), minutes(30));
    };
    expect(said(approval({ onTimeout: 'approve' }))).toStrictEqual([
      {
        type: 'ActionCompleted',
        data: { ...inAction, actionId: 'go', reason: 'no answer in time; the plan says to approve' },
      },
    ]);
    expect(said(approval())).toStrictEqual([
      {
        type: 'ActionFailed',
        data: {
          ...inAction,
          actionId: 'go',
          cause: 'timed-out',
          message: 'no approval in time',
          final: true,
        },
      },
    ]);
    expect(said(wait)).toStrictEqual([
      { type: 'ActionCompleted', data: { ...inAction, actionId: 'settle' } },
    ]);
  });

  it('is not ended by time before it was started, or after it ended', () => {
    expect(elapsed(waveWith(wait), only(waveWith(wait)), minutes(600))).toEqual([]);
    const wave = started(wait);
    const { state, ...due } = only(wave);
    expect(elapsed(wave, { ...due, state: { ...state!, status: 'SUCCEEDED' } }, minutes(600))).toEqual([]);
  });

  it.each([
    ['failed', false],
    ['timed-out', false],
    ['declined', true],
    ['refused', true],
    ['stopped', true],
  ] as const)('that %s with an attempt left has finally failed: %s', (cause, final) => {
    const wave = started(anAutomation('check', { triesMax: 2 }));
    expect(failedAction(wave, only(wave), cause, 'no').data).toStrictEqual({
      ...inAction,
      actionId: 'check',
      cause,
      message: 'no',
      final,
    });
  });

  it('is told from the other actions of its group', () => {
    const go = approval();
    const both = (facts: readonly WaveFact[]) => waveWith(go, facts, { before: [[wait, go]] });
    const [settle, approve] = dueActions(both([]));
    const wave = both([startedAction(both([]), settle!, start)]);
    expect(stillDue(wave, settle!, 'not started')).toBe(false);
    expect(stillDue(wave, approve!, 'not started')).toBe(true);
    expect(stillDue(wave, approve!, 'RUNNING')).toBe(false);
    expect(stillDue(wave, settle!, 'RUNNING')).toBe(true);
  });

  it('is not due under the name of another stage or the number of another try', () => {
    const wave = waveWith(wait);
    const due = only(wave);
    expect(stillDue(wave, { ...due, stage: 'after' }, 'not started')).toBe(false);
    const running = started(anAutomation('check', { triesMax: 3 }));
    const now = only(running);
    const older = { ...now, state: { ...now.state!, tryNumber: 2 } };
    expect(stillDue(running, older, 'RUNNING')).toBe(false);
  });

  it('is not stopped unless it runs, and not at all when it is a cancel action', () => {
    const stopped: WaveFact = { type: 'WaveStopped', data: { waveId: 'w', attempt: 1, reason: 'cancelled' } };
    const undo = anAutomation('undo');
    const changes = { before: [wait], onCancelActions: [undo] };
    const first = waveWith(wait, [], changes);
    const ran = [startedAction(first, only(first), start), completedAction(first, only(first)), stopped];
    expect(actionsToStop(waveWith(wait, ran, changes))).toEqual([]);
    const cancelling = waveWith(wait, ran, changes);
    const undoing = [...ran, startedAction(cancelling, only(cancelling), start, ids('id'))];
    expect(actionsToStop(waveWith(wait, undoing, changes))).toEqual([]);
    expect(dueActions(waveWith(wait, undoing, changes))).toMatchObject([
      { stage: 'onCancel', action: undo, state: { status: 'RUNNING' } },
    ]);
  });

  it('cannot be stopped when its plan does not know it', () => {
    const facts: WaveFact[] = [
      startedAction(waveWith(wait), { ...only(waveWith(wait)), action: anAutomation('gone') }, start),
      { type: 'WaveStopped', data: { waveId: 'w', attempt: 1, reason: 'cancelled' } },
    ];
    expect(actionsToStop(waveWith(wait, facts))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Action } from '../../../contracts/action.ts';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../services/domain/wave.ts';
import { evolveWave, initialWave } from '../../../services/domain/wave-state.ts';
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
} from '../../../services/run-actions/next-actions.ts';
import { anAutomation, aWave } from '../../support/frozen-wave.ts';

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

const waveWith = (action: Action, facts: readonly WaveFact[] = []): Wave =>
  waveOf(
    'exec-1',
    'DRILL',
    aWave('w', { before: [action] }),
    1,
    facts.reduce((state, fact) => evolveWave(state, fact, start), initialWave),
  );

const only = (wave: Wave): DueAction => {
  const [due] = dueActions(wave);
  if (due === undefined) throw new Error('nothing is due');
  return due;
};

/** The action started at `start`. */
const started = (action: Action, id?: string): Wave => {
  const wave = waveWith(action);
  return waveWith(action, [startedAction(wave, only(wave), start, id)]);
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

  it('is tried again while it has attempts left, under the next number', () => {
    const twice = anAutomation('check', { attemptsMax: 2 });
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
});

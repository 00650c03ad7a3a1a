import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { decideExecution, type SettledWave } from '../../../../services/core/domain/execution.ts';
import { concluding } from '../../../../services/core/domain/execution-end.ts';
import {
  initialExecution,
  type ExecutionState,
  type WaveProgress,
} from '../../../../services/core/domain/execution-state.ts';
import { nearing, timeoutInstants, timingOut } from '../../../../services/core/domain/execution-timeouts.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minutes = (n: number): number => start + n * 60_000;

const progress = (status: WaveProgress['status'], changes: Partial<WaveProgress> = {}): WaveProgress => ({
  status,
  attempt: 1,
  startedAt: start,
  satisfied: ['COMPLETED', 'PARTIAL', 'SKIPPED'].includes(status),
  launched: 0,
  failed: 0,
  timedOut: false,
  ...changes,
});
/** An execution that began at the start; what is active and concluded follows from its waves. */
const executing = (waves: ExecutionState['waves'], changes: Partial<ExecutionState> = {}): ExecutionState => {
  const active = Object.values(waves).filter(
    ({ status }) => status === 'STARTED' || status === 'HELD',
  ).length;
  const concluded = Object.keys(waves).length - active;
  return deepFreeze({
    ...initialExecution,
    ...{ status: 'RUNNING', startedAt: start, waves, active, concluded, ...changes },
  });
};

describe('a wave that has settled', () => {
  const servers = [{ sourceServerId: serverId(1), name: 'x', launchResult: 'FAILED' as const, phases: {} }];
  const settledAs = (outcome: SettledWave['outcome'], changes: Partial<SettledWave> = {}): SettledWave => ({
    ...{ waveId: 'w', attempt: 1, outcome, reasons: ['one', 'two'], servers, ...changes },
  });
  /** `w` has run alone so far; `next` waits for it, and `last` for `other`, which has not started either. */
  const settling = (onFailure: 'stop' | 'continue' | 'ask', wave: SettledWave, state?: ExecutionState) =>
    decideExecution(
      graphOf(
        [
          aWave('w', { onFailure }),
          aWave('next', { dependsOn: ['w'] }),
          aWave('other'),
          aWave('last', { dependsOn: ['other'] }),
        ],
        60,
      ),
      state ?? executing({ w: progress('STARTED'), other: progress('STARTED') }),
      { type: 'WaveSettled', wave },
      minutes(1),
    );
  const came = {
    waveId: 'w',
    attempt: 1,
    policy: 'all',
    servers,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
  };
  const failed = (onFailure: string) => ({
    type: 'WaveFailed',
    data: { ...came, onFailure, reasons: ['one', 'two'] },
  });
  const skipped = (waveId: string) => ({
    type: 'WaveSkipped',
    data: { waveId, reason: 'wave w failed', satisfiesDependants: false },
  });
  const asked = {
    type: 'OperatorNeeded',
    data: {
      ...{ waveId: 'w', attempt: 1, about: 'wave-failed', why: 'one; two' },
      choices: ['retry', 'skip', 'continue', 'cancel'],
    },
  };

  it('is on record with its servers and its times', () => {
    expect(settling('stop', settledAs('PARTIAL'))[0]).toStrictEqual({
      type: 'WaveCompleted',
      data: { ...came, outcome: 'PARTIAL' },
    });
  });

  it('stops all that waits, or what follows from it, or asks, as its policy says', () => {
    expect(settling('stop', settledAs('FAILED'))).toStrictEqual([
      failed('stop'),
      skipped('next'),
      skipped('last'),
    ]);
    expect(settling('continue', settledAs('FAILED'))).toStrictEqual([failed('continue'), skipped('next')]);
    expect(settling('ask', settledAs('FAILED'))).toStrictEqual([failed('ask'), asked]);
  });

  it('asks and stops nobody further when it was stopped itself', () => {
    expect(settling('ask', settledAs('STOPPED'))).toStrictEqual([failed('continue'), skipped('next')]);
  });

  it.each(['stop', 'continue', 'ask'] as const)(
    'is no reason for anything else under %s while the execution is being cancelled',
    (onFailure) => {
      const waves = { w: progress('STARTED'), other: progress('STARTED') };
      expect(
        settling(onFailure, settledAs('FAILED'), executing(waves, { status: 'CANCELLING' })),
      ).toStrictEqual([failed(onFailure)]);
    },
  );

  it('is nobody’s when it has not started, has started again, or is no wave of the plan', () => {
    const other = progress('STARTED');
    expect(settling('ask', settledAs('FAILED'), executing({ other }))).toEqual([]);
    expect(
      settling('ask', settledAs('FAILED'), executing({ other, w: progress('STARTED', { attempt: 2 }) })),
    ).toEqual([]);
    expect(
      settling(
        'ask',
        settledAs('FAILED', { waveId: 'nowhere' }),
        executing({ other, nowhere: progress('STARTED') }),
      ),
    ).toEqual([]);
  });
});

describe('a time-out', () => {
  const graph = graphOf([aWave('w', { timeoutMinutes: 10 }), aWave('ended', { timeoutMinutes: 10 })], 20);
  const waves = { w: progress('STARTED'), ended: progress('COMPLETED') };
  const ofWave: ExecutionFact = {
    type: 'OperatorNeeded',
    data: {
      waveId: 'w',
      about: 'wave-timed-out',
      why: 'wave w runs for more than 10 minutes',
      choices: ['wait', 'cancel'],
    },
  };
  const ofExecution: ExecutionFact = {
    type: 'OperatorNeeded',
    data: {
      about: 'execution-timed-out',
      why: 'the execution runs for more than 20 minutes',
      choices: ['wait', 'cancel'],
    },
  };

  it('strikes after its minutes and not at them, each once', () => {
    const asked = (at: number, state = executing(waves)) => timingOut(graph, state, at);
    expect(asked(minutes(10))).toEqual([]);
    expect(asked(minutes(10) + 1)).toStrictEqual([ofWave]);
    expect(asked(minutes(20))).toStrictEqual([ofWave]);
    expect(asked(minutes(20) + 1)).toStrictEqual([ofWave, ofExecution]);
    const told = executing({ ...waves, w: progress('STARTED', { timedOut: true }) }, { timedOut: true });
    expect(asked(minutes(21), told)).toEqual([]);
  });

  const near = (about: 'wave' | 'execution', endsBy: string, rest: object = {}) => ({
    type: 'TimeoutNear',
    data: {
      about,
      ...rest,
      endsBy,
      consequence: 'Nothing is aborted; an operator is asked whether to wait or to cancel.',
    },
  });

  it('is warned of from four fifths of it until it strikes, each once', () => {
    const warned = (at: number, state = executing(waves)) => nearing(graph, state, at);
    const nearWave = near('wave', '2026-01-01T00:10:00.000Z', { waveId: 'w' });
    const nearEnd = near('execution', '2026-01-01T00:20:00.000Z');
    expect(warned(minutes(8) - 1)).toEqual([]);
    expect(warned(minutes(8))).toStrictEqual([nearWave]);
    expect(warned(minutes(10) - 1)).toStrictEqual([nearWave]);
    expect(warned(minutes(10))).toEqual([]);
    expect(warned(minutes(16) - 1)).toEqual([]);
    expect(warned(minutes(16))).toStrictEqual([nearEnd]);
    expect(warned(minutes(20) - 1)).toStrictEqual([nearEnd]);
    expect(warned(minutes(20))).toEqual([]);
    const told = executing({ ...waves, w: progress('STARTED', { warned: true }) }, { warned: true });
    expect(warned(minutes(8), told)).toEqual([]);
    expect(warned(minutes(16), told)).toEqual([]);
  });

  it('is to be looked for when it is to be warned of and when it strikes, until that has been said', () => {
    const of = (change: Partial<WaveProgress>) => timeoutInstants(progress('STARTED', change), 10);
    expect(of({})).toEqual([minutes(8), minutes(10) + 1]);
    expect(of({ warned: true })).toEqual([minutes(10) + 1]);
    expect(of({ warned: true, timedOut: true })).toEqual([]);
    for (const instant of of({})) {
      const said = (at: number) => [
        ...nearing(graph, executing(waves), at),
        ...timingOut(graph, executing(waves), at),
      ];
      expect([said(instant - 1).length, said(instant).length]).toEqual([0, 1]);
    }
  });

  it('has none to do with the last actions of a plan, which are no wave of it', () => {
    const closing = executing({ 'plan-on-failure': progress('STARTED') }, { timedOut: true });
    expect(timingOut(graph, closing, minutes(1_000))).toEqual([]);
    expect(nearing(graph, closing, minutes(1_000))).toEqual([]);
  });
});

describe('the end of an execution', () => {
  const graph = graphOf([aWave('a'), aWave('b')], 60, {
    onFailure: aWave('plan-on-failure', { servers: [] }),
  });
  const totals = {
    waves: { completed: 0, partial: 0, failed: 0, skipped: 0 },
    servers: { launched: 0, failed: 0 },
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:30:00.000Z',
    durationMs: 1_800_000,
  };
  const ending = (waves: ExecutionState['waves'], changes: Partial<ExecutionState> = {}) =>
    concluding(graph, executing(waves, changes), minutes(30), 'all');
  const recovered = { a: progress('COMPLETED', { launched: 3 }), b: progress('COMPLETED') };

  it('tells of the waves and servers of the plan, and not of its last actions', () => {
    const waves = {
      a: progress('FAILED', { launched: 2, failed: 1 }),
      b: progress('SKIPPED'),
      'plan-on-failure': progress('COMPLETED', { launched: 9, failed: 9 }),
    };
    expect(ending(waves)).toStrictEqual([
      {
        type: 'ExecutionFailed',
        data: {
          ...totals,
          waves: { completed: 0, partial: 0, failed: 1, skipped: 1 },
          servers: { launched: 2, failed: 1 },
        },
      },
    ]);
  });

  it.each([
    [['COMPLETED', 'COMPLETED'], 'COMPLETED'],
    [['COMPLETED', 'PARTIAL'], 'PARTIAL'],
    [['PARTIAL', 'PARTIAL'], 'PARTIAL'],
    [['PARTIAL', 'SKIPPED'], 'PARTIAL'],
    [['COMPLETED', 'FAILED'], 'PARTIAL'],
    [['COMPLETED', 'SKIPPED'], 'PARTIAL'],
    [['FAILED', 'SKIPPED'], undefined],
    [['SKIPPED', 'SKIPPED'], undefined],
  ] as const)('gives an execution whose waves are %j the outcome %s', ([a, b], outcome) => {
    const [end] = ending({ a: progress(a), b: progress(b), 'plan-on-failure': progress('COMPLETED') });
    expect(end?.type).toBe(outcome === undefined ? 'ExecutionFailed' : 'ExecutionCompleted');
    expect(end?.data).toHaveProperty('waves.partial', [a, b].filter((each) => each === 'PARTIAL').length);
    if (outcome !== undefined) expect(end?.data).toHaveProperty('outcome', outcome);
  });

  it.each([
    { rtoMinutes: 0, rto: {} },
    { rtoMinutes: 29, rto: { rto: { targetMinutes: 29, achievedMinutes: 30, met: false } } },
    { rtoMinutes: 30, rto: { rto: { targetMinutes: 30, achievedMinutes: 30, met: true } } },
  ])('tells whether half an hour met an objective of $rtoMinutes minutes', ({ rtoMinutes, rto }) => {
    expect(ending(recovered, { rtoMinutes })).toStrictEqual([
      {
        type: 'ExecutionCompleted',
        data: {
          ...totals,
          ...rto,
          waves: { ...totals.waves, completed: 2 },
          servers: { launched: 3, failed: 0 },
          outcome: 'COMPLETED',
        },
      },
    ]);
  });
});

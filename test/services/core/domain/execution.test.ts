import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { Decision, DecisionName } from '../../../../services/core/domain/decision.ts';
import {
  decideExecution,
  type ExecutionInput,
  type SettledWave,
} from '../../../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf, type Graph } from '../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minutes = (n: number): number => start + n * 60_000;

const started = (mode: 'DRILL' | 'RECOVERY' = 'DRILL', rtoMinutes?: number): ExecutionFact => ({
  type: 'ExecutionStarted',
  data: {
    requestId: 'r',
    planId: 'p',
    planVersion: 1,
    planHash: 'h',
    frozenHash: 'f',
    mode,
    requestedBy: 'ops',
    reason: '',
    waveCount: 3,
    serverCount: 3,
    overrides: [],
    ...(rtoMinutes !== undefined && { rtoMinutes }),
  },
});

const diamond = (onFailure: 'stop' | 'continue' | 'ask' = 'stop'): Graph =>
  graphOf(
    [
      aWave('top'),
      aWave('left', { dependsOn: ['top'], onFailure }),
      aWave('right', { dependsOn: ['top'], onFailure }),
      aWave('joint', { dependsOn: ['left', 'right'] }),
    ],
    1_440,
  );

const settled = (
  waveId: string,
  outcome: SettledWave['outcome'] = 'COMPLETED',
  attempt = 1,
): ExecutionInput => ({
  type: 'WaveSettled',
  wave: {
    waveId,
    attempt,
    outcome,
    reasons: ['because'],
    servers: [
      {
        sourceServerId: serverId(1),
        name: 'x',
        launchResult: outcome === 'FAILED' ? 'FAILED' : 'LAUNCHED',
        phases: {},
      },
    ],
  },
});

const decision = (
  name: DecisionName,
  waveId?: string,
  decisionId = `${name}-${waveId ?? ''}`,
): ExecutionInput => {
  const said: Decision = {
    decision: name,
    decisionId,
    by: 'ops',
    reason: 'why',
    ...(waveId !== undefined && { waveId }),
  };
  return { type: 'Decision', decision: said };
};

const look: ExecutionInput = { type: 'Look' };

/** Runs inputs one after the other; each is also given twice, and must say nothing the second time. */
const run = (
  graph: Graph,
  inputs: readonly ExecutionInput[],
  before: readonly ExecutionFact[] = [started()],
): { state: ExecutionState; last: readonly ExecutionFact[] } => {
  let state = before.reduce((s, fact) => evolveExecution(s, fact, start), initialExecution);
  let last: readonly ExecutionFact[] = [];
  for (const input of inputs) {
    last = decideExecution(graph, deepFreeze(state), input, minutes(1));
    state = last.reduce((s, fact) => evolveExecution(s, fact, minutes(1)), state);
    expect(decideExecution(graph, deepFreeze(state), input, minutes(1))).toEqual([]);
  }
  return { state, last };
};

const names = (facts: readonly ExecutionFact[]): readonly string[] =>
  facts.map((fact) => ('waveId' in fact.data ? `${fact.type} ${fact.data.waveId}` : fact.type));

describe('execution', () => {
  it('starts the waves without dependencies first', () => {
    expect(names(run(diamond(), [look]).last)).toEqual(['WaveStarted top']);
  });

  it('starts independent waves together when their dependency completes', () => {
    expect(names(run(diamond(), [look, settled('top')]).last)).toEqual([
      'WaveCompleted top',
      'WaveStarted left',
      'WaveStarted right',
    ]);
  });

  it('starts a joint successor once, when the second of its predecessors ends', () => {
    expect(names(run(diamond(), [look, settled('top'), settled('left')]).last)).toEqual([
      'WaveCompleted left',
    ]);
    expect(names(run(diamond(), [look, settled('top'), settled('left'), settled('right')]).last)).toEqual([
      'WaveCompleted right',
      'WaveStarted joint',
    ]);
  });

  it('ends COMPLETED when every wave completed, with the RTO that was achieved', () => {
    const { state, last } = run(
      diamond(),
      [look, settled('top'), settled('left'), settled('right'), settled('joint')],
      [started('DRILL', 30)],
    );
    expect(state.status).toBe('COMPLETED');
    expect(last.at(-1)).toMatchObject({
      type: 'ExecutionCompleted',
      data: { outcome: 'COMPLETED', rto: { targetMinutes: 30, achievedMinutes: 1, met: true } },
    });
  });

  it('ends PARTIAL when a wave was PARTIAL', () => {
    expect(
      run(diamond(), [look, settled('top', 'PARTIAL'), settled('left'), settled('right'), settled('joint')])
        .state.status,
    ).toBe('PARTIAL');
  });

  it('reports a failed wave as failed', () => {
    const { state } = run(diamond(), [look, settled('top', 'FAILED')]);
    expect(state.waves['top']?.status).toBe('FAILED');
    expect(state.status).toBe('FAILED');
  });

  it('stops descendants and all that waits under the policy stop, and lets running siblings end', () => {
    const failed = run(diamond(), [look, settled('top'), settled('left', 'FAILED')]);
    expect(names(failed.last)).toEqual(['WaveFailed left', 'WaveSkipped joint']);
    expect(failed.state.status).toBe('RUNNING');
    expect(
      run(diamond(), [look, settled('top'), settled('left', 'FAILED'), settled('right')]).state.status,
    ).toBe('FAILED');
  });

  it('skips only the descendants under the policy continue', () => {
    const graph = graphOf(
      [
        aWave('a', { onFailure: 'continue' }),
        aWave('b'),
        aWave('c', { dependsOn: ['a'] }),
        aWave('d', { dependsOn: ['b'] }),
      ],
      60,
    );
    const { state, last } = run(graph, [look, settled('a', 'FAILED'), settled('b')]);
    expect(names(last)).toEqual(['WaveCompleted b', 'WaveStarted d']);
    expect(state.waves['c']?.status).toBe('SKIPPED');
  });

  it('holds a failed wave under the policy ask, and retries it as a new attempt', () => {
    const held = run(diamond('ask'), [look, settled('top'), settled('left', 'FAILED')]);
    expect(names(held.last)).toEqual(['WaveFailed left', 'OperatorNeeded left']);
    const retried = run(diamond('ask'), [
      look,
      settled('top'),
      settled('left', 'FAILED'),
      decision('retry', 'left'),
    ]);
    expect(retried.last).toMatchObject([
      { type: 'WaveStarted', data: { waveId: 'left', attempt: 2, decidedBy: { by: 'ops' } } },
    ]);
  });

  it('ignores what an older attempt settled as', () => {
    const { last } = run(diamond('ask'), [
      look,
      settled('top'),
      settled('left', 'FAILED'),
      decision('retry', 'left'),
      settled('left', 'COMPLETED', 1),
    ]);
    expect(last).toEqual([]);
  });

  it('starts dependants of a skipped wave', () => {
    expect(
      names(
        run(diamond('ask'), [
          look,
          settled('top'),
          settled('right'),
          settled('left', 'FAILED'),
          decision('skip', 'left'),
        ]).last,
      ),
    ).toEqual(['WaveSkipped left', 'WaveStarted joint']);
  });

  it('skips dependants when a failure is accepted, and ends PARTIAL', () => {
    const { state, last } = run(diamond('ask'), [
      look,
      settled('top'),
      settled('right'),
      settled('left', 'FAILED'),
      decision('continue', 'left'),
    ]);
    expect(names(last)).toEqual(['WaveSkipped left', 'WaveSkipped joint', 'ExecutionCompleted']);
    expect(state).toMatchObject({ status: 'PARTIAL', waves: { left: { status: 'FAILED' } } });
  });

  it('starts nothing while it is paused, and goes on when it is resumed', () => {
    expect(names(run(diamond(), [look, decision('pause'), settled('top')]).last)).toEqual([
      'WaveCompleted top',
    ]);
    expect(names(run(diamond(), [look, decision('pause'), settled('top'), decision('resume')]).last)).toEqual(
      ['ExecutionResumed', 'WaveStarted left', 'WaveStarted right'],
    );
  });

  it('starts nothing after a cancellation and ends when what runs has finished', () => {
    const cancelling = run(diamond(), [look, decision('cancel')]);
    expect(names(cancelling.last)).toEqual([
      'ExecutionCancelling',
      'WaveSkipped left',
      'WaveSkipped right',
      'WaveSkipped joint',
    ]);
    const cancelled = run(diamond(), [look, decision('cancel'), settled('top', 'COMPLETED')]);
    expect(names(cancelled.last)).toEqual(['WaveCompleted top', 'ExecutionCancelled']);
  });

  it('ends a cancelled execution at once when nothing runs', () => {
    expect(run(diamond('ask'), [look, settled('top', 'FAILED'), decision('cancel')]).state.status).toBe(
      'FAILED',
    );
    const held = graphOf([aWave('only', { onFailure: 'ask' })], 60);
    expect(names(run(held, [look, settled('only', 'FAILED'), decision('cancel')]).last)).toEqual([
      'ExecutionCancelling',
      'WaveSkipped only',
      'ExecutionCancelled',
    ]);
  });

  it('asks an operator once about a wave and about an execution that take too long', () => {
    const graph = graphOf([aWave('slow', { timeoutMinutes: 5 })], 10);
    const state = [started(), ...run(graph, [look]).last].reduce(
      (s, fact) => evolveExecution(s, fact, start),
      initialExecution,
    );
    const asked = decideExecution(graph, state, look, minutes(11));
    expect(asked).toMatchObject([
      { type: 'OperatorNeeded', data: { about: 'wave-timed-out', waveId: 'slow' } },
      { type: 'OperatorNeeded', data: { about: 'execution-timed-out' } },
    ]);
    const after = asked.reduce((s, fact) => evolveExecution(s, fact, minutes(11)), state);
    expect(decideExecution(graph, after, look, minutes(12))).toEqual([]);
  });

  it('warns once before a wave and the execution take too long', () => {
    const graph = graphOf([aWave('slow', { timeoutMinutes: 10 })], 20);
    const begun = [started(), ...run(graph, [look]).last].reduce(
      (s, fact) => evolveExecution(s, fact, start),
      initialExecution,
    );
    expect(decideExecution(graph, begun, look, minutes(7.9))).toEqual([]);
    const warned = decideExecution(graph, begun, look, minutes(8));
    expect(warned).toMatchObject([
      { type: 'TimeoutNear', data: { about: 'wave', waveId: 'slow', endsBy: '2026-01-01T00:10:00.000Z' } },
    ]);
    const after = warned.reduce((s, fact) => evolveExecution(s, fact, minutes(8)), begun);
    expect(decideExecution(graph, after, look, minutes(9))).toEqual([]);
    expect(decideExecution(graph, after, look, minutes(16)).map(({ type }) => type)).toEqual([
      'TimeoutNear',
      'OperatorNeeded',
    ]);
  });

  it('starts at most 20 waves in one transition, and the rest in the next', () => {
    const graph = graphOf(
      Array.from({ length: 45 }, (_, index) => aWave(`w${index}`)),
      60,
    );
    let state = evolveExecution(initialExecution, started(), start);
    const counts = [1, 2, 3, 4].map(() => {
      const facts = decideExecution(graph, state, look, start);
      state = facts.reduce((s, fact) => evolveExecution(s, fact, start), state);
      return facts.length;
    });
    expect(counts).toEqual([20, 20, 5, 0]);
  });
});

describe('the last actions of a plan', () => {
  const onFailure = aWave('plan-on-failure', { servers: [], onFailure: 'continue' });
  const onCancel = aWave('plan-on-cancel', { servers: [], onFailure: 'continue' });
  const graph = graphOf([aWave('a'), aWave('b', { dependsOn: ['a'] })], 60, { onFailure, onCancel });

  it('run when everything has finished and the execution has failed, which ends only after them', () => {
    const failed = run(graph, [look, settled('a', 'FAILED')]);
    expect(names(failed.last)).toEqual(['WaveFailed a', 'WaveSkipped b', 'WaveStarted plan-on-failure']);
    const over = run(graph, [look, settled('a', 'FAILED'), settled('plan-on-failure')]);
    expect(names(over.last)).toEqual(['WaveCompleted plan-on-failure', 'ExecutionFailed']);
    expect(over.last.at(-1)).toMatchObject({ data: { waves: { completed: 0, failed: 1, skipped: 1 } } });
  });

  it('end the execution as it would have ended, even when they fail', () => {
    const { last } = run(graph, [look, settled('a', 'FAILED'), settled('plan-on-failure', 'FAILED')]);
    expect(names(last)).toEqual(['WaveFailed plan-on-failure', 'ExecutionFailed']);
  });

  it('run after a cancellation, also of an execution whose failure actions run', () => {
    const idle = run(graph, [look, settled('a'), decision('cancel'), settled('b', 'STOPPED')]);
    expect(names(idle.last)).toEqual(['WaveFailed b', 'WaveStarted plan-on-cancel']);
    const failing = run(graph, [
      look,
      settled('a', 'FAILED'),
      decision('cancel'),
      settled('plan-on-failure', 'STOPPED'),
    ]);
    expect(names(failing.last)).toEqual(['WaveFailed plan-on-failure', 'WaveStarted plan-on-cancel']);
  });

  it('do not run when the execution completes', () => {
    expect(names(run(graph, [look, settled('a'), settled('b')]).last)).toEqual([
      'WaveCompleted b',
      'ExecutionCompleted',
    ]);
  });

  it('are no wave that an operator can retry, skip or continue', () => {
    for (const word of ['retry', 'skip', 'continue'] as const)
      expect(
        run(graph, [look, settled('a', 'FAILED'), decision(word, 'plan-on-failure')]).last,
      ).toMatchObject([{ type: 'DecisionRefused' }]);
  });
});

describe('a decision in every state', () => {
  const held = diamond('ask');
  const states: Readonly<Record<string, readonly ExecutionInput[]>> = {
    RUNNING: [look],
    PAUSED: [look, decision('pause', undefined, 'earlier')],
    HELD: [look, settled('top'), settled('left', 'FAILED')],
    CANCELLING: [look, decision('cancel', undefined, 'earlier')],
    COMPLETED: [look, settled('top'), settled('left'), settled('right'), settled('joint')],
  };
  const refused = 'DecisionRefused';
  const table: readonly (readonly [DecisionName, string | undefined, Readonly<Record<string, string>>])[] = [
    [
      'pause',
      undefined,
      {
        RUNNING: 'ExecutionPaused',
        PAUSED: refused,
        HELD: 'ExecutionPaused',
        CANCELLING: refused,
        COMPLETED: refused,
      },
    ],
    [
      'resume',
      undefined,
      {
        RUNNING: refused,
        PAUSED: 'ExecutionResumed',
        HELD: refused,
        CANCELLING: refused,
        COMPLETED: refused,
      },
    ],
    [
      'cancel',
      undefined,
      {
        RUNNING: 'ExecutionCancelling',
        PAUSED: 'ExecutionCancelling',
        HELD: 'ExecutionCancelling',
        CANCELLING: refused,
        COMPLETED: refused,
      },
    ],
    [
      'retry',
      'left',
      { RUNNING: refused, PAUSED: refused, HELD: 'WaveStarted', CANCELLING: refused, COMPLETED: refused },
    ],
    [
      'skip',
      'left',
      {
        RUNNING: 'WaveSkipped',
        PAUSED: 'WaveSkipped',
        HELD: 'WaveSkipped',
        CANCELLING: refused,
        COMPLETED: refused,
      },
    ],
    [
      'continue',
      'left',
      { RUNNING: refused, PAUSED: refused, HELD: 'WaveSkipped', CANCELLING: refused, COMPLETED: refused },
    ],
    [
      'retry',
      'nowhere',
      { RUNNING: refused, PAUSED: refused, HELD: refused, CANCELLING: refused, COMPLETED: refused },
    ],
  ];
  for (const [name, waveId, answers] of table) {
    for (const [state, answer] of Object.entries(answers)) {
      it(`${name} ${waveId ?? ''} in ${state} gives ${answer}`, () => {
        const { last } = run(held, [...(states[state] ?? []), decision(name, waveId)]);
        expect(last[0]?.type).toBe(answer);
      });
    }
  }

  it('is ignored for an execution that does not exist, and refused before the start', () => {
    expect(decideExecution(held, initialExecution, decision('pause'), start)).toEqual([]);
    const accepted: ExecutionFact = {
      type: 'ExecutionAccepted',
      data: { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ops' },
    };
    const requested = evolveExecution(initialExecution, accepted, start);
    expect(decideExecution(held, requested, decision('cancel'), start)).toMatchObject([
      { type: refused, data: { reason: 'the execution has not started' } },
    ]);
  });
});

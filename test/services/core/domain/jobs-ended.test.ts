import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { illegalInExecution } from '../../../../services/core/domain/audit/legal-execution.ts';
import { decideExecution, type ExecutionInput } from '../../../../services/core/domain/execution.ts';
import { keptOpenBy, type JobsEnded } from '../../../../services/core/domain/execution-end.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, jobId, serverId } from '../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const graph = graphOf([aWave('a'), aWave('b', { dependsOn: ['a'] })], 240);
const began = { ...initialExecution, status: 'RUNNING' as const, startedAt: start, waveCount: 2 };
const launched = { sourceServerId: serverId(1), name: 'x', launchResult: 'LAUNCHED' as const, phases: {} };

const after = (state: ExecutionState, facts: readonly ExecutionFact[]): ExecutionState =>
  deepFreeze(facts.reduce((folded, fact) => evolveExecution(folded, fact, start), state));
const decide = (state: ExecutionState, input: ExecutionInput, ended?: JobsEnded): readonly ExecutionFact[] =>
  decideExecution(graph, state, input, start, ended);
const settled = (waveId: string, running: readonly string[] = []): ExecutionInput => ({
  type: 'WaveSettled',
  wave: {
    ...{ waveId, attempt: 1, outcome: 'COMPLETED', reasons: [], servers: [launched] },
    runningJobs: running,
  },
});
const jobsEnded = (waveId: string, failed = 0): ExecutionInput => ({
  type: 'JobsEnded',
  wave: { waveId, attempt: 1, counts: { launched: 1 - failed, failed } },
});
const types = (facts: readonly ExecutionFact[]): readonly string[] => facts.map(({ type }) => type);

const first = after(began, decide(began, { type: 'Look' }));
const second = after(first, decide(first, settled('a', [jobId(1)])));
const done = after(second, decide(second, settled('b', [jobId(2)])));

describe('a wave whose jobs DRS has still to call COMPLETED', () => {
  it('is complete, says which jobs these are, and is followed by the next', () => {
    const facts = decide(first, settled('a', [jobId(1)]));
    expect(facts).toMatchObject([
      { type: 'WaveCompleted', data: { waveId: 'a', runningJobs: [jobId(1)] } },
      { type: 'WaveStarted', data: { waveId: 'b' } },
    ]);
    expect(decide(first, settled('a'))[0]?.data).not.toHaveProperty('runningJobs');
  });

  it('keeps the execution from its end, and so its servers from all others', () => {
    expect(types(decide(second, settled('b', [jobId(2)])))).toEqual(['WaveCompleted']);
    expect(types(decide(second, settled('b')))).toEqual(['WaveCompleted']);
    expect(decide(done, { type: 'Look' }, new Set(['a']))).toEqual([]);
    expect(keptOpenBy(graph, done, new Set(['a']))).toEqual(['b']);
    expect(keptOpenBy(graph, second, new Set())).toEqual([]);
  });

  it('lets it end once its jobs have ended', () => {
    const facts = decide(done, { type: 'Look' }, new Set(['a', 'b']));
    expect(facts).toMatchObject([{ type: 'ExecutionCompleted', data: { outcome: 'COMPLETED' } }]);
    expect(keptOpenBy(graph, after(done, facts), new Set())).toEqual([]);
  });

  it('is counted once more when they have ended otherwise than was shown', () => {
    expect(decide(done, jobsEnded('a'))).toEqual([]);
    const facts = decide(done, jobsEnded('a', 1));
    expect(facts).toEqual([
      {
        type: 'WaveResultsChanged',
        data: { waveId: 'a', attempt: 1, outcome: 'PARTIAL', counts: { launched: 0, failed: 1 } },
      },
    ]);
    const changed = after(done, facts);
    expect(decide(changed, jobsEnded('a', 1))).toEqual([]);
    expect(decide(changed, { type: 'Look' }, new Set(['a', 'b']))).toMatchObject([
      { type: 'ExecutionCompleted', data: { outcome: 'PARTIAL', servers: { launched: 1, failed: 1 } } },
    ]);
    expect(after(changed, decide(changed, jobsEnded('a'))).waves['a']?.status).toBe('COMPLETED');
  });

  it('is held for an operator when it misses its policy after all, and nothing that waits for it starts', () => {
    const taken = { ...(jobsEnded('a', 1) as Extract<ExecutionInput, { type: 'JobsEnded' }>).wave };
    const input = { type: 'JobsEnded' as const, wave: { ...taken, missing: ['s-1: gone'] } };
    const parallel = graphOf([aWave('a'), aWave('x'), aWave('b', { dependsOn: ['a', 'x'] })], 240);
    const begun = after(began, decideExecution(parallel, began, { type: 'Look' }, start));
    const complete = after(begun, decideExecution(parallel, begun, settled('a', [jobId(1)]), start));
    const facts = decideExecution(parallel, complete, input, start);
    expect(facts).toMatchObject([
      {
        type: 'WaveFailed',
        data: { waveId: 'a', onFailure: 'ask', reasons: ['s-1: gone'], counts: { launched: 0, failed: 1 } },
      },
      { type: 'OperatorNeeded', data: { waveId: 'a', about: 'wave-failed' } },
    ]);
    for (const fact of facts) expect(illegalInExecution(complete, fact, start)).toBeUndefined();
    expect(illegalInExecution(begun, { ...facts[0]! }, start)).toBeUndefined();
    const held = after(complete, facts);
    expect(held.waves['a']).toMatchObject({ status: 'HELD', satisfied: false, launched: 0, failed: 1 });
    expect(types(decideExecution(parallel, held, settled('x'), start))).toEqual(['WaveCompleted']);
    const retry = { decision: 'retry' as const, decisionId: 'd', by: 'ops', reason: '', waveId: 'a' };
    const again = decideExecution(parallel, held, { type: 'Decision', decision: retry }, start);
    expect(again).toMatchObject([{ type: 'WaveStarted', data: { waveId: 'a', attempt: 2 } }]);
  });

  it('may not be failed once more without such a job', () => {
    const complete = after(first, decide(first, settled('a')));
    const failed = decide(first, {
      ...(settled('a') as Extract<ExecutionInput, { type: 'WaveSettled' }>),
      wave: { waveId: 'a', attempt: 1, outcome: 'FAILED', reasons: [], servers: [launched] },
    })[0] as Extract<ExecutionFact, { type: 'WaveFailed' }>;
    const asking: ExecutionFact = { ...failed, data: { ...failed.data, onFailure: 'ask' } };
    expect(illegalInExecution(complete, asking, start)).toBe(
      'no job of attempt 1 of wave a ran when it was complete',
    );
  });

  it('is not counted once more while it runs, or in another attempt', () => {
    expect(decide(second, jobsEnded('b', 1))).toEqual([]);
    const input = jobsEnded('a', 1) as Extract<ExecutionInput, { type: 'JobsEnded' }>;
    expect(decide(done, { ...input, wave: { ...input.wave, attempt: 2 } })).toEqual([]);
  });
});

describe('the audit', () => {
  const fact = (changes: object = {}): ExecutionFact => ({
    type: 'WaveResultsChanged',
    data: {
      ...{ waveId: 'a', attempt: 1, outcome: 'PARTIAL', counts: { launched: 0, failed: 1 } },
      ...changes,
    },
  });

  it('takes other counts of a wave that was complete before the end of its jobs, and of no other', () => {
    const noneRan = 'no job of attempt 1 of wave a ran when it was complete';
    const other = 'its servers lead to another outcome';
    expect(illegalInExecution(done, fact(), start)).toBeUndefined();
    expect(illegalInExecution(first, fact(), start)).toBe(noneRan);
    expect(illegalInExecution(after(first, decide(first, settled('a'))), fact(), start)).toBe(noneRan);
    expect(illegalInExecution(done, fact({ outcome: 'COMPLETED' }), start)).toBe(other);
    expect(illegalInExecution(done, fact({ counts: { launched: 1, failed: 1 } }), start)).toBe(other);
    expect(illegalInExecution(done, fact({ attempt: 2 }), start)).toBe(
      'no job of attempt 2 of wave a ran when it was complete',
    );
  });
});

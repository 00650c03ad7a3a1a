import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { illegalInExecution } from '../../../../services/core/domain/audit/legal-execution.ts';
import type { DecisionName } from '../../../../services/core/domain/decision.ts';
import { decideExecution, type ExecutionInput } from '../../../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  isTerminal,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf, type Graph } from '../../../../services/core/domain/graph.ts';
import { acyclicGraph } from '../../../support/arbitrary-graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const policies = ['stop', 'continue', 'ask'] as const;
const outcomes = ['COMPLETED', 'PARTIAL', 'FAILED', 'STOPPED'] as const;
const decisions: readonly DecisionName[] = ['pause', 'resume', 'cancel', 'retry', 'skip', 'continue'];

const drawnGraph: fc.Arbitrary<Graph> = fc
  .tuple(
    acyclicGraph(10),
    fc.array(fc.constantFrom(...policies), { minLength: 10, maxLength: 10 }),
    fc.boolean(),
  )
  .map(([waves, onFailure, hasLastActions]) =>
    graphOf(
      waves.map(({ waveId, dependsOn }, index) =>
        aWave(waveId, { dependsOn: [...dependsOn], onFailure: onFailure[index]!, timeoutMinutes: 30 }),
      ),
      60,
      hasLastActions
        ? {
            onFailure: aWave('plan-on-failure', { servers: [], onFailure: 'continue' }),
            onCancel: aWave('plan-on-cancel', { servers: [], onFailure: 'continue' }),
          }
        : {},
    ),
  );

const begun = (graph: Graph): readonly ExecutionFact[] => [
  { type: 'ExecutionAccepted', data: { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ops' } },
  {
    type: 'ExecutionStarted',
    data: {
      ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash: 'f', mode: 'DRILL' },
      ...{ requestedBy: 'ops', reason: '', serverCount: 1, overrides: [], rtoMinutes: 30 },
      waveCount: graph.waveIds.length,
    },
  },
];

/** One of the things that can come in this state: what ended, what somebody wants, or a look. */
const inputFor = (graph: Graph, state: ExecutionState, number: number, isCalm: boolean): ExecutionInput => {
  const pick = <T>(from: readonly T[]): T => from[number % from.length]!;
  const inStatus = (status: string) =>
    Object.keys(state.waves).filter((id) => state.waves[id]?.status === status);
  const [started, held] = [inStatus('STARTED'), inStatus('HELD')];
  const decided = (decision: DecisionName, waveId: string): ExecutionInput => ({
    type: 'Decision',
    decision: { decision, decisionId: `${number % 50} ${decision}`, by: 'ops', reason: '', waveId },
  });
  if (isCalm && state.status === 'PAUSED') return decided('resume', '');
  if (held.length > 0 && (isCalm || number % 2 === 0)) return decided('continue', pick(held));
  if (!isCalm && number % 3 === 0) return decided(pick(decisions), pick(graph.waveIds));
  if (started.length === 0) return { type: 'Look' };
  const waveId = pick(started);
  const attempt = (state.waves[waveId]?.attempt ?? 1) - (!isCalm && number % 7 === 0 ? 1 : 0);
  const outcome = pick(outcomes);
  const launchResult = outcome === 'COMPLETED' ? ('LAUNCHED' as const) : ('FAILED' as const);
  const servers = [{ sourceServerId: serverId(1), name: 'x', launchResult, phases: {} }];
  // The audit holds a completed wave to its policy, which asks for all servers.
  const settled = outcome === 'PARTIAL' ? 'FAILED' : outcome;
  return { type: 'WaveSettled', wave: { waveId, attempt, outcome: settled, reasons: ['because'], servers } };
};

const ended = (fact: ExecutionFact): boolean =>
  ['ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled'].includes(fact.type);

describe('an execution, whatever comes in whatever order', () => {
  it(
    'starts waves only after their dependencies, once per attempt, answers each input once, and ends',
    { timeout: 30_000 },
    () => {
      fc.assert(
        fc.property(drawnGraph, fc.array(fc.nat(10_000), { maxLength: 40 }), (graph, numbers) => {
          let state = begun(graph).reduce(
            (before, fact) => evolveExecution(before, fact, 0),
            initialExecution,
          );
          const said: ExecutionFact[] = [];
          for (let step = 0; !isTerminal(state.status); step++) {
            expect(step).toBeLessThan(numbers.length + 10 * graph.waveIds.length + 20);
            const now = step * 60_000;
            const input = inputFor(graph, state, numbers[step] ?? step * 6 + 1, step >= numbers.length);
            const facts = decideExecution(graph, deepFreeze(state), input, now);
            for (const fact of facts) {
              expect(illegalInExecution(state, fact, now)).toBeUndefined();
              if (fact.type === 'WaveStarted' && graph.waves[fact.data.waveId] !== undefined)
                for (const id of fact.data.definition.dependsOn)
                  expect(state.waves[id]?.satisfied).toBe(true);
              if (ended(fact)) expect(state.active).toBe(0);
              state = evolveExecution(state, fact, now);
            }
            said.push(...facts);
            if (input.type !== 'Look' && !isTerminal(state.status))
              expect(decideExecution(graph, deepFreeze(state), input, now)).toEqual([]);
          }
          const starts = said.flatMap((fact) =>
            fact.type === 'WaveStarted' ? [`${fact.data.waveId} ${fact.data.attempt}`] : [],
          );
          expect(new Set(starts).size).toBe(starts.length);
          expect(said.filter(ended)).toHaveLength(1);
          expect(graph.waveIds.every((id) => state.waves[id] !== undefined)).toBe(true);
          const after = said.findIndex(({ type }) => type === 'ExecutionCancelling');
          const launched = said.slice(after).filter((fact) => fact.type === 'WaveStarted');
          if (after >= 0)
            expect(launched.every(({ data }) => 'waveId' in data && data.waveId === 'plan-on-cancel')).toBe(
              true,
            );
          for (const input of [{ type: 'Look' }, inputFor(graph, state, 1, true)] as const)
            expect(decideExecution(graph, deepFreeze(state), input, 0)).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );
});

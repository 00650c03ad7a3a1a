import type { WaveFact } from '../../contracts/wave-events.ts';
import type { Decision } from '../domain/decision.ts';
import { decideExecution, type ExecutionInput, type SettledWave } from '../domain/execution.ts';
import type { ExecutionState } from '../domain/execution-state.ts';
import { graphOf, type Graph } from '../domain/graph.ts';
import { resultsOf, stageOf, waveOf } from '../domain/wave.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Wake } from '../ports/timers.ts';
import { executionAddress, executionKind, hasEnded, readExecution } from '../streams/execution-stream.ts';
import { createGraphReader } from '../streams/frozen-plan.ts';
import { readWaveState, waveAddress, waveKind } from '../streams/wave-stream.ts';

/** An execution of 200 waves starts at most 20 in one transition. */
const looksMax = 12;

const noGraph: Graph = graphOf([], 0);

/**
 * Moves an execution on: concludes the waves that have settled, starts those whose dependencies are
 * done, and ends it. These are one decision over one record, so a wave's completion, its successors'
 * start and the end cannot come apart, and two waves that end together start a joint successor once.
 */
export const createAdvanceExecution = (ports: TransactPorts) => {
  const transactExecution = createTransact('advance-execution', ports, executionKind);
  const transactWave = createTransact('advance-execution', ports, waveKind);
  const readGraph = createGraphReader(ports.store);

  const graphFor = (execution: ExecutionState): Promise<Graph> | Graph =>
    execution.frozenHash === '' ? noGraph : readGraph(execution.frozenHash);

  const advance = async (wake: Wake, causationId: string): Promise<void> => {
    const execution = await readExecution(ports.store, wake.executionId);
    if (execution.status === 'NONE') return;
    const graph = await graphFor(execution);
    for (const waveId of wavesToConclude(execution, wake.waveId))
      await conclude(graph, execution, wake.executionId, waveId, causationId);
    await startAndEnd(graph, wake.executionId, causationId);
  };

  /** Acts on an operator's decision, then moves the execution on as it has become. */
  const decide = async (executionId: string, decision: Decision, causationId: string): Promise<void> => {
    const execution = await readExecution(ports.store, executionId);
    const graph = await graphFor(execution);
    const { state } = await step(graph, executionId, causationId, { type: 'Decision', decision });
    if (state.status === 'CANCELLING') await stopWaves(state, executionId, causationId);
    if (decision.decision === 'resume') await wakeStartedWaves(state, executionId);
    await startAndEnd(graph, executionId, causationId);
  };

  return { advance, decide };

  function step(graph: Graph, executionId: string, causationId: string, input: ExecutionInput) {
    return transactExecution(executionAddress(executionId), causationId, (state, now) =>
      decideExecution(graph, state, input, now),
    );
  }

  async function startAndEnd(graph: Graph, executionId: string, causationId: string): Promise<void> {
    for (let looks = 0; looks < looksMax; looks++) {
      const { state, facts } = await step(graph, executionId, causationId, { type: 'Look' });
      if (state.status === 'CANCELLING') await stopWaves(state, executionId, causationId);
      if (facts.length === 0 || hasEnded(state)) return;
    }
  }

  /** What the wave's own stream says is what counts, not the event that led here. */
  async function conclude(
    graph: Graph,
    execution: ExecutionState,
    executionId: string,
    waveId: string,
    causationId: string,
  ): Promise<void> {
    const definition = graph.waves[waveId];
    const progress = execution.waves[waveId];
    if (definition === undefined || progress === undefined) return;
    const wave = waveOf(
      executionId,
      execution.mode,
      definition,
      progress.attempt,
      await readWaveState(ports.store, executionId, waveId),
    );
    const stage = stageOf(wave);
    if (stage.stage !== 'settled') return;
    const settled: SettledWave = {
      waveId,
      attempt: progress.attempt,
      outcome: stage.outcome,
      reasons: stage.reasons,
      servers: resultsOf(wave),
    };
    await step(graph, executionId, causationId, { type: 'WaveSettled', wave: settled });
  }

  /** What a started wave held back while the execution was paused goes on. */
  async function wakeStartedWaves(state: ExecutionState, executionId: string): Promise<void> {
    for (const [waveId, progress] of Object.entries(state.waves)) {
      if (progress.status !== 'STARTED') continue;
      await ports.timers.set({ service: 'launch-wave', executionId, waveId }, 0);
      await ports.timers.ensure({ service: 'run-actions', executionId, waveId }, 0);
    }
  }

  /** After this no launcher can claim anything more in these waves: the claim and the stop are writes of one record. */
  async function stopWaves(state: ExecutionState, executionId: string, causationId: string): Promise<void> {
    for (const [waveId, progress] of Object.entries(state.waves)) {
      if (progress.status !== 'STARTED') continue;
      await transactWave(waveAddress(executionId, waveId), causationId, (wave): readonly WaveFact[] =>
        wave.stopped !== undefined && wave.attempt === progress.attempt
          ? []
          : [
              {
                type: 'WaveStopped',
                data: { waveId, attempt: progress.attempt, reason: 'the execution was cancelled' },
              },
            ],
      );
    }
  }
};

const wavesToConclude = (execution: ExecutionState, waveId: string | undefined): readonly string[] =>
  Object.keys(execution.waves).filter(
    (id) => execution.waves[id]?.status === 'STARTED' && (waveId === undefined || waveId === id),
  );

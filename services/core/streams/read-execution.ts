import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Graph } from '../domain/graph.ts';
import { isBeforeCleanUp, isUndo } from '../domain/closing.ts';
import { isEndedDrill } from '../domain/clean-up/decide.ts';
import type { CleanUpState } from '../domain/clean-up/state.ts';
import { initialExecution, type ExecutionState } from '../domain/execution-state.ts';
import { initialWave, type WaveState } from '../domain/wave/state.ts';
import { readStream } from '../kernel/read-stream.ts';
import { cleanUpStream, executionStream, waveStream } from '../kernel/stream-names.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { createGraphReader } from './frozen-plan.ts';
import type { ExecutionRecords } from './snapshot.ts';

export interface ReadExecution extends ExecutionRecords {
  /** Changes whenever anything of the execution does. */
  readonly tag: string;
}

/** The plan's own actions are a wave like others once they run. */
const closingStarted = ({ closing }: Graph, hasStarted: (waveId: string) => boolean): readonly FrozenWave[] =>
  [closing.onFailure, closing.onCancel, closing.beforeCleanUp, closing.undo].flatMap((wave) =>
    wave !== undefined && hasStarted(wave.waveId) ? [wave] : [],
  );

/** Reads an execution with its waves. A wave that has not started has no stream yet and costs nothing. */
export const createExecutionReader = (store: RecordStore) => {
  const readGraph = createGraphReader();
  return async (executionId: string): Promise<ReadExecution> => {
    const stored = await readStream<ExecutionState>(store, executionStream(executionId));
    const state = stored?.body.state ?? initialExecution;
    const cleanUp = isEndedDrill(state)
      ? (await readStream<CleanUpState>(store, cleanUpStream(executionId)))?.body
      : undefined;
    const more = cleanUp === undefined ? '' : `-${cleanUp.version}`;
    const ended = cleanUp && { cleanUp: cleanUp.state };
    if (state.frozenHash === '')
      return {
        ...{ executionId, state, waves: [], ...ended },
        tag: `${executionId}-${stored?.body.version ?? 0}${more}`,
      };
    const graph = await readGraph(store, state.frozenHash);
    const hasStarted = (waveId: string): boolean => {
      if (isBeforeCleanUp(waveId)) return cleanUp?.state.actions?.startedAt !== undefined;
      return isUndo(waveId) ? cleanUp?.state.undo !== undefined : state.waves[waveId] !== undefined;
    };
    const waves = await Promise.all(
      [...Object.values(graph.waves), ...closingStarted(graph, hasStarted)].map(async (definition) => {
        const { waveId } = definition;
        const wave = hasStarted(waveId)
          ? await readStream<WaveState>(store, waveStream(executionId, waveId))
          : undefined;
        return { definition, state: wave?.body.state ?? initialWave, version: wave?.body.version ?? 0 };
      }),
    );
    const versions = waves.reduce((sum, { version }) => sum + version, 0);
    const { timeoutMinutes } = graph;
    return {
      ...{ executionId, state, waves, timeoutMinutes, ...ended },
      tag: `${executionId}-${stored?.body.version ?? 0}-${versions}${more}`,
    };
  };
};

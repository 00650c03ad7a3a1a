import type { FrozenWave } from '../../contracts/execution-events.ts';
import { type ExecutionState, initialExecution, type WaveProgress } from '../domain/execution-state.ts';
import { planVersionKey, type PlanVersion } from '../domain/plan-version.ts';
import { initialWave, type JobState, type WaveState } from '../domain/wave-state.ts';
import { executionStream, type StreamRecord, waveStream } from '../kernel/stream.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { ExecutionView, ServerView, WaveState as WaveWord, WaveView } from './view-model.ts';
import { plannedWave } from './wave-view.ts';

const stateOf = async <State>(store: RecordStore, stream: string, initial: State): Promise<State> =>
  (await store.read<StreamRecord<State>>({ kind: 'stream', id: stream }))?.body.state ?? initial;

const wordOf: Readonly<Record<WaveProgress['status'], WaveWord>> = {
  STARTED: 'RUNNING',
  COMPLETED: 'COMPLETED',
  PARTIAL: 'PARTIAL',
  FAILED: 'FAILED',
  HELD: 'FAILED',
  SKIPPED: 'SKIPPED',
};

const phaseIn = (jobs: readonly JobState[], sourceServerId: string): ServerView['phase'] =>
  jobs.flatMap(({ phases }) => phases[sourceServerId] ?? []).at(-1) ?? 'NONE';

const serversOf = (
  planned: WaveView,
  frozen: FrozenWave | undefined,
  wave: WaveState,
): readonly ServerView[] =>
  (frozen?.servers ?? planned.servers).map(({ sourceServerId, name }): ServerView => {
    const result = wave.results[sourceServerId];
    if (result === undefined) return { sourceServerId, name, phase: phaseIn(wave.jobs, sourceServerId) };
    return { sourceServerId, name, phase: result.launchResult, result };
  });

const noteOf = (progress: WaveProgress, wave: WaveState): string => {
  if (progress.status === 'HELD') return 'waits for an operator: retry, skip or continue';
  if (wave.awaitingCapacity) return 'waits for capacity';
  return wave.stopped ?? wave.jobs.findLast(({ message }) => message !== undefined)?.message ?? '';
};

const waveViewOf = (
  planned: WaveView,
  progress: WaveProgress,
  frozen: FrozenWave | undefined,
  wave: WaveState,
): WaveView => {
  const servers = serversOf(planned, frozen, wave);
  return {
    ...planned,
    state: wordOf[progress.status],
    attempt: progress.attempt,
    servers,
    serversExpected: servers.length,
    startedAt: progress.startedAt,
    actions: Object.values(wave.actions).map(({ actionId, kind, status, startedAt, message = '' }) => ({
      ...{ id: actionId, kind, startedAt, note: message },
      state: status === 'SUCCEEDED' ? 'COMPLETED' : status === 'FAILED' ? 'FAILED' : 'RUNNING',
    })),
    note: noteOf(progress, wave),
  };
};

/** An execution as its records show it; undefined if there is none of that id. */
export const readView = async (
  store: RecordStore,
  executionId: string,
): Promise<ExecutionView | undefined> => {
  const state = await stateOf<ExecutionState>(store, executionStream(executionId), initialExecution);
  if (state.status === 'NONE') return undefined;
  const plan = await store.read<PlanVersion>(planVersionKey(state.planId, state.planVersion));
  const waves = (plan?.body.plan.waves ?? []).map(plannedWave).map(async (planned) => {
    const progress = state.waves[planned.waveId];
    if (progress === undefined) return planned;
    const frozenKey = { kind: 'frozen' as const, id: `${state.frozenHash}/${planned.waveId}` };
    const frozen = await store.read<FrozenWave>(frozenKey);
    const wave = await stateOf<WaveState>(store, waveStream(executionId, planned.waveId), initialWave);
    return waveViewOf(planned, progress, frozen?.body, wave);
  });
  return {
    executionId,
    planId: state.planId,
    ...(state.planVersion > 0 && { planVersion: state.planVersion }),
    mode: state.mode,
    state: state.status,
    startedAt: state.startedAt,
    ...(state.endedAt > 0 && { endedAt: state.endedAt }),
    waves: await Promise.all(waves),
    needs: [],
    faults: [],
    note: '',
  };
};

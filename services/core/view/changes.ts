import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { ServerResult } from '../../../contracts/wave-events.ts';
import { nearText } from '../../../contracts/near-text.ts';
import type { EventView, FactData } from './event-view.ts';
import type { ExecutionStatus, ExecutionView, WaveView } from './execution-view.ts';
import { blankWave } from './planned-view.ts';

type TimeoutNear = FactData['TimeoutNear'];

export const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _gone, ...rest } = value;
  return rest;
};

/** Changes a wave, which appears if it is not known. */
export const inWave = (
  view: ExecutionView,
  waveId: string,
  change: (wave: WaveView) => WaveView,
): ExecutionView => {
  const known = view.waves.some((wave) => wave.waveId === waveId);
  const waves = known ? view.waves : [...view.waves, blankWave(waveId)];
  return { ...view, waves: waves.map((wave) => (wave.waveId === waveId ? change(wave) : wave)) };
};

interface OfAttempt {
  readonly waveId: string;
  readonly attempt: number;
}

/** Changes a wave unless the fact is about an attempt that a later one has replaced. */
export const inAttempt = (
  view: ExecutionView,
  { waveId, attempt }: OfAttempt,
  change: (wave: WaveView) => WaveView,
): ExecutionView => inWave(view, waveId, (wave) => (attempt < wave.attempt ? wave : change(wave)));

/** The fold of a fact that changes nothing but the wave that it is about. */
export const ofAttempt =
  <Data extends OfAttempt>(
    change: (wave: WaveView, data: Data, at: number) => WaveView,
  ): EventView<Data>['fold'] =>
  (view, data, at) =>
    inAttempt(view, data, (wave) => change(wave, data, at));

export const unchanged = (view: ExecutionView): ExecutionView => view;

/** What a person had to decide of a wave is decided. */
export const settle = (view: ExecutionView, waveId: string): ExecutionView => ({
  ...view,
  needs: view.needs.filter((need) => need.waveId !== waveId),
});

export const withNote = (wave: WaveView, note: string): WaveView => ({
  ...wave,
  notes: [...wave.notes, note],
});

/** What was said of it for a while, and holds no longer. */
export const withoutNotes = (wave: WaveView, beginning: string): WaveView => ({
  ...wave,
  notes: wave.notes.filter((note) => !note.startsWith(beginning)),
});

/** How notes begin that say that a time-out is near. */
export const nearNote = (of: Pick<TimeoutNear, 'about' | 'waveId' | 'actionId'>): string =>
  `the time-out of ${nearText(of)} is near`;

/** How DRS says that servers ended. */
export const withResults = (wave: WaveView, results: readonly ServerResult[]): WaveView => {
  const byId = new Map(results.map((result) => [result.sourceServerId, result]));
  return {
    ...wave,
    servers: wave.servers.map((server) => {
      const result = byId.get(server.sourceServerId);
      if (result === undefined) return server;
      const { launchResult: phase, phases: took, launchActions = server.launchActions, ...rest } = result;
      const { homeward, reached } = server;
      return {
        ...{ ...rest, phase, took },
        ...(homeward && { homeward }),
        ...(reached && { reached }),
        ...(launchActions && { launchActions }),
      };
    }),
  };
};

/** A retry may name only the servers that it tries again; what was launched before stays, unless that is to end. */
export const withTried = (
  before: WaveView['servers'],
  servers: FrozenWave['servers'],
  isRelaunch: boolean,
): WaveView['servers'] => {
  const tried = new Set(servers.map(({ sourceServerId }) => sourceServerId));
  const kept = before.filter(
    ({ phase, sourceServerId, keepsInstance }) =>
      phase === 'LAUNCHED' || (keepsInstance && !isRelaunch) || !tried.has(sourceServerId),
  );
  const keptIds = new Set(kept.map(({ sourceServerId }) => sourceServerId));
  const fresh = servers
    .filter(({ sourceServerId }) => !keptIds.has(sourceServerId))
    .map(({ sourceServerId, name }) => ({ sourceServerId, name, phase: 'NONE' as const }));
  return [...kept, ...fresh];
};

export const endExecution = (view: ExecutionView, status: ExecutionStatus, at: number): ExecutionView => ({
  ...{ ...view, status, endedAt: at, needs: [] },
});

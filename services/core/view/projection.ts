import type { ExecutionView, WaveView } from './execution-view.ts';

/** When a wave began and ended, or is expected to. Epoch ms. */
export interface Projected {
  readonly from: number;
  readonly to: number;
}

export interface Projection {
  readonly waves: ReadonlyMap<string, Projected>;
  /** When the execution ended, or is expected to. */
  readonly end: number;
  /** The chain of waves that decides when it ends, in their order. */
  readonly criticalPath: readonly string[];
}

/** A recovery of which nothing is known yet: what drills of ordinary servers took. */
const usualMs = 20 * 60_000;

const isDone = ({ status }: WaveView): boolean => ['COMPLETED', 'PARTIAL', 'FAILED'].includes(status);

/** Its recovery cannot have begun, or has to begin again, so that all of it lies ahead. */
const isBlocked = ({ spans }: WaveView): boolean =>
  spans.some(({ kind, to }) => to === undefined && ['APPROVAL', 'CAPACITY', 'HELD'].includes(kind));

/** How long a wave takes here: the mean of those that have ended. */
const expectedMs = (waves: readonly WaveView[]): number => {
  const took = waves
    .filter(isDone)
    .flatMap(({ startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined ? [] : [endedAt - startedAt],
    );
  return took.length === 0 ? usualMs : took.reduce((sum, ms) => sum + ms, 0) / took.length;
};

/** Where the execution is heading, if every wave to come takes as long as those that have ended. */
export const project = (view: ExecutionView, now: number): Projection => {
  const each = expectedMs(view.waves);
  const begin = view.startedAt ?? now;
  const byId = new Map(view.waves.map((wave) => [wave.waveId, wave]));
  const known = new Map<string, Projected>();
  const projected = (wave: WaveView): Projected => {
    const found = known.get(wave.waveId);
    if (found !== undefined) return found;
    known.set(wave.waveId, { from: begin, to: begin });
    const ready = Math.max(begin, ...dependenciesOf(wave, byId).map((other) => projected(other).to));
    const from =
      wave.startedAt ?? (wave.status === 'WAITING' ? Math.max(ready, now) : (wave.endedAt ?? ready));
    const to = wave.endedAt ?? (isBlocked(wave) ? now + each : Math.max(now, from + each));
    const answer = { from, to };
    known.set(wave.waveId, answer);
    return answer;
  };
  for (const wave of view.waves) projected(wave);
  const last = view.waves.reduce<WaveView | undefined>(
    (a, b) => (a === undefined || projected(b).to > projected(a).to ? b : a),
    undefined,
  );
  const end = view.endedAt ?? (last === undefined ? now : projected(last).to);
  return { waves: known, end, criticalPath: last === undefined ? [] : pathTo(last, byId, known) };
};

const dependenciesOf = ({ dependsOn }: WaveView, byId: ReadonlyMap<string, WaveView>): readonly WaveView[] =>
  dependsOn.flatMap((waveId) => byId.get(waveId) ?? []);

/** Backwards from the last wave, always along the dependency that ended last. */
const pathTo = (
  last: WaveView,
  byId: ReadonlyMap<string, WaveView>,
  projected: ReadonlyMap<string, Projected>,
): readonly string[] => {
  const path = [last.waveId];
  for (let wave: WaveView | undefined = last; wave !== undefined;) {
    wave = dependenciesOf(wave, byId)
      .filter(({ waveId }) => !path.includes(waveId))
      .reduce<WaveView | undefined>((a, b) => {
        const [ends, others] = [projected.get(b.waveId)?.to ?? 0, projected.get(a?.waveId ?? '')?.to ?? -1];
        return ends > others ? b : a;
      }, undefined);
    if (wave !== undefined) path.unshift(wave.waveId);
  }
  return path;
};

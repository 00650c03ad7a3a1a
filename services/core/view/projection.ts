import { nothing, usualJob, type Expectation } from '../domain/expectation.ts';
import type { ExecutionView, SpanView, WaveView } from './execution-view.ts';
import { coveredMs } from './spans.ts';

/** When a wave began and ended, or is expected to. Epoch ms. */
export interface Projected {
  readonly from: number;
  readonly to: number;
}

export interface Projection {
  /** As they follow from the longest that each should take. */
  readonly waves: ReadonlyMap<string, Projected>;
  /** When the execution ended, or is expected to at the soonest, and at the latest. */
  readonly soonest: number;
  readonly end: number;
  /** The chain of waves that decides when it ends, in their order. */
  readonly criticalPath: readonly string[];
}

/** What each wave should take by the forecast of its plan; of a wave that is not there nothing is known. */
export type Expected = ReadonlyMap<string, Expectation>;

const isWait = ({ kind }: SpanView): boolean => ['APPROVAL', 'CAPACITY', 'HELD'].includes(kind);

/**
 * How long a wave has worked, ms. What it waited for people or a quota is no work, and what came before a decision
 * on its failure has to be done again.
 */
const workedMs = ({ startedAt, status, spans }: WaveView, now: number): number => {
  if (startedAt === undefined || status === 'HELD') return 0;
  const decidedAt = spans.flatMap(({ kind, to }) => (kind === 'HELD' && to !== undefined ? [to] : []));
  const since = Math.max(startedAt, ...decidedAt);
  const waits = spans
    .filter(isWait)
    .map(({ from, to = now }) => ({ from: Math.max(from, since), to: Math.max(to, since) }));
  return Math.max(0, now - since - coveredMs(waits));
};

const expectedOf = ({ waveId, serversExpected }: WaveView, expected: Expected): Expectation =>
  expected.get(waveId) ?? (serversExpected === 0 ? nothing : usualJob);

/** When each wave ends if each takes what `lengthOf` says, and people answer now. */
const scheduleOf = (
  view: ExecutionView,
  now: number,
  lengthOf: (wave: WaveView) => number,
): ReadonlyMap<string, Projected> => {
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
    const left = Math.max(0, lengthOf(wave) - workedMs(wave, now));
    const to = wave.endedAt ?? Math.max(from, now) + left;
    const answer = { from, to };
    known.set(wave.waveId, answer);
    return answer;
  };
  for (const wave of view.waves) projected(wave);
  return known;
};

/** Where the execution is heading by the forecast of its plan, if people answer now. */
export const project = (view: ExecutionView, now: number, expected: Expected = new Map()): Projection => {
  const waves = scheduleOf(view, now, (wave) => expectedOf(wave, expected).mostMs);
  const least = scheduleOf(view, now, (wave) => expectedOf(wave, expected).leastMs);
  const last = view.waves.reduce<WaveView | undefined>(
    (a, b) => (a === undefined || (waves.get(b.waveId)?.to ?? 0) > (waves.get(a.waveId)?.to ?? 0) ? b : a),
    undefined,
  );
  const endOf = (schedule: ReadonlyMap<string, Projected>): number =>
    view.endedAt ??
    Math.max(...[...schedule.values()].map(({ to }) => to), view.waves.length === 0 ? now : 0);
  const byId = new Map(view.waves.map((wave) => [wave.waveId, wave]));
  const criticalPath = last === undefined ? [] : pathTo(last, byId, waves);
  return { waves, soonest: endOf(least), end: endOf(waves), criticalPath };
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

import type { Action, ActionSteps } from '../../../contracts/action.ts';
import type { Forecast } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, PlanWave } from '../../../contracts/plan.ts';
import { longestPath } from '../kernel/longest-path.ts';
import { kindOf } from './actions/kinds.ts';
import { shownKinds } from './actions/shown-kinds.ts';
import { nothing, outlookOf, usualJob, type Expectation } from './expectation.ts';

type WaveForecast = Forecast['waves'][number];

/** What earlier executions of the plan took, each duration in ms; empty where none has told. */
export interface Learned {
  /** The DRS jobs of a wave. */
  readonly jobMs: (waveId: string) => readonly number[];
  /** A runbook of a wave. */
  readonly actionMs: (waveId: string, actionId: string) => readonly number[];
}

const isRun = (action: Action, mode: Mode): boolean => action.when === 'BOTH' || action.when === mode;

/** From the shortest to the longest of them. */
const rangeOf = (durations: readonly number[]): Expectation => ({
  leastMs: Math.min(...durations),
  mostMs: Math.max(...durations),
});

const each = (a: Expectation, b: Expectation, join: (a: number, b: number) => number): Expectation => ({
  leastMs: join(a.leastMs, b.leastMs),
  mostMs: join(a.mostMs, b.mostMs),
});
const after = (a: Expectation, b: Expectation): Expectation => each(a, b, (x, y) => x + y);
const beside = (a: Expectation, b: Expectation): Expectation => each(a, b, Math.max);

const actionRange = (action: Action, waveId: string, learned: Learned): Expectation => {
  const known = learned.actionMs(waveId, action.actionId);
  const taken: readonly (number | undefined)[] = known.length === 0 ? [undefined] : known;
  return rangeOf(taken.map((ms) => kindOf(action).expectedMs(action, ms)));
};

/** Steps follow each other; of those side by side the longest counts. */
const stepsRange = (steps: ActionSteps, waveId: string, mode: Mode, learned: Learned): Expectation =>
  steps
    .map((step) => (Array.isArray(step) ? step : [step]).filter((action) => isRun(action, mode)))
    .map((group) => group.map((action) => actionRange(action, waveId, learned)).reduce(beside, nothing))
    .reduce(after, nothing);

const waveForecast = (wave: PlanWave, mode: Mode, learned: Learned): WaveForecast => {
  const { waveId } = wave;
  const jobs = learned.jobMs(waveId);
  const isLearned = jobs.length > 0;
  const steps = [wave.before, wave.after].map((stage) => stepsRange(stage, waveId, mode, learned));
  return { waveId, ...steps.reduce(after, isLearned ? rangeOf(jobs) : usualJob), isLearned };
};

/** How long the plan should take, and which waves decide it. The plan's graph has no cycle. */
export const forecastOf = (plan: Plan, mode: Mode, learned: Learned): Forecast => {
  const waves = plan.waves.map((wave) => waveForecast(wave, mode, learned));
  const expected = new Map(waves.map((wave) => [wave.waveId, wave]));
  const critical = longestPath(plan.waves, ({ waveId }) => expected.get(waveId)?.mostMs ?? 0);
  const least = longestPath(plan.waves, ({ waveId }) => expected.get(waveId)?.leastMs ?? 0);
  const approvals = critical.waves.reduce((sum, { before, after, pauseBefore }) => {
    const actions = [...before, ...after].flat();
    const asked = actions.filter(
      (action) => shownKinds[action.kind].asksPeople && isRun(action, mode),
    ).length;
    return sum + asked + (pauseBefore ? 1 : 0);
  }, 0);
  const criticalPath = critical.waves.map(({ waveId }) => waveId);
  const whole = { leastMs: least.length, mostMs: critical.length };
  const { rtoMinutes } = plan;
  return {
    ...{ waves, criticalPath, ...whole, approvals },
    ...(rtoMinutes !== undefined && { rto: { minutes: rtoMinutes, outlook: outlookOf(whole, rtoMinutes) } }),
  };
};

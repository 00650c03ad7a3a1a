import type { Action, ActionSteps } from '../../../contracts/action.ts';
import type { Forecast } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, PlanWave } from '../../../contracts/plan.ts';
import { longestPath } from '../kernel/longest-path.ts';
import { kindOf } from './actions/kinds.ts';

/** What a recovery takes of which no execution has told: a drill of ordinary servers. */
const usualJobMs = 10 * 60_000;

type WaveForecast = Forecast['waves'][number];

/** What earlier executions of the plan took. */
export interface Learned {
  /** The DRS jobs of a wave, ms. */
  readonly jobMs: (waveId: string) => number | undefined;
  /** A runbook of a wave, ms. */
  readonly actionMs: (waveId: string, actionId: string) => number | undefined;
}

const isRun = (action: Action, mode: Mode): boolean => action.when === 'BOTH' || action.when === mode;

const actionMs = (action: Action, waveId: string, learned: Learned): number =>
  kindOf(action).expectedMs(action, learned.actionMs(waveId, action.actionId));

/** Steps follow each other; of those side by side the longest counts. */
const stepsMs = (steps: ActionSteps, waveId: string, mode: Mode, learned: Learned): number =>
  steps
    .map((step) => (Array.isArray(step) ? step : [step]).filter((action) => isRun(action, mode)))
    .map((group) => Math.max(0, ...group.map((action) => actionMs(action, waveId, learned))))
    .reduce((sum, ms) => sum + ms, 0);

const waveForecast = (wave: PlanWave, mode: Mode, learned: Learned): WaveForecast => {
  const { waveId, before, after } = wave;
  const jobMs = learned.jobMs(waveId);
  const actions = stepsMs(before, waveId, mode, learned) + stepsMs(after, waveId, mode, learned);
  return { waveId, expectedMs: (jobMs ?? usualJobMs) + actions, isLearned: jobMs !== undefined };
};

/** How long the plan should take, and which waves decide it. The plan's graph has no cycle. */
export const forecastOf = (plan: Plan, mode: Mode, learned: Learned): Forecast => {
  const waves = plan.waves.map((wave) => waveForecast(wave, mode, learned));
  const expected = new Map(waves.map((wave) => [wave.waveId, wave.expectedMs]));
  const critical = longestPath(plan.waves, ({ waveId }) => expected.get(waveId) ?? 0);
  const approvals = critical.waves.reduce((sum, { before, after, pauseBefore }) => {
    const actions = [...before, ...after].flat();
    const asked = actions.filter((action) => kindOf(action).shown.asksPeople && isRun(action, mode)).length;
    return sum + asked + (pauseBefore ? 1 : 0);
  }, 0);
  const criticalPath = critical.waves.map(({ waveId }) => waveId);
  return { waves, criticalPath, expectedMs: critical.length, approvals };
};

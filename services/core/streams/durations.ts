import type { Forecast } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { actionKinds } from '../domain/actions/kinds.ts';
import { withRecent } from '../domain/expectation.ts';
import { forecastOf, type Learned } from '../domain/forecast.ts';
import { planFaults } from '../domain/plan-faults.ts';
import type { RecordStore } from '../ports/record-store.ts';

/** How long the jobs of a wave took when its plan ran last, and the last times before, ms. */
export interface JobDuration {
  readonly jobMs: number;
  readonly recentMs?: readonly number[];
}
/** The same of a runbook. */
export interface ActionDuration {
  readonly actionMs: number;
  readonly recentMs?: readonly number[];
}

export const jobDurationKey = (planId: string, waveId: string) => ({
  kind: 'durations' as const,
  id: `${planId}/${waveId}`,
});

const actionKey = (planId: string, waveId: string, actionId: string) => ({
  kind: 'durations' as const,
  id: `${planId}/${waveId}/${actionId}`,
});

/** Keeps a runbook's duration for the next check of the plan. A race for it costs nothing. */
export const learnAction = async (
  store: RecordStore,
  planId: string,
  waveId: string,
  actionId: string,
  actionMs: number,
): Promise<void> => {
  const key = actionKey(planId, waveId, actionId);
  const known = await store.read<ActionDuration>(key);
  const recentMs = withRecent(known?.body.recentMs, actionMs);
  await store.write<ActionDuration>(key, { actionMs, recentMs }, known?.revision ?? 0);
};

/** What earlier executions of a plan took. */
const readLearned = async (store: RecordStore, { planId, waves }: Plan): Promise<Learned> => {
  const jobs = new Map<string, readonly number[]>();
  const actions = new Map<string, readonly number[]>();
  await Promise.all(
    waves.flatMap(({ waveId, before, after }) => [
      store.read<JobDuration>(jobDurationKey(planId, waveId)).then((found) => {
        if (found !== undefined) jobs.set(waveId, found.body.recentMs ?? [found.body.jobMs]);
      }),
      ...[...before, ...after].flat().flatMap(({ kind, actionId }) =>
        actionKinds[kind].isLearned
          ? [
              store.read<ActionDuration>(actionKey(planId, waveId, actionId)).then((found) => {
                if (found === undefined) return;
                const { recentMs, actionMs } = found.body;
                actions.set(`${waveId}/${actionId}`, recentMs ?? [actionMs]);
              }),
            ]
          : [],
      ),
    ]),
  );
  return {
    jobMs: (waveId) => jobs.get(waveId) ?? [],
    actionMs: (waveId, actionId) => actions.get(`${waveId}/${actionId}`) ?? [],
  };
};

/** How long a plan should take by what earlier executions of it took; undefined where its graph cannot be run. */
export const readForecast = async (
  store: RecordStore,
  plan: Plan,
  mode: Mode,
): Promise<Forecast | undefined> =>
  planFaults(plan).length > 0 ? undefined : forecastOf(plan, mode, await readLearned(store, plan));

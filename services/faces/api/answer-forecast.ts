import { planSchema } from '../../../contracts/plan.ts';
import { readForecast } from '../../core/streams/durations.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import { noExecution, problem } from './problem.ts';
import type { Answer, ApiPorts } from './route.ts';

/** What an execution should take: the forecast of the plan version that it runs, as the check of that plan tells it. */
export const answerForecast = async ({ store }: ApiPorts, executionId: string): Promise<Answer> => {
  const { status, planId, planVersion, mode } = await readExecution(store, executionId);
  if (status === 'NONE') return noExecution(executionId);
  const stored = await getPlan(store, planId, planVersion === 0 ? undefined : planVersion);
  const plan = planSchema.safeParse(stored?.plan);
  const forecast = plan.success ? await readForecast(store, plan.data, mode) : undefined;
  return forecast === undefined
    ? problem(404, `The plan ${planId} cannot be run, so nothing is expected of it.`)
    : { status: 200, body: forecast };
};

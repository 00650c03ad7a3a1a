import type { Forecast } from '../../../contracts/api.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { isFailback } from '../domain/failback/homeward-waves.ts';
import { readForecast } from '../streams/durations.ts';
import { heldServers } from '../streams/leases.ts';
import { examine, type Prepared, type PreparePorts } from './prepare.ts';
import { withProtection } from './protection.ts';

export interface CheckedPlan extends Prepared {
  /** Undefined where the plan itself cannot be run. */
  readonly forecast?: Forecast;
}

/**
 * Asks what the intake would ask, who holds the plan's servers now, what its launches would end, and how long it should
 * take. Changes nothing.
 */
export const checkPlan = async (
  ports: PreparePorts,
  plan: Plan,
  question: Parameters<typeof examine>[2],
): Promise<CheckedPlan> => {
  const prepared = await withProtection(ports.recovery, await examine(ports, plan, question));
  const held = await heldServers(ports.store, prepared.waves);
  // What the phases of a failback take depends on data that are to be copied, and on people.
  const forecast = isFailback(plan) ? undefined : await readForecast(ports.store, plan, question.mode);
  return {
    ...prepared,
    faults: [...prepared.faults, ...held],
    ...(forecast !== undefined && { forecast }),
  };
};

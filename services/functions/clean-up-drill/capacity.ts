import type { Target } from '../../../contracts/plan.ts';
import { queuedFact } from '../../core/domain/clean-up/work.ts';
import { cleanUpStream } from '../../core/kernel/stream-names.ts';
import { budgetAfterRefusal, budgetOf } from '../../core/readiness/budget.ts';
import { giveCapacityBack, takeCapacity, yieldCapacity } from '../../core/streams/capacity.ts';
import type { CleaningUp } from './clean-up.ts';

/** One job at a time in an account and Region, and so one hold there. */
const holdOf = (executionId: string) => ({
  holdId: cleanUpStream(executionId),
  executionId,
  waveId: '',
  service: 'clean-up-drill' as const,
});

/** Whether the next job has its place among all that run; if not, it waits for its turn and says so. */
export const hasPlace = async (
  { ports, knobs, executionId, change }: CleaningUp,
  target: Target,
  servers: number,
): Promise<boolean> => {
  const budget = await budgetOf(ports, target, knobs.limits);
  const hold = { ...holdOf(executionId), servers };
  const place = await takeCapacity(ports.store, ports.timers, target, hold, budget);
  if (place === 'held') return true;
  await change((state) => queuedFact(state, target, servers, place, budget.others));
  return false;
};

/** DRS refused the job for what others use: it waits behind all launches. */
export const yieldPlace = async (
  { ports, knobs, executionId }: CleaningUp,
  target: Target,
): Promise<void> => {
  const budget = await budgetAfterRefusal(ports, target, knobs.limits);
  await yieldCapacity(ports.store, ports.timers, target, holdOf(executionId).holdId, budget);
};

/** Nothing runs there any more: whoever is next may go. */
export const givePlaceBack = (
  { ports, knobs, executionId }: CleaningUp,
  target: Pick<Target, 'account' | 'region'>,
): Promise<void> => {
  const { holdId } = holdOf(executionId);
  return giveCapacityBack(ports.store, ports.timers, target, (hold) => hold.holdId === holdId, knobs.limits);
};

import { awaitedCapacity, type LaunchStep } from '../../core/domain/wave/claim.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import { giveCapacityBack, holdIdOf, takeCapacity, yieldCapacity } from '../../core/streams/capacity.ts';
import { budgetAfterRefusal, budgetOf } from '../../core/readiness/budget.ts';
import type { Launch } from './launch.ts';

const holdOf = ({ session: { executionId, waveId } }: Launch, { state }: Wave, job: number): string =>
  holdIdOf(executionId, waveId, state.attempt, job);

/** Whether the job that is to be claimed has its place among all that run; if not, it waits for its turn and says so. */
export const hasCapacity = async (
  launch: Launch,
  wave: Wave,
  { job, servers }: Extract<LaunchStep, { step: 'claim' }>,
): Promise<boolean> => {
  const { ports, knobs, session } = launch;
  const { executionId, waveId } = session;
  const { target } = wave.definition;
  const hold = {
    ...{ holdId: holdOf(launch, wave, job), executionId, waveId, servers: servers.length },
    ...(wave.mode === 'RECOVERY' && { isRecovery: true as const }),
  };
  const budget = await budgetOf(ports, target, knobs.limits);
  const place = await takeCapacity(ports.store, ports.timers, target, hold, budget);
  if (place === 'held') return true;
  await session.change((current) => awaitedCapacity(current, job, place, budget.others));
  return false;
};

/** DRS refused the job for what others use: it waits in front of all others of ours. */
export const yieldPlace = async (launch: Launch, wave: Wave, job: number): Promise<void> => {
  const { ports, knobs } = launch;
  const { target } = wave.definition;
  const budget = await budgetAfterRefusal(ports, target, knobs.limits);
  await yieldCapacity(ports.store, ports.timers, target, holdOf(launch, wave, job), budget);
};

/** Nothing of the job will run: whoever is next may go. */
export const givePlaceBack = async (launch: Launch, wave: Wave, job: number): Promise<void> => {
  const { ports, knobs } = launch;
  const holdId = holdOf(launch, wave, job);
  await giveCapacityBack(
    ports.store,
    ports.timers,
    wave.definition.target,
    (hold) => hold.holdId === holdId,
    knobs.limits,
  );
};

import { runsActions } from '../../core/domain/clean-up/state.ts';
import { isBeforeCleanUp } from '../../core/domain/closing.ts';
import { stageOf, type Wave } from '../../core/domain/wave/wave.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { readLaunched } from '../../core/streams/launched.ts';
import { lostByCleanUp } from '../../core/streams/leases.ts';
import type { WaveSession } from '../../core/streams/wave-session.ts';

/**
 * Whether an action before a clean-up may begin: nobody keeps the instances, and no other execution has taken a server
 * of the drill since they began. What has begun is stopped by the clean-up itself.
 */
export const mayBeginBeforeCleanUp = async (
  { store }: Pick<TransactPorts, 'store'>,
  { executionId, execution }: WaveSession,
): Promise<boolean> => {
  const cleanUp = await readCleanUp(store, executionId);
  if (!runsActions(cleanUp) || cleanUp.keptBy !== undefined) return false;
  for (const { target, servers } of await readLaunched(store, executionId, execution))
    if ((await lostByCleanUp(store, executionId, target, [...servers])).length > 0) return false;
  return true;
};

/** The clean-up goes on at once when its actions are over; its own timer would find out later. */
export const wakeCleanUp = async (
  { timers }: Pick<TransactPorts, 'timers'>,
  { executionId, waveId }: WaveSession,
  wave: Wave,
): Promise<void> => {
  if (isBeforeCleanUp(waveId) && stageOf(wave).stage === 'settled')
    await timers.set({ service: 'clean-up-drill', executionId }, 0);
};

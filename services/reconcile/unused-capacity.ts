import { emptyLedger, type CapacityLedger } from '../domain/capacity.ts';
import { giveCapacityBack } from '../streams/capacity.ts';
import { readExecution } from '../streams/execution-stream.ts';
import type { ReconcileKnobs, ReconcilePorts } from './reconcile-ports.ts';

/** A hold whose wave no longer runs was left by a crash between a job's end and giving it back. */
export const giveUnusedCapacityBack = async (
  ports: ReconcilePorts,
  knobs: ReconcileKnobs,
  ledgerId: string,
): Promise<void> => {
  const stored = await ports.store.read<CapacityLedger>({ kind: 'capacity', id: ledgerId });
  const { holds, waiting } = stored?.body ?? emptyLedger;
  const unused = new Set<string>();
  for (const { holdId, executionId, waveId } of [...holds, ...waiting]) {
    const progress = (await readExecution(ports.store, executionId)).waves[waveId];
    if (progress?.status !== 'STARTED') unused.add(holdId);
  }
  if (unused.size === 0) return;
  ports.log.warn('capacity was held by waves that no longer run', { ledgerId, holds: [...unused] });
  const [account = '', region = ''] = ledgerId.split('/');
  await giveCapacityBack(
    ports.store,
    ports.timers,
    { account, region },
    (hold) => unused.has(hold.holdId),
    knobs.limits,
  );
};

import { emptyLedger, type CapacityLedger } from '../../core/domain/capacity.ts';
import { giveCapacityBack, needsHold } from '../../core/streams/capacity.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { isStarted, mayHaveJobs, readStartedWave, readWaveState } from '../../core/streams/wave-stream.ts';
import type { ReconcileKnobs, ReconcilePorts } from './reconcile-ports.ts';

/** A hold whose job or attempt is over was left by a crash between the job's end and giving it back. */
export const giveUnusedCapacityBack = async (
  ports: ReconcilePorts,
  knobs: ReconcileKnobs,
  ledgerId: string,
): Promise<void> => {
  const stored = await ports.store.read<CapacityLedger>({ kind: 'capacity', id: ledgerId });
  const { holds, waiting } = stored?.body ?? emptyLedger;
  const unused = new Set<string>();
  for (const { holdId, executionId, waveId, service } of [...holds, ...waiting]) {
    if (service === 'clean-up-drill') {
      if ((await readCleanUp(ports.store, executionId)).status !== 'RUNNING') unused.add(holdId);
      continue;
    }
    const started = await readStartedWave(ports.store, executionId, waveId, mayHaveJobs);
    const wave = started?.at(await readWaveState(ports.store, executionId, waveId));
    const progress = started?.execution.waves[waveId];
    const mayClaim = progress !== undefined && isStarted(progress);
    if (wave === undefined || !needsHold(wave, holdId, mayClaim)) unused.add(holdId);
  }
  if (unused.size === 0) return;
  ports.log.warn('capacity was held for jobs that are over', { ledgerId, holds: [...unused] });
  const [account = '', region = ''] = ledgerId.split('/');
  await giveCapacityBack(
    ports.store,
    ports.timers,
    { account, region },
    (hold) => unused.has(hold.holdId),
    knobs.limits,
  );
};

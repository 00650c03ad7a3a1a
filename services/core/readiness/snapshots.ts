import type { Plan, PointInTime, Target } from '../../../contracts/plan.ts';
import type { RecoveryService, RecoverySnapshot, SourceServer } from '../ports/recovery-service.ts';
import { chosenServers, targetOf } from './freeze.ts';
import { inParallel } from './in-parallel.ts';
import { targetKey } from './target-facts.ts';

const atOnce = 20;

const keyOf = (target: Target, id: string, at: PointInTime): string =>
  `${targetKey(target)}/${id}/${JSON.stringify(at)}`;

const isMeant = (at: PointInTime, { snapshotId, takenAt }: RecoverySnapshot): boolean => {
  if (at === 'latest') return true;
  return 'snapshot' in at ? snapshotId === at.snapshot : takenAt <= Date.parse(at.newestBefore);
};

/** Looks up the points in time that a plan names: the snapshot, `none` where DRS keeps no such, undefined for the latest data. */
export const readSnapshots = async (
  recovery: RecoveryService,
  plan: Plan,
  home: Target,
  serversOf: (target: Target) => readonly SourceServer[],
): Promise<(target: Target, id: string, at: PointInTime) => string | undefined> => {
  const pinned = plan.waves.flatMap((wave) => {
    const target = targetOf(plan, wave, home);
    return chosenServers(wave, serversOf(target))
      .filter(({ pointInTime }) => pointInTime !== 'latest')
      .map(({ sourceServerId: id, pointInTime: at }) => ({ target, id, at }));
  });
  const known = new Map(
    pinned.map(({ target }) => [
      targetKey(target),
      new Set(serversOf(target).map(({ sourceServerId }) => sourceServerId)),
    ]),
  );
  const found = new Map(
    await inParallel(pinned, atOnce, async ({ target, id, at }) => {
      const snapshots =
        known.get(targetKey(target))?.has(id) === true
          ? await recovery.describeRecoverySnapshots(target, id)
          : [];
      const meant = snapshots.find((snapshot) => isMeant(at, snapshot));
      return [keyOf(target, id, at), meant?.snapshotId ?? 'none'] as const;
    }),
  );
  return (target, id, at) => found.get(keyOf(target, id, at));
};

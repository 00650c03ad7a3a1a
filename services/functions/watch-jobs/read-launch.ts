import type { Target } from '../../../contracts/plan.ts';
import type { PlannedLaunchAction, RecoveryInstance } from '../../core/domain/recovery-job.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { Observation } from '../../core/domain/wave/server-result.ts';

/** DRS throttles by the second and does not say from how many calls on. */
const readsAtOnce = 10;

const unread = 'the role may not call drs:GetLaunchConfiguration and drs:ListLaunchActions';

/** Which launch actions servers are to have. What may not be read is not known, and holds up no recovery. */
export const readPlanned = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<Pick<Observation, 'planned' | 'unread'>> => {
  if (ids.length === 0) return {};
  const planned = new Map<string, readonly PlannedLaunchAction[]>();
  for (let at = 0; at < ids.length; at += readsAtOnce) {
    const batch = ids.slice(at, at + readsAtOnce);
    const answers = await Promise.all(
      batch.map(async (id) => [id, await recovery.launchActions(target, id)] as const),
    );
    for (const [id, answer] of answers) {
      if (answer === 'denied') return { planned, unread };
      planned.set(id, answer);
    }
  }
  return { planned };
};

/**
 * The instances of servers, which tell from which point in time each was launched. Only the record wants to know
 * that: where it cannot be read it is not known, and the wave goes on.
 */
export const readInstances = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<readonly RecoveryInstance[]> =>
  ids.length === 0 ? [] : recovery.describeRecoveryInstances(target, ids).catch(() => []);

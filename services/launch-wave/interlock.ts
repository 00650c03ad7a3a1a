import type { Wave } from '../domain/wave.ts';
import { isLiveRecovery } from '../domain/readiness.ts';
import type { Launch } from './launch.ts';

/**
 * Why a drill must not launch these servers: one of them has lived on since a real recovery, which the
 * launch would destroy. It was asked at the start, too; hours of approvals and waits may lie in between.
 */
export const interlockOf = async (
  { ports, session }: Launch,
  wave: Wave,
  servers: readonly string[],
): Promise<string | undefined> => {
  if (wave.mode !== 'DRILL' || session.execution.drillsOverRecovery === true) return undefined;
  const instances = await ports.recovery.describeRecoveryInstances(wave.definition.target, servers);
  const live = instances.filter(isLiveRecovery);
  if (live.length === 0) return undefined;
  const named = live.map(({ sourceServerId, instanceId }) => `${sourceServerId} runs as ${instanceId}`);
  return `${named.join(', ')} since a real recovery; a drill would destroy it`;
};

import { instanceFindings, intoFindings, type ReadinessQuestion } from '../../core/domain/readiness.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import { isLasting, reasonOf } from '../../core/readiness/lasting-error.ts';
import { readLaunchConfigurations, readLaunchInto } from '../../core/readiness/launch-configurations.ts';
import { readLaunchedInstances } from '../../core/readiness/witness.ts';
import type { Launch } from './launch.ts';

/**
 * Why a drill must not launch these servers: it would end or overwrite a machine that is not a drill's own. It was
 * asked at the start, too; hours of approvals and waits may lie in between. While it cannot be found out, no drill
 * is launched: an error that lasts is a reason, any other is thrown, to be asked again.
 */
export const interlockOf = async (
  launch: Launch,
  wave: Wave,
  servers: readonly string[],
): Promise<string | undefined> => {
  if (wave.mode !== 'DRILL') return undefined;
  try {
    const reasons = await reasonsAgainst(launch, wave, servers);
    return reasons.length === 0 ? undefined : reasons.join('; ');
  } catch (error) {
    if (!isLasting(error)) throw error;
    return `it cannot be found out which machines a drill would destroy: ${reasonOf(error)}`;
  }
};

const reasonsAgainst = async (
  { ports: { recovery }, session: { execution } }: Launch,
  { definition: { target, drillsInto = [] } }: Wave,
  servers: readonly string[],
): Promise<readonly string[]> => {
  const question: ReadinessQuestion = {
    mode: 'DRILL',
    allowDrillOverRecovery: execution.drillsOverRecovery === true,
    allowReplacing: execution.allowReplacing ?? [],
  };
  const [{ instances, unwitnessed }, configurations] = await Promise.all([
    readLaunchedInstances(recovery, target, servers),
    readLaunchConfigurations(recovery, target, servers),
  ]);
  const launchInto = await readLaunchInto(recovery, target, configurations);
  const findings = servers.flatMap((id) => [
    ...instanceFindings(id, { instances }, question),
    ...intoFindings(id, { servers: new Map(), launchInto }, question, drillsInto),
  ]);
  return [
    ...(unwitnessed === undefined
      ? []
      : [`EC2 cannot be asked which machines a drill would destroy: ${unwitnessed}`]),
    ...findings.filter(({ level }) => level === 'error').map(({ message }) => message),
  ];
};

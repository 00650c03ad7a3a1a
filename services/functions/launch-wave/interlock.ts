import { instanceFindings, intoFindings, type ReadinessQuestion } from '../../core/domain/readiness.ts';
import { isLive } from '../../core/domain/launched-instances.ts';
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
  const isHomeward = wave.definition.homeward !== undefined;
  if (wave.mode !== 'DRILL' && !isHomeward) return undefined;
  try {
    const reasons = [
      ...(isHomeward ? await reasonsNotReady(launch, wave, servers) : []),
      ...(wave.mode === 'DRILL' ? await reasonsAgainst(launch, wave, servers) : []),
    ];
    return reasons.length === 0 ? undefined : reasons.join('; ');
  } catch (error) {
    if (!isLasting(error)) throw error;
    return `it cannot be found out which machines ${isHomeward ? 'this launch would need or end' : 'a drill would destroy'}: ${reasonOf(error)}`;
  }
};

/**
 * Why servers must not be launched at home: their data are not all there, or what a person launched there before would
 * be ended by it.
 */
const reasonsNotReady = async (
  { ports: { recovery } }: Launch,
  { mode, relaunch, definition: { target } }: Wave,
  servers: readonly string[],
): Promise<readonly string[]> => {
  const [known, recorded] = await Promise.all([
    recovery.describeSourceServers(target),
    recovery.describeRecoveryInstances(target, servers),
  ]);
  const notReady = servers.flatMap((id) => {
    const server = known.find((each) => each.sourceServerId === id && each.direction === 'FAILBACK');
    if (server === undefined) return [`what ${id} was reversed to is there no more`];
    return server.replicationState === 'CONTINUOUS'
      ? []
      : [`what ${id} was reversed to is ${server.replicationState}: it is not in sync`];
  });
  if (mode === 'DRILL' || relaunch === true) return notReady;
  const running = recorded.filter((instance) => !instance.isDrill && isLive(instance));
  return [
    ...notReady,
    ...running.map(
      ({ sourceServerId, instanceId }) =>
        `${sourceServerId} runs at home as ${instanceId} already; a launch would end it; a retry with relaunch does`,
    ),
  ];
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

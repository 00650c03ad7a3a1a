import type { RecoveredServer } from '../../core/domain/parameter-reference.ts';
import { isBeforeCleanUp } from '../../core/domain/closing.ts';
import { targetOfAction } from '../../core/domain/wave/wave.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { readGraph } from '../../core/streams/frozen-plan.ts';
import { readReversals } from '../../core/streams/reversals.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import { type LaunchedServer, recoveredServers } from './recovered-servers.ts';

/** Of what the clean-up has put on record before its actions began, that which runs where this one acts. */
const serversToEnd = async (
  { recovery, store }: Pick<ActionPorts, 'recovery' | 'store'>,
  { session: { executionId, execution }, wave, due }: ActionInHand,
): Promise<readonly RecoveredServer[]> => {
  const target = targetOfAction(wave.definition, due.action);
  const { actions } = await readCleanUp(store, executionId);
  const told = (actions?.instances ?? []).filter(
    ({ account, region }) => account === target.account && region === target.region,
  );
  if (told.length === 0) return [];
  const { waves } = await readGraph(store, execution.frozenHash);
  const reversals = await readReversals(store, executionId, execution);
  const servers = new Map(
    Object.values(waves).flatMap((each) =>
      each.servers.map(
        ({ sourceServerId, name, tags = {} }) => [sourceServerId, { sourceServerId, name, tags }] as const,
      ),
    ),
  );
  // At home the servers of a failback have other ids than in its plan.
  for (const { reversedId = '', server } of reversals)
    servers.set(reversedId, {
      sourceServerId: server.sourceServerId,
      name: server.name,
      tags: server.tags ?? {},
    });
  const facts = await recovery.describeInstances(
    target,
    told.map(({ instanceId }) => instanceId),
  );
  return told.map(({ sourceServerId, instanceId }) => ({
    ...{ sourceServerId, name: sourceServerId, tags: {}, ...servers.get(sourceServerId), instanceId },
    ...facts.find((instance) => instance.instanceId === instanceId),
  }));
};

/** The servers to which an action may refer, or those `told` before, and what nobody says where there have to be some. */
export const toldServers = async (
  ports: Pick<ActionPorts, 'recovery' | 'store'>,
  inHand: ActionInHand,
  told?: readonly LaunchedServer[],
): Promise<{ readonly servers: readonly RecoveredServer[]; readonly unknown: readonly string[] }> => {
  const { session, wave, due } = inHand;
  if (!isBeforeCleanUp(session.waveId))
    return { servers: await recoveredServers(ports.recovery, wave, told), unknown: [] };
  const servers = await serversToEnd(ports, inHand);
  const { account, region } = targetOfAction(wave.definition, due.action);
  // An empty list could mean everything to whoever is given it.
  const none = `of any instance in ${account}/${region} that it is to be ended`;
  return { servers, unknown: servers.length === 0 ? [none] : [] };
};

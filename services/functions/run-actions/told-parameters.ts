import { namesServers, resolveParameters, unknownFacts } from '../../core/domain/parameter-reference.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import { toldServers } from './told-servers.ts';

/** An action's parameters as whoever carries it out is told them, and what of them nobody knows yet. */
export const toldParameters = async (
  ports: Pick<ActionPorts, 'recovery' | 'store'>,
  inHand: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly parameters: Record<string, string[]>; readonly unknown: readonly string[] }> => {
  const { session, wave } = inHand;
  const { executionId, execution } = session;
  const { servers, unknown } = namesServers(parameters)
    ? await toldServers(ports, inHand)
    : { servers: [], unknown: [] };
  const context = { executionId, mode: wave.mode, planId: execution.planId, wave: wave.definition, servers };
  return {
    parameters: resolveParameters(parameters, context),
    unknown: [...unknown, ...unknownFacts(parameters, servers)],
  };
};

import { namesServers, resolveParameters, unknownFacts } from '../../core/domain/parameter-reference.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import { recoveredServers } from './recovered-servers.ts';

/** An action's parameters as whoever carries it out is told them, and what of them nobody knows yet. */
export const toldParameters = async (
  { recovery }: Pick<ActionPorts, 'recovery'>,
  { session, wave }: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly parameters: Record<string, string[]>; readonly unknown: readonly string[] }> => {
  const { executionId, execution } = session;
  const servers = namesServers(parameters) ? await recoveredServers(recovery, wave) : [];
  const context = { executionId, mode: wave.mode, planId: execution.planId, wave: wave.definition, servers };
  return {
    parameters: resolveParameters(parameters, context),
    unknown: unknownFacts(parameters, servers),
  };
};

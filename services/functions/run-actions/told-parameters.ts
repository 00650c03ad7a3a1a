import { startIdOf } from '../../core/domain/wave/actions.ts';
import { namesServers, resolveParameters, unknownFacts } from '../../core/domain/parameter-reference.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import { toldServers } from './told-servers.ts';

type Ports = Pick<ActionPorts, 'recovery' | 'store'>;

/** What a try of an action is told, and what of it nobody knows yet. */
export interface Told<What> {
  readonly told: What;
  readonly unknown: readonly string[];
}

/**
 * The same for every repeat of one try: it is put on record before anybody is asked, since a server may have failed, or
 * changed its address, between a request that may have been heard and its repeat. SSM refuses a known token with other
 * parameters, and Lambda a known name with another payload.
 */
export const toldOnce = async <What>(
  { store }: Pick<ActionPorts, 'store'>,
  { wave, due }: ActionInHand,
  find: () => Promise<Told<What>>,
): Promise<Told<What>> => {
  const key = { kind: 'told' as const, id: startIdOf(wave, due) };
  const said = async (): Promise<What | undefined> => (await store.read<What>(key))?.body;
  const before = due.state === undefined ? undefined : await said();
  if (before !== undefined) return { told: before, unknown: [] };
  const found = await find();
  if (found.unknown.length > 0 || (await store.write(key, found.told, 0)) === 'written') return found;
  return { told: (await said()) ?? found.told, unknown: [] };
};

/** An action's parameters as they are now. */
export const resolvedParameters = async (
  ports: Ports,
  inHand: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<Told<Record<string, string[]>>> => {
  const { session, wave } = inHand;
  const { executionId, execution } = session;
  const { servers, unknown } = namesServers(parameters)
    ? await toldServers(ports, inHand)
    : { servers: [], unknown: [] };
  const context = { executionId, mode: wave.mode, planId: execution.planId, wave: wave.definition, servers };
  return {
    told: resolveParameters(parameters, context),
    unknown: [...unknown, ...unknownFacts(parameters, servers)],
  };
};

/** An action's parameters as whoever carries it out is told them. */
export const toldParameters = async (
  ports: Ports,
  inHand: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly parameters: Record<string, string[]>; readonly unknown: readonly string[] }> => {
  const resolve = () => resolvedParameters(ports, inHand, parameters);
  // What names no server is the same whenever it is asked for.
  const { told, unknown } = namesServers(parameters)
    ? await toldOnce(ports, inHand, resolve)
    : await resolve();
  return { parameters: told, unknown };
};

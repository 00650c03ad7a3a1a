import { startIdOf } from '../../core/domain/wave/actions.ts';
import {
  namesServers,
  type RecoveredServer,
  resolveParameters,
  unknownFacts,
} from '../../core/domain/parameter-reference.ts';
import { isBeforeCleanUp } from '../../core/domain/closing.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import type { LaunchedServer } from './recovered-servers.ts';
import { toldServers } from './told-servers.ts';

type Ports = Pick<ActionPorts, 'recovery' | 'store'>;

/** An action's parameters as whoever carries it out is told them, and what of them nobody knows yet. */
export interface Told {
  readonly parameters: Record<string, string[]>;
  readonly unknown: readonly string[];
}

/**
 * What `find` gives, once it gives something, for every repeat of one try: it is put on record before anybody is asked, since a server may have failed
 * between a request that may have been heard and its repeat. SSM refuses a known token with other parameters, and Lambda
 * a known name with another payload. No address of a machine stands there: EC2 is asked for it again.
 */
export const toldOnce = async <What>(
  { store }: Pick<ActionPorts, 'store'>,
  { wave, due }: ActionInHand,
  what: 'servers' | 'task',
  find: () => Promise<What | undefined>,
): Promise<What | undefined> => {
  const key = { kind: 'told' as const, id: `${startIdOf(wave, due)}/${what}` };
  const before = due.state === undefined ? undefined : await store.read<What>(key);
  if (before !== undefined) return before.body;
  const now = await find();
  if (now === undefined || (await store.write(key, now, 0)) === 'written') return now;
  return (await store.read<What>(key))?.body;
};

const resolved = (
  { session, wave }: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
  servers: readonly RecoveredServer[],
): Record<string, string[]> => {
  const { executionId, execution } = session;
  const context = { executionId, mode: wave.mode, planId: execution.planId, wave: wave.definition, servers };
  return resolveParameters(parameters, context);
};

const identityOf = ({ sourceServerId, instanceId }: RecoveredServer): LaunchedServer => ({
  sourceServerId,
  ...(instanceId !== undefined && { instanceId }),
});

const isSame = (one: readonly LaunchedServer[], other: readonly LaunchedServer[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const toldParameters = async (
  ports: Ports,
  inHand: ActionInHand,
  parameters: Readonly<Record<string, readonly string[]>>,
): Promise<Told> => {
  // What names no server is the same whenever it is asked for.
  if (!namesServers(parameters)) return { parameters: resolved(inHand, parameters, []), unknown: [] };
  const ask = async (of?: readonly LaunchedServer[]) => {
    const { servers, unknown } = await toldServers(ports, inHand, of);
    return { servers, unknown: [...unknown, ...unknownFacts(parameters, servers)] };
  };
  const said = ({ servers, unknown }: Awaited<ReturnType<typeof ask>>): Told => ({
    parameters: resolved(inHand, parameters, servers),
    unknown,
  });
  // The instances of a clean-up stand on record before its actions begin.
  if (isBeforeCleanUp(inHand.session.waveId)) return said(await ask());
  let now: Awaited<ReturnType<typeof ask>> | undefined;
  const first = await toldOnce(ports, inHand, 'servers', async () => {
    now = await ask();
    return now.unknown.length > 0 ? undefined : now.servers.map(identityOf);
  });
  if (now !== undefined && (first === undefined || isSame(first, now.servers.map(identityOf))))
    return said(now);
  return said(await ask(first));
};

import * as z from 'zod';
import type { Call } from './drs-wire.ts';

/** What DRS does with its caller's own permissions. */
export type ForwardedWork =
  | { readonly kind: 'launch'; readonly sourceServerIds: readonly string[] }
  | { readonly kind: 'termination' }
  | { readonly kind: 'reversal' };

const launch = z.object({ sourceServers: z.array(z.object({ sourceServerID: z.string() })) });

/** The work that a call asks DRS to do in its name; nothing for a call that DRS answers by itself. */
export const forwardedWorkOf = ({ operation, input }: Call): ForwardedWork | undefined => {
  if (operation === 'TerminateRecoveryInstances') return { kind: 'termination' };
  if (operation === 'ReverseReplication') return { kind: 'reversal' };
  if (operation !== 'StartRecovery') return undefined;
  const servers = launch.safeParse(input).data?.sourceServers ?? [];
  return { kind: 'launch', sourceServerIds: servers.map(({ sourceServerID }) => sourceServerID) };
};

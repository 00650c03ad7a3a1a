import type { SuccessPolicy } from '../../../contracts/plan.ts';

export interface ServerOutcome {
  readonly critical: boolean;
  readonly launched: boolean;
}

/** Whether the servers that were launched are enough for their wave. */
export const meetsPolicy = (policy: SuccessPolicy, servers: readonly ServerOutcome[]): boolean => {
  const launched = servers.filter((server) => server.launched).length;
  if (policy === 'all') return launched === servers.length;
  if (policy === 'critical') return servers.every((server) => server.launched || !server.critical);
  if ('atLeast' in policy) return launched >= Math.min(policy.atLeast, servers.length);
  return launched * 100 >= policy.atLeastPercent * servers.length;
};

/** How many servers were launched, and how many not. */
export const countsOf = (
  servers: readonly { readonly launchResult: string }[],
): { readonly launched: number; readonly failed: number } => {
  const launched = servers.filter((server) => server.launchResult === 'LAUNCHED').length;
  return { launched, failed: servers.length - launched };
};

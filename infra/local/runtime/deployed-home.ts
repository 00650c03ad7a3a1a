import { functionName, functions } from '../../topology.ts';
import type { Deployment } from '../../simulated-aws/iam/deployment.ts';

/** Where the templates have the product's own functions; nothing if they have none of them. */
export const homeOf = ({
  functions: deployed,
}: Deployment): { readonly account: string; readonly region: string } | undefined => {
  const names = functions.map((fn) => functionName(fn.service));
  const [, , , region, account] = deployed.find(({ name }) => names.includes(name))?.arn.split(':') ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
};

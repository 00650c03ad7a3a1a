import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { within } from '../../infra/local/runtime/function-environment.ts';
import { accessKeyFor, secretOf } from '../../infra/simulated-aws/sts/access-key.ts';
import { sessionIdentity, tokenFor } from '../../infra/simulated-aws/sts/session.ts';
import { deployment } from './enforced-deployment.ts';

type Handler = (event: unknown) => Promise<unknown>;

/**
 * A function that somebody calls and that the runtime does not have, as Lambda would run it: its own module, with
 * the variables of its template, in its role. The runtime enforces the deployment and has divided the environment.
 */
export const enforcedFunction = async (
  name: string,
  module: string,
  variables: Readonly<Record<string, string>>,
): Promise<Handler> => {
  const fn = deployment().functions.find((each) => each.name === name) ?? expect.fail(`There is no ${name}.`);
  const accessKeyId = accessKeyFor(fn.account, Math.random);
  const environment = {
    ...variables,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretOf(accessKeyId) ?? '',
    AWS_SESSION_TOKEN: tokenFor(sessionIdentity(fn.roleArn, name)),
  };
  const url = new URL(`../../${module}`, import.meta.url);
  // A handler reads its environment when its module is evaluated.
  url.searchParams.set('run', randomUUID());
  const { handler } = await within(
    environment,
    () => import(url.href) as Promise<{ readonly handler: Handler }>,
  );
  return (event) => within(environment, () => handler(event));
};

import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as z from 'zod';

/** Props that cannot be used, with everything that is wrong with them. */
export class PropsError extends Error {
  constructor(construct: string, path: string, faults: readonly string[]) {
    super(`${construct} at ${path} cannot be used:\n${faults.join('\n')}`);
    this.name = 'PropsError';
  }
}

/** Everything that a schema finds, as people read it; nothing if all is well. */
export const faultsOf = (schema: z.ZodType, value: unknown): readonly string[] => {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : [z.prettifyError(error)];
};

/** Where a construct stands, as far as its stack says it at synthesis. */
export const placeOf = (
  construct: Construct,
): { readonly account: string | undefined; readonly region: string | undefined } => {
  const { account, region } = Stack.of(construct);
  return {
    account: Token.isUnresolved(account) ? undefined : account,
    region: Token.isUnresolved(region) ? undefined : region,
  };
};

import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Secrets } from '../notifier.ts';

/** A reference leads to nothing. */
export class MissingSecretError extends Error {
  constructor(reference: string) {
    super(`There is no secret ${reference}.`);
    this.name = 'MissingSecretError';
  }
}

/** Parameter Store hands out secrets of Secrets Manager too. SSM: "Referencing Secrets Manager secrets from Parameter Store parameters". */
const parameterOf = (reference: string): string =>
  reference.startsWith('secretsmanager:')
    ? `/aws/reference/secretsmanager/${reference.slice('secretsmanager:'.length)}`
    : reference.slice('ssm:'.length);

/** Reads each secret when it is needed and keeps it for a while, so that a changed one is found. */
export const createAwsSecrets = (
  client: Pick<SSMClient, 'send'>,
  now: () => number,
  keptMs = 300_000,
): Secrets => {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    async read(reference) {
      const known = kept.get(reference);
      if (known !== undefined && known.until > now()) return known.value;
      const { Parameter } = await client.send(
        new GetParameterCommand({ Name: parameterOf(reference), WithDecryption: true }),
      );
      if (Parameter?.Value === undefined) throw new MissingSecretError(reference);
      kept.set(reference, { value: Parameter.Value, until: now() + keptMs });
      return Parameter.Value;
    },
  };
};

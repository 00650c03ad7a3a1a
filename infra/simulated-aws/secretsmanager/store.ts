import type { Journal } from '../journal.ts';

export interface SecretVersion {
  readonly id: string;
  /** Binary values in base64. */
  readonly value: { readonly SecretString: string } | { readonly SecretBinary: string };
  readonly createdAt: number;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly createdAt: number;
  /** The newest first: the first is AWSCURRENT, the second AWSPREVIOUS. */
  readonly versions: readonly SecretVersion[];
}

export interface SecretRecord {
  readonly secret: Secret;
}

export interface SecretStore {
  readonly secrets: ReadonlyMap<string, Secret>;
  write(record: SecretRecord): void;
}

export const createSecretStore = (journal: Journal<SecretRecord>): SecretStore => {
  const secrets = new Map(journal.records.map(({ secret }) => [secret.arn, secret]));
  if (journal.records.length > secrets.size)
    journal.compact([...secrets.values()].map((secret) => ({ secret })));
  return {
    secrets,
    write(record) {
      journal.append(record);
      secrets.set(record.secret.arn, record.secret);
    },
  };
};

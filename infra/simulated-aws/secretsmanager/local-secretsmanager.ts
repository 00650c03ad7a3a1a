import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { hexFrom, type Random, uuidFrom } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import { operation, type Operations } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import {
  createSecretStore,
  type Secret,
  type SecretRecord,
  type SecretStore,
  type SecretVersion,
} from './store.ts';

export interface LocalSecretsManagerOptions {
  readonly clock: LocalClock;
  readonly journal: Journal<SecretRecord>;
  readonly account: string;
  readonly region: string;
  readonly random: Random;
}

export interface LocalSecretsManager {
  readonly service: LocalService;
}

const content = {
  SecretString: z.string().min(1).max(65_536).optional(),
  SecretBinary: z.string().min(1).optional(),
  ClientRequestToken: z.string().min(32).max(64).optional(),
};

const create = z.object({
  Name: z.string().regex(/^[\w/+=.@-]{1,512}$/, 'must satisfy the pattern [\\w/+=.@-]{1,512}'),
  Description: z.string().optional(),
  ...content,
});
const put = z.object({ SecretId: z.string().min(1), ...content });
const get = z.object({
  SecretId: z.string().min(1),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});

interface Content {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
  readonly ClientRequestToken?: string | undefined;
}

const valueOf = ({ SecretString, SecretBinary }: Content): SecretVersion['value'] => {
  if (SecretString !== undefined && SecretBinary === undefined) return { SecretString };
  if (SecretBinary !== undefined && SecretString === undefined) return { SecretBinary };
  throw new ServiceError('InvalidParameterException', 'Specify either SecretString or SecretBinary.');
};

/** A secret is found by its name, its ARN, or its ARN without the six characters at the end. */
const secretOf = (store: SecretStore, id: string): Secret => {
  const found = [...store.secrets.values()].find(
    ({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id,
  );
  if (found === undefined)
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
};

const newest: readonly string[] = ['AWSCURRENT', 'AWSPREVIOUS'];

const stagesOf = (secret: Secret, version: SecretVersion): readonly string[] => {
  const stage = newest[secret.versions.indexOf(version)];
  return stage === undefined ? [] : [stage];
};

const versionOf = (secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion => {
  const found = secret.versions.find(
    (version) =>
      (id === undefined || version.id === id) &&
      (id !== undefined && stage === undefined
        ? true
        : stagesOf(secret, version).includes(stage ?? 'AWSCURRENT')),
  );
  if (found === undefined)
    throw new ServiceError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value.",
    );
  return found;
};

const describe = (secret: Secret): unknown => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  CreatedDate: secret.createdAt / 1000,
  LastChangedDate: (secret.versions[0]?.createdAt ?? secret.createdAt) / 1000,
  VersionIdsToStages: Object.fromEntries(
    secret.versions.flatMap((version) => {
      const stages = stagesOf(secret, version);
      return stages.length > 0 ? [[version.id, stages]] : [];
    }),
  ),
});

const operationsOf = (options: LocalSecretsManagerOptions, store: SecretStore): Operations => {
  const { clock, account, region, random } = options;
  const version = (given: Content): SecretVersion => ({
    id: given.ClientRequestToken ?? uuidFrom(random),
    value: valueOf(given),
    createdAt: clock.now(),
  });
  return {
    CreateSecret: operation(create, (given) => {
      if ([...store.secrets.values()].some(({ name }) => name === given.Name))
        throw new ServiceError(
          'ResourceExistsException',
          `The operation failed because the secret ${given.Name} already exists.`,
        );
      const first = version(given);
      const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${given.Name}-${hexFrom(random, 6)}`;
      const secret: Secret = {
        arn,
        name: given.Name,
        ...(given.Description !== undefined && { description: given.Description }),
        createdAt: clock.now(),
        versions: [first],
      };
      store.write({ secret });
      return { ARN: arn, Name: given.Name, VersionId: first.id };
    }),
    PutSecretValue: operation(put, (given) => {
      const secret = secretOf(store, given.SecretId);
      const next = version(given);
      store.write({ secret: { ...secret, versions: [next, ...secret.versions] } });
      return { ARN: secret.arn, Name: secret.name, VersionId: next.id, VersionStages: ['AWSCURRENT'] };
    }),
    GetSecretValue: operation(get, ({ SecretId, VersionId, VersionStage }) => {
      const secret = secretOf(store, SecretId);
      const found = versionOf(secret, VersionId, VersionStage);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: found.id,
        ...found.value,
        VersionStages: stagesOf(secret, found),
        CreatedDate: found.createdAt / 1000,
      };
    }),
    DescribeSecret: operation(z.object({ SecretId: z.string().min(1) }), ({ SecretId }) =>
      describe(secretOf(store, SecretId)),
    ),
  };
};

/** Secrets Manager of one account and Region. Its journal holds the secrets as they are: nothing is encrypted. */
export const createLocalSecretsManager = (options: LocalSecretsManagerOptions): LocalSecretsManager => ({
  service: createJsonService({
    signingName: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    version: '1.1',
    operations: operationsOf(options, createSecretStore(options.journal)),
  }),
});

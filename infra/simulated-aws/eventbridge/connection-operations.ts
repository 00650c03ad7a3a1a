import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { description, pageMembers, resourceName } from './constraint.ts';
import { type Core, toSeconds } from './core.ts';
import { alreadyExists, notFound } from './errors.ts';
import {
  authorizationTypes,
  authorizedAt,
  type Connection,
  type ConnectionState,
  connectionStateAt,
} from './connection.ts';
import { isJsonObject } from './json.ts';
import { createNamedResources, type Refusals } from './named-resources.ts';
import { operation } from './operation.ts';

const named = z.object({ Name: resourceName() });
const authParameters = z.record(z.string(), z.unknown());

const createConnection = z.object({
  Name: resourceName(),
  Description: description,
  AuthorizationType: z.enum(authorizationTypes),
  AuthParameters: authParameters,
});

const updateConnection = z.object({
  Name: resourceName(),
  Description: description,
  AuthorizationType: z.enum(authorizationTypes).optional(),
  AuthParameters: authParameters.optional(),
});

const secrets = new Set(['Password', 'ApiKeyValue', 'ClientSecret']);

/** Authorization parameters as AWS shows them: without the secrets, and without values that are marked as such. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  const hidden = value['IsValueSecret'] === true ? new Set([...secrets, 'Value']) : secrets;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !hidden.has(name))
      .map(([name, member]) => [name, withoutSecrets(member)]),
  );
};

const summaryOf = (core: Core, connection: Connection) => {
  const ConnectionState = connectionStateAt(connection, core.clock.now());
  return {
    ConnectionArn: core.arns.connection(connection.name, connection.id),
    Name: connection.name,
    ConnectionState,
    AuthorizationType: connection.authorizationType,
    CreationTime: toSeconds(connection.createdAt),
    LastModifiedTime: toSeconds(connection.changedAt),
    ...(ConnectionState !== 'AUTHORIZING' && { LastAuthorizedTime: toSeconds(authorizedAt(connection)) }),
  };
};

const changeOf = (core: Core, connection: Connection, state?: ConnectionState) => {
  const { Name: _, AuthorizationType: _type, ...change } = summaryOf(core, connection);
  return { ...change, ...(state !== undefined && { ConnectionState: state }) };
};

const refusals: Refusals = {
  taken: (name) => alreadyExists(`Connection ${name}`),
  missing: (name, purpose) =>
    notFound(`Failed to ${purpose} the connection(s). Connection '${name}' does not exist.`),
};

export const connectionOperations = (core: Core): Operations => {
  const connections = createNamedResources<Connection>(core, core.tables.connection, refusals);
  return {
    CreateConnection: operation(createConnection, ({ Name, Description, ...input }) => {
      const connection = connections.create(Name, Description, (base) => ({
        ...base,
        authorizationType: input.AuthorizationType,
        authParameters: input.AuthParameters,
      }));
      return changeOf(core, connection);
    }),
    DescribeConnection: operation(named, ({ Name }) => {
      const connection = connections.require(Name, 'describe');
      return {
        ...summaryOf(core, connection),
        Description: connection.description,
        SecretArn: core.arns.connectionSecret(connection.name, connection.id),
        AuthParameters: withoutSecrets(connection.authParameters),
      };
    }),
    ListConnections: operation(
      z.object({
        NamePrefix: resourceName().optional(),
        ConnectionState: z.string().optional(),
        ...pageMembers,
      }),
      (input) => {
        const { ConnectionState: wanted } = input;
        const { items, ...next } = connections.page(
          input,
          (each) => wanted === undefined || connectionStateAt(each, core.clock.now()) === wanted,
        );
        return { Connections: items.map((connection) => summaryOf(core, connection)), ...next };
      },
    ),
    UpdateConnection: operation(updateConnection, ({ Name, Description, ...input }) => {
      const connection = connections.update(Name, Description, ({ deauthorizedAt: _, ...old }) => ({
        ...old,
        authorizationType: input.AuthorizationType ?? old.authorizationType,
        authParameters: input.AuthParameters ?? old.authParameters,
      }));
      return changeOf(core, connection);
    }),
    DeauthorizeConnection: operation(named, ({ Name }) => {
      connections.require(Name, 'deauthorize');
      const now = core.clock.now();
      return changeOf(
        core,
        connections.update(Name, undefined, (old) => ({ ...old, deauthorizedAt: now })),
      );
    }),
    DeleteConnection: operation(named, ({ Name }) => changeOf(core, connections.remove(Name), 'DELETING')),
  };
};

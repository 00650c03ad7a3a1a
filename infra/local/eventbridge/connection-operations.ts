import * as z from 'zod';
import { uuidFrom } from '../identifiers.ts';
import type { Operations } from '../protocols/operation.ts';
import { description, pageMembers, resourceName } from './constraint.ts';
import { type Core, toSeconds } from './core.ts';
import { alreadyExists, notFound } from './errors.ts';
import { authorizationTypes, type Connection } from './connection.ts';
import { isJsonObject } from './json.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';

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

const summaryOf = (core: Core, connection: Connection) => ({
  ConnectionArn: core.arns.connection(connection.name, connection.id),
  Name: connection.name,
  ConnectionState: 'AUTHORIZED',
  AuthorizationType: connection.authorizationType,
  CreationTime: toSeconds(connection.createdAt),
  LastModifiedTime: toSeconds(connection.changedAt),
  LastAuthorizedTime: toSeconds(connection.changedAt),
});

const changeOf = (core: Core, connection: Connection, ConnectionState = 'AUTHORIZED') => {
  const { ConnectionArn, CreationTime, LastModifiedTime, LastAuthorizedTime } = summaryOf(core, connection);
  return { ConnectionArn, ConnectionState, CreationTime, LastModifiedTime, LastAuthorizedTime };
};

const requireConnection = (core: Core, name: string, purpose: string): Connection => {
  const connection = core.tables.connection.get(name);
  if (connection === undefined)
    throw notFound(`Failed to ${purpose} the connection(s). Connection '${name}' does not exist.`);
  return connection;
};

export const connectionOperations = (core: Core): Operations => ({
  CreateConnection: operation(createConnection, ({ Name: name, Description, ...input }) => {
    if (core.tables.connection.get(name) !== undefined) throw alreadyExists(`Connection ${name}`);
    const now = core.clock.now();
    const connection = {
      name,
      id: uuidFrom(core.random),
      ...(Description === undefined ? {} : { description: Description }),
      authorizationType: input.AuthorizationType,
      authParameters: input.AuthParameters,
      createdAt: now,
      changedAt: now,
    };
    core.tables.connection.set(name, connection);
    return changeOf(core, connection);
  }),
  DescribeConnection: operation(named, ({ Name }) => {
    const connection = requireConnection(core, Name, 'describe');
    return {
      ...summaryOf(core, connection),
      Description: connection.description,
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
      const { NamePrefix = '', ConnectionState = 'AUTHORIZED' } = input;
      const connections = [...core.tables.connection.values()].filter(
        ({ name }) => name.startsWith(NamePrefix) && ConnectionState === 'AUTHORIZED',
      );
      const { items, ...next } = pageOf(connections, ({ name }) => name, input);
      return { Connections: items.map((connection) => summaryOf(core, connection)), ...next };
    },
  ),
  UpdateConnection: operation(updateConnection, ({ Name, ...input }) => {
    const old = requireConnection(core, Name, 'update');
    const connection = {
      ...old,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      authorizationType: input.AuthorizationType ?? old.authorizationType,
      authParameters: input.AuthParameters ?? old.authParameters,
      changedAt: core.clock.now(),
    };
    core.tables.connection.set(Name, connection);
    return changeOf(core, connection);
  }),
  DeleteConnection: operation(named, ({ Name }) => {
    const connection = requireConnection(core, Name, 'delete');
    core.tables.connection.delete(Name);
    return changeOf(core, connection, 'DELETING');
  }),
});

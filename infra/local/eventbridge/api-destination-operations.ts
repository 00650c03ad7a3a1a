import * as z from 'zod';
import { type ApiDestination, httpMethods } from './api-destination.ts';
import { uuidFrom } from '../identifiers.ts';
import type { Operations } from '../protocols/operation.ts';
import { description, pageMembers, resourceName } from './constraint.ts';
import { type Core, toSeconds } from './core.ts';
import { alreadyExists, notFound } from './errors.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';

const defaultRatePerSecond = 300;

const named = z.object({ Name: resourceName() });

const connectionArn = z
  .string()
  .min(1)
  .max(1_600)
  .regex(/^arn:aws([a-z]|-)*:events:([a-z]|\d|-)*:([0-9]{12})?:connection\/[.\-_A-Za-z0-9]+\/[-A-Za-z0-9]+$/);

const createApiDestination = z.object({
  Name: resourceName(),
  Description: description,
  ConnectionArn: connectionArn,
  InvocationEndpoint: z.string().min(1).max(2_048),
  HttpMethod: z.enum(httpMethods),
  InvocationRateLimitPerSecond: z.int().min(1).optional(),
});

const updateApiDestination = createApiDestination.partial().extend({ Name: resourceName() });

const summaryOf = (core: Core, destination: ApiDestination) => ({
  ApiDestinationArn: core.arns.apiDestination(destination.name, destination.id),
  Name: destination.name,
  ApiDestinationState: 'ACTIVE',
  ConnectionArn: destination.connectionArn,
  InvocationEndpoint: destination.invocationEndpoint,
  HttpMethod: destination.httpMethod,
  InvocationRateLimitPerSecond: destination.ratePerSecondMax,
  CreationTime: toSeconds(destination.createdAt),
  LastModifiedTime: toSeconds(destination.changedAt),
});

const changeOf = (core: Core, destination: ApiDestination) => {
  const { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime } = summaryOf(
    core,
    destination,
  );
  return { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime };
};

const requireDestination = (core: Core, name: string, purpose: string): ApiDestination => {
  const destination = core.tables.apiDestination.get(name);
  if (destination === undefined)
    throw notFound(
      `Failed to ${purpose} the api-destination(s). An api-destination '${name}' does not exist.`,
    );
  return destination;
};

const requireConnectionArn = (core: Core, arn: string): void => {
  const connections = [...core.tables.connection.values()];
  if (!connections.some(({ name, id }) => core.arns.connection(name, id) === arn))
    throw notFound(`Connection '${arn}' does not exist.`);
};

/** The API destination that a target's ARN names. */
export const apiDestinationAt = (core: Core, arn: string): ApiDestination | undefined =>
  [...core.tables.apiDestination.values()].find(({ name, id }) => core.arns.apiDestination(name, id) === arn);

export const apiDestinationOperations = (core: Core): Operations => ({
  CreateApiDestination: operation(createApiDestination, ({ Name: name, Description, ...input }) => {
    if (core.tables.apiDestination.get(name) !== undefined)
      throw alreadyExists(`An api-destination '${name}'`);
    requireConnectionArn(core, input.ConnectionArn);
    const now = core.clock.now();
    const destination = {
      name,
      id: uuidFrom(core.random),
      ...(Description === undefined ? {} : { description: Description }),
      connectionArn: input.ConnectionArn,
      invocationEndpoint: input.InvocationEndpoint,
      httpMethod: input.HttpMethod,
      ratePerSecondMax: input.InvocationRateLimitPerSecond ?? defaultRatePerSecond,
      createdAt: now,
      changedAt: now,
    };
    core.tables.apiDestination.set(name, destination);
    return changeOf(core, destination);
  }),
  DescribeApiDestination: operation(named, ({ Name }) => {
    const destination = requireDestination(core, Name, 'describe');
    return { ...summaryOf(core, destination), Description: destination.description };
  }),
  ListApiDestinations: operation(
    z.object({
      NamePrefix: resourceName().optional(),
      ConnectionArn: connectionArn.optional(),
      ...pageMembers,
    }),
    (input) => {
      const { NamePrefix = '', ConnectionArn: arn } = input;
      const destinations = [...core.tables.apiDestination.values()].filter(
        (destination) =>
          destination.name.startsWith(NamePrefix) && (arn === undefined || destination.connectionArn === arn),
      );
      const { items, ...next } = pageOf(destinations, ({ name }) => name, input);
      return { ApiDestinations: items.map((destination) => summaryOf(core, destination)), ...next };
    },
  ),
  UpdateApiDestination: operation(updateApiDestination, ({ Name, ...input }) => {
    const old = requireDestination(core, Name, 'update');
    if (input.ConnectionArn !== undefined) requireConnectionArn(core, input.ConnectionArn);
    const destination = {
      ...old,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      connectionArn: input.ConnectionArn ?? old.connectionArn,
      invocationEndpoint: input.InvocationEndpoint ?? old.invocationEndpoint,
      httpMethod: input.HttpMethod ?? old.httpMethod,
      ratePerSecondMax: input.InvocationRateLimitPerSecond ?? old.ratePerSecondMax,
      changedAt: core.clock.now(),
    };
    core.tables.apiDestination.set(Name, destination);
    return changeOf(core, destination);
  }),
  DeleteApiDestination: operation(named, ({ Name }) => {
    requireDestination(core, Name, 'delete');
    core.tables.apiDestination.delete(Name);
    return {};
  }),
});

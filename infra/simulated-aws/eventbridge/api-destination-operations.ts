import * as z from 'zod';
import { type ApiDestination, httpMethods } from './api-destination.ts';
import type { Operations } from '../protocols/operation.ts';
import { description, pageMembers, resourceName } from './constraint.ts';
import { type Core, toSeconds } from './core.ts';
import { alreadyExists, notFound } from './errors.ts';
import { createNamedResources, type Refusals } from './named-resources.ts';
import { operation } from './operation.ts';

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

const refusals: Refusals = {
  taken: (name) => alreadyExists(`An api-destination '${name}'`),
  missing: (name, purpose) =>
    notFound(`Failed to ${purpose} the api-destination(s). An api-destination '${name}' does not exist.`),
};

const requireConnectionArn = (core: Core, arn: string): void => {
  const connections = [...core.tables.connection.values()];
  if (!connections.some(({ name, id }) => core.arns.connection(name, id) === arn))
    throw notFound(`Connection '${arn}' does not exist.`);
};

/** The API destination that a target's ARN names. */
export const apiDestinationAt = (core: Core, arn: string): ApiDestination | undefined =>
  [...core.tables.apiDestination.values()].find(({ name, id }) => core.arns.apiDestination(name, id) === arn);

export const apiDestinationOperations = (core: Core): Operations => {
  const destinations = createNamedResources<ApiDestination>(core, core.tables.apiDestination, refusals);
  return {
    CreateApiDestination: operation(createApiDestination, ({ Name, Description, ...input }) => {
      const destination = destinations.create(Name, Description, (base) => {
        requireConnectionArn(core, input.ConnectionArn);
        return {
          ...base,
          connectionArn: input.ConnectionArn,
          invocationEndpoint: input.InvocationEndpoint,
          httpMethod: input.HttpMethod,
          ratePerSecondMax: input.InvocationRateLimitPerSecond ?? defaultRatePerSecond,
        };
      });
      return changeOf(core, destination);
    }),
    DescribeApiDestination: operation(named, ({ Name }) => {
      const destination = destinations.require(Name, 'describe');
      return { ...summaryOf(core, destination), Description: destination.description };
    }),
    ListApiDestinations: operation(
      z.object({
        NamePrefix: resourceName().optional(),
        ConnectionArn: connectionArn.optional(),
        ...pageMembers,
      }),
      (input) => {
        const { ConnectionArn: arn } = input;
        const isWanted = (each: ApiDestination) => arn === undefined || each.connectionArn === arn;
        const { items, ...next } = destinations.page(input, isWanted);
        return { ApiDestinations: items.map((destination) => summaryOf(core, destination)), ...next };
      },
    ),
    UpdateApiDestination: operation(updateApiDestination, ({ Name, Description, ...input }) => {
      const destination = destinations.update(Name, Description, (old) => {
        if (input.ConnectionArn !== undefined) requireConnectionArn(core, input.ConnectionArn);
        return {
          ...old,
          connectionArn: input.ConnectionArn ?? old.connectionArn,
          invocationEndpoint: input.InvocationEndpoint ?? old.invocationEndpoint,
          httpMethod: input.HttpMethod ?? old.httpMethod,
          ratePerSecondMax: input.InvocationRateLimitPerSecond ?? old.ratePerSecondMax,
        };
      });
      return changeOf(core, destination);
    }),
    DeleteApiDestination: operation(named, ({ Name }) => {
      destinations.remove(Name);
      return {};
    }),
  };
};

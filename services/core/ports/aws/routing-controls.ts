import * as z from 'zod';
import { controlStateSchema, type TrafficPoint } from '../../../../contracts/traffic.ts';
import type { Change } from '../../../../contracts/traffic-order.ts';
import type { TrafficReading } from '../traffic-service.ts';
import { type Access, type SignedCall, SignedCallError } from './signed-call.ts';

const stateSchema = z.object({ RoutingControlState: controlStateSchema });

/** What another endpoint of the cluster may answer better: this one has no quorum, is too busy, or is not there. */
const isOfEndpoint = (error: unknown): boolean =>
  !(error instanceof SignedCallError) ||
  error.$metadata.httpStatusCode >= 500 ||
  ['EndpointTemporarilyUnavailableException', 'ThrottlingException', 'InternalServerException'].includes(
    error.name,
  );

const regionOf = (endpoint: string): string =>
  /\.route53-recovery-cluster\.([\w-]+)\./.exec(endpoint)?.[1] ?? '';

export interface RoutingControls {
  read(points: readonly TrafficPoint[]): Promise<readonly TrafficReading[]>;
  /** Throws the service's error: a ConflictException is a safety rule's. */
  change(changes: readonly Change[]): Promise<void>;
}

/**
 * The data plane of ARC's routing control: five endpoints, each in a Region of its own, any of which answers for the
 * cluster. They are asked in turn until one does. No safety rule is ever overridden.
 */
export const createRoutingControls = (
  access: Access,
  call: SignedCall,
  endpoints: readonly string[],
): RoutingControls => {
  const at = (endpoint: string, operation: string, input: unknown): Promise<string> =>
    call({
      ...access,
      region: regionOf(endpoint),
      origin: new URL(endpoint).origin,
      path: '/v1/',
      service: 'route53-recovery-cluster',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `ToggleCustomerAPI.${operation}`,
      },
      body: JSON.stringify(input),
    });
  const inTurn = async (operation: string, input: unknown): Promise<string> => {
    let last: unknown = new Error('there is no endpoint');
    for (const endpoint of endpoints)
      try {
        return await at(endpoint, operation, input);
      } catch (error) {
        if (!isOfEndpoint(error)) throw error;
        last = error;
      }
    throw last;
  };
  return {
    read: async (points) => {
      const readings: TrafficReading[] = [];
      for (const point of points)
        if (point.what === 'routing-control') {
          const answer = await inTurn('GetRoutingControlState', { RoutingControlArn: point.arn });
          readings.push({ value: stateSchema.parse(JSON.parse(answer)).RoutingControlState });
        }
      return readings;
    },
    change: async (changes) => {
      const entries = changes.flatMap(({ point, to }) =>
        point.what === 'routing-control' ? [{ RoutingControlArn: point.arn, RoutingControlState: to }] : [],
      );
      await inTurn('UpdateRoutingControlStates', { UpdateRoutingControlStateEntries: entries });
    },
  };
};

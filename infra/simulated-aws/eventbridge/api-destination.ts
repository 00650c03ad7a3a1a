import type { NamedResource } from './named-resource.ts';

export const httpMethods = ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'] as const;

/** An HTTP endpoint that can be a target; the host calls it. */
export interface ApiDestination extends NamedResource {
  readonly connectionArn: string;
  readonly invocationEndpoint: string;
  readonly httpMethod: (typeof httpMethods)[number];
  readonly ratePerSecondMax: number;
}

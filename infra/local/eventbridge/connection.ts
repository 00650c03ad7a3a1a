import type { NamedResource } from './named-resource.ts';
import type { JsonObject } from './json.ts';

export const authorizationTypes = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'] as const;

/** How an API destination is authorized. Unlike AWS, which keeps the secrets apart, they lie in the journal. */
export interface Connection extends NamedResource {
  readonly authorizationType: (typeof authorizationTypes)[number];
  readonly authParameters: JsonObject;
}

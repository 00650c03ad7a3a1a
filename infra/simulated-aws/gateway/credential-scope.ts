import type { WireRequest } from '../wire.ts';

/** For whom, where and for which service a request was signed. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's signing name. */
  readonly service: string;
}

const scopePattern =
  /(?:^|[\s,])Credential=(?<key>[^/\s,]+)\/\d{8}\/(?<region>[^/\s,]+)\/(?<service>[^/\s,]+)\/aws4_request/;

const serviceOfTarget: Readonly<Record<string, string>> = {
  AWSEvents: 'events',
  AmazonSSM: 'ssm',
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secretsmanager',
  ServiceQuotasV20190624: 'servicequotas',
};

const scopeIn = (text: string): CredentialScope | undefined => {
  const { key, region, service } = scopePattern.exec(text)?.groups ?? {};
  if (key === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId: key, region, service };
};

/** The service that a request names beside its signature; nothing where only the signature does. */
export const serviceNamedIn = ({ headers }: Pick<WireRequest, 'headers'>): string | undefined => {
  const [prefix = ''] = (headers['x-amz-target'] ?? '').split('.');
  return Object.hasOwn(serviceOfTarget, prefix) ? serviceOfTarget[prefix] : undefined;
};

/**
 * The credential scope of a request: from its SigV4 header or presigned query. A request that was not signed
 * may still name its service in `X-Amz-Target`. What the signature is worth is judged elsewhere, and only on demand.
 */
export const credentialScopeOf = (
  { headers, query }: Pick<WireRequest, 'headers' | 'query'>,
  defaultRegion: string,
): CredentialScope | undefined => {
  const signed =
    scopeIn(headers['authorization'] ?? '') ?? scopeIn(`Credential=${query['X-Amz-Credential'] ?? ''}`);
  if (signed !== undefined) return signed;
  const service = serviceNamedIn({ headers });
  return service === undefined ? undefined : { accessKeyId: '', region: defaultRegion, service };
};

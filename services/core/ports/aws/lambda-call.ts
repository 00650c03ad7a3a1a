import type { Target } from '../../../../contracts/plan.ts';
import { type Access, createSignedExchange, type SignedAnswer, type SignedExchange } from './signed-call.ts';

export interface LambdaDeps {
  readonly access: (target: Target) => Promise<Access>;
  readonly exchange?: SignedExchange;
}

interface LambdaRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type LambdaCall = (target: Target, request: LambdaRequest) => Promise<SignedAnswer>;

/** Signed calls instead of Lambda's client, which would add a third to each handler that carries it. */
export const createLambdaCall =
  ({ access, exchange = createSignedExchange() }: LambdaDeps): LambdaCall =>
  async (target, { headers = {}, body = '', ...request }) =>
    exchange({
      ...(await access(target)),
      ...{ service: 'lambda', body, ...request },
      headers: { ...headers, ...(request.method !== 'GET' && { 'content-type': 'application/json' }) },
    });

/** The path of a function, and the version or alias that is asked for. */
export const functionPath = (
  functionName: string,
  operation: string,
  since = '2015-03-31',
): Pick<LambdaRequest, 'path' | 'query'> => {
  const [name = '', qualifier] = functionName.split(':');
  return {
    path: `/${since}/functions/${encodeURIComponent(name)}/${operation}`,
    ...(qualifier !== undefined && { query: { Qualifier: qualifier } }),
  };
};

export const failureOf = (error: unknown): { readonly name: string; readonly message: string } =>
  error instanceof Error ? error : { name: '', message: String(error) };

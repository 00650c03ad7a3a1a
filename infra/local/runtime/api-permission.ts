import { apiService, functionName } from '../../topology.ts';
import { type Enforcement, service } from '../../simulated-aws/iam/enforcement.ts';

/** What becomes of a request at API Gateway, before any function hears of it. */
export type Admission = 'admitted' | 'unrouted' | 'refused';

interface Asked {
  readonly method: string;
  readonly path: string;
}

const isSegment = (wanted: string, given: string | undefined): boolean =>
  given !== undefined && (/^\{[^}]+\}$/.test(wanted) ? given !== '' : wanted === given);

/** Paths of HTTP APIs: `/plans/{planId}`, and `/{proxy+}` for all that follows. */
const isPath = (wanted: string, given: string): boolean => {
  const [all, asked] = [wanted.split('/'), given.split('/')];
  const greedy = all.findIndex((segment) => segment.endsWith('+}'));
  if (greedy < 0)
    return all.length === asked.length && all.every((segment, at) => isSegment(segment, asked[at]));
  return asked.length > greedy && all.slice(0, greedy).every((segment, at) => isSegment(segment, asked[at]));
};

/** Whether a request is one of a route: `GET /plans`, `ANY /plans`, `$default`. */
const isOfRoute = (route: string, { method, path }: Asked): boolean => {
  if (route === '$default') return true;
  const [verb = '', wanted = ''] = route.split(' ');
  return (verb === 'ANY' || verb === method) && isPath(wanted, path);
};

/** API Gateway names the API, its stage and the route to the function that it invokes. */
const sourceArn = (
  { id, account, region }: Enforcement['deployment']['apis'][number],
  { method, path }: Asked,
): string => `arn:aws:execute-api:${region}:${account}:${id}/$default/${method}${path}`;

/** Whether the deployed API has a route for a request, and may invoke the product's function for it. */
export const createApiPermission =
  (enforcement: Enforcement) =>
  (asked: Asked): Admission => {
    const fn = enforcement.functionNamed(functionName(apiService));
    const api = enforcement.deployment.apis.find(({ routes }) =>
      routes.some((route) => isOfRoute(route, asked)),
    );
    if (fn === undefined || api === undefined) return 'unrouted';
    const access = { action: 'lambda:InvokeFunction', resource: fn.arn };
    const context = { 'aws:SourceArn': sourceArn(api, asked) };
    return enforcement.refusal(service('apigateway'), access, context) === undefined ? 'admitted' : 'refused';
  };

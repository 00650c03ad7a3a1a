import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routes as apiRoutes } from '../../services/faces/api/app.ts';
import { scopes } from '../../services/faces/api/route.ts';
import { apiBase } from '../topology.ts';
import { KeptLog } from './kept-log.ts';
import type { Settings } from './settings.ts';

export interface OperatorApiProps {
  readonly handler: IFunction;
  readonly settings: NonNullable<Settings['api']>;
  readonly logDays: number;
  readonly key: Key | undefined;
}

/** More than people need, and less than what would wear out the account. */
const throttle = { burstLimit: 50, rateLimit: 20 };

const methods = { get: HttpMethod.GET, post: HttpMethod.POST, put: HttpMethod.PUT } as const;

/** Each route of the API's own table. */
const routes = apiRoutes.map(({ method, path, scope }) => ({ method, path, scopes: [scope] }));

/** Whoever may do anything may read what there is to do. */
const documentRoute = { method: 'get', path: '/openapi.json', scopes } as const;

/** The scopes as a token may name them, one of which is enough; none where groups say what a bearer may do. */
export const scopesInToken = (
  some: readonly string[],
  { scopesFrom, resourceServer }: Pick<OperatorApiProps['settings'], 'scopesFrom' | 'resourceServer'>,
): string[] =>
  scopesFrom === 'groups' ? [] : some.flatMap((scope) => [scope, `${resourceServer}/${scope}`]);

/**
 * The HTTP API for operators. Nobody gets in without a token of the issuer, and to a route only with its
 * scope; the function checks the scope once more.
 */
export class OperatorApi extends Construct {
  /** Its host, on which it stands under the API's path. */
  readonly domainName: string;

  constructor(scope: Construct, id: string, { handler, settings, logDays, key }: OperatorApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: 'groundswell',
      description: 'What operators ask of Groundswell',
      createDefaultStage: false,
    });
    this.domainName = `${api.apiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`;
    const integration = new HttpLambdaIntegration('Function', handler, {
      // One permission for each route would outgrow the 20 KB of a function's policy.
      scopePermissionToRoute: false,
    });
    const authorizer = new HttpJwtAuthorizer('Token', settings.issuer, {
      jwtAudience: [...settings.audience],
    });
    for (const { method, path, scopes: some } of [...routes, documentRoute])
      api.addRoutes({
        path: apiBase + path,
        methods: [methods[method]],
        integration,
        authorizer,
        authorizationScopes: scopesInToken(some, settings),
      });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new KeptLog(this, 'Log', { logGroupName: '/aws/apigateway/groundswell', logDays, key }).group,
        ),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            ip: '$context.identity.sourceIp',
            subject: '$context.authorizer.claims.sub',
            route: '$context.routeKey',
            status: '$context.status',
            time: '$context.requestTime',
          }),
        ),
      },
    });
    new CfnOutput(this, 'Url', { value: `${stage.url}${apiBase.slice(1)}` });
  }
}

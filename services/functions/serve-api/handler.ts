import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';
import * as z from 'zod';
import { systemClock } from '../../core/ports/aws/clock.ts';
import { namesSchema, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onHttp, type HttpInvocation } from '../../core/ports/aws/http.ts';
import { createAwsLog } from '../../core/ports/aws/log.ts';
import { awsOperatorPorts } from '../../core/ports/aws/operator-ports.ts';
import { createAwsAlarmReader } from '../../core/ports/aws/alarm-reader.ts';
import { createAwsCalendarReader } from '../../core/ports/aws/calendar-reader.ts';
import { createAwsFunctionReader } from '../../core/ports/aws/function-reader.ts';
import { createDrsClients, createTargetAccess } from '../../core/ports/aws/drs-clients.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createAwsParameterReader } from '../../core/ports/aws/parameter-reader.ts';
import { createAwsRunbookReader } from '../../core/ports/aws/runbook-reader.ts';
import { createAwsHomewardReader } from '../../core/ports/aws/homeward-reader.ts';
import { createEc2Query } from '../../core/ports/aws/ec2-query.ts';
import { createSignedCall } from '../../core/ports/aws/signed-call.ts';
import { createAwsTrafficService } from '../../core/ports/aws/traffic-service.ts';
import { createTargetCredentials } from '../../core/ports/aws/target-credentials.ts';
import { createApp } from '../../faces/api/app.ts';
import { createCurrentRules } from '../../faces/api/current-rules.ts';
import { callerOf, localCaller } from '../../faces/api/caller.ts';

const settings = parseEnvironment(
  z.object({
    AWS_REGION: z.string(),
    EVENT_BUS_NAME: z.string().min(1),
    STATE_TABLE: z.string().min(3),
    ALLOWED_DOCUMENTS: namesSchema,
    ALLOWED_FUNCTIONS: namesSchema,
    ALLOWED_TRAFFIC: namesSchema,
    ACCESS_RULES: z
      .string()
      .optional()
      .describe(
        'The parameter of SSM with the access rules. Default: a token with a scope may use it on all plans.',
      ),
    API_BASE: z.string().default('/api'),
    API_CALLERS: z
      .enum(['jwt', 'local'])
      .default('jwt')
      .describe(
        'Who is asked who asks: the JWT authorizer, or nobody, since only this machine can reach it.',
      ),
  }),
  process.env,
);

const operator = awsOperatorPorts({
  endpoint: undefined,
  region: settings.AWS_REGION,
  busName: settings.EVENT_BUS_NAME,
  tableName: settings.STATE_TABLE,
});
const homeAccount = homeAccountOf(process.env);
const home = { account: homeAccount, region: settings.AWS_REGION };
const clientsOf = createDrsClients(createTargetCredentials(homeAccount));
const recovery = createAwsRecoveryService({ homeAccount, clientsOf });
const access = createTargetAccess(clientsOf);
const homeward = createAwsHomewardReader(clientsOf, createEc2Query(createSignedCall(), access));
const runbooks = createAwsRunbookReader({ access });
const alarms = createAwsAlarmReader({ access });
const calendars = createAwsCalendarReader({ access: () => access(home) });
const functions = createAwsFunctionReader({ access });
const traffic = createAwsTrafficService({ access });
const log = createAwsLog('serve-api')();

/** By the wall's clock, whatever a simulation makes of time. */
const rulesIn = (name: string) => {
  const parameters = createAwsParameterReader({ access: () => access(home) });
  return createCurrentRules({
    read: () => parameters(name),
    now: Date.now,
    onFailure: (error) => log.warn('The access rules cannot be read; those read last go on', { error }),
  });
};

const invocationOf = (context: Context): HttpInvocation => context.env as HttpInvocation;

const app = createApp({
  base: settings.API_BASE,
  portsOf: (context) => ({
    store: operator.store,
    recovery,
    homeward,
    runbooks,
    alarms,
    calendars,
    traffic,
    functions,
    requests: operator,
    clock: invocationOf(context).clock ?? systemClock,
    home,
    allowed: {
      documents: settings.ALLOWED_DOCUMENTS,
      functions: settings.ALLOWED_FUNCTIONS,
      traffic: settings.ALLOWED_TRAFFIC,
    },
    newId: randomUUID,
    sleep: (ms) => sleep(ms),
  }),
  callerOf: (context) =>
    settings.API_CALLERS === 'local' ? localCaller : callerOf(invocationOf(context).requestContext),
  ...(settings.ACCESS_RULES !== undefined && { rules: rulesIn(settings.ACCESS_RULES) }),
  onFailure: (error) => log.warn('The API failed', { error }),
});

export const handler = onHttp((request, invocation) => app.fetch(request, invocation));

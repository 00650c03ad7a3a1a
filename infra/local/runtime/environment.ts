import {
  apiBase,
  busName,
  deadLetterQueueName,
  functions,
  parkingQueueName,
  scheduleGroup,
  scheduleService,
  schedulerRoleName,
  stateTable,
  timerQueuePrefix,
} from '../../topology.ts';
import { accessParameter } from '../../../contracts/access.ts';

/** Nothing of the simulated AWS can do harm. */
export const localDocuments: readonly string[] = ['*'];
export const localTraffic: readonly string[] = ['*'];

/** Nor can the functions of a scenario; the product's own are refused all the same. */
export const localFunctions: readonly string[] = ['*'];

export interface HandlerEnvironmentOptions {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** Log level of the handlers, in Powertools' words. */
  readonly logLevel: string;
  /** A second person has to approve every real recovery. Default: where the plan says so. */
  readonly recoveryNeedsApproval?: boolean;
  /** Whether the API asks whoever calls it for a token. Default: whoever reaches the endpoint may do everything. */
  readonly asksForTokens?: boolean;
  /** Whether access rules decide on what a token may do with which plans. */
  readonly hasAccessRules?: boolean;
}

/** What Lambda would put into a function's environment, and what turns the SDK's clients to the local endpoint. */
export const handlerEnvironment = ({
  endpoint,
  account,
  region,
  logLevel,
  recoveryNeedsApproval = false,
  asksForTokens = false,
  hasAccessRules = false,
}: HandlerEnvironmentOptions): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCOUNT_ID: account,
  EVENT_BUS_NAME: busName,
  STATE_TABLE: stateTable.name,
  TIMER_QUEUE_URL_PREFIX: `${endpoint}/${account}/${timerQueuePrefix}`,
  PARKING_QUEUE_URL: `${endpoint}/${account}/${parkingQueueName}`,
  DEAD_LETTER_QUEUE_URLS: functions
    .map(({ service }) => `${endpoint}/${account}/${deadLetterQueueName(service)}`)
    .join(','),
  SCHEDULE_GROUP: scheduleGroup,
  SCHEDULE_ROLE_ARN: `arn:aws:iam::${account}:role/${schedulerRoleName(region)}`,
  SCHEDULE_BUS_ARN: `arn:aws:events:${region}:${account}:event-bus/${busName}`,
  SCHEDULE_DEAD_LETTER_ARN: `arn:aws:sqs:${region}:${account}:${deadLetterQueueName(scheduleService)}`,
  ALLOWED_DOCUMENTS: localDocuments.join(','),
  ALLOWED_FUNCTIONS: localFunctions.join(','),
  ALLOWED_TRAFFIC: localTraffic.join(','),
  API_BASE: apiBase,
  // Without tokens, whoever reaches the endpoint is the user of this machine.
  API_CALLERS: asksForTokens ? 'jwt' : 'local',
  ...(hasAccessRules && { ACCESS_RULES: accessParameter }),
  RECOVERY_NEEDS_APPROVAL: String(recoveryNeedsApproval),
  POWERTOOLS_LOG_LEVEL: logLevel,
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_TRACE_ENABLED: 'false',
});

/** A user's own profile, session or endpoints must not lead a simulated call to the real AWS. */
const isForeign = (name: string): boolean =>
  /^AWS_(PROFILE|SESSION_TOKEN|ENDPOINT_URL_.*|IGNORE_CONFIGURED_ENDPOINT_URLS|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_.*|USE_FIPS_ENDPOINT|USE_DUALSTACK_ENDPOINT)$/.test(
    name,
  );

/** Puts the variables into the environment of this process. Returns how to put it back as it was. */
export const enterEnvironment = (variables: Readonly<Record<string, string>>): (() => void) => {
  const before = { ...process.env };
  for (const name of Object.keys(process.env).filter(isForeign)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables))
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  };
};

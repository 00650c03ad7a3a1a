import type { AlarmReader } from '../alarm-reader.ts';
import type { CalendarReader } from '../calendar-reader.ts';
import { createAwsAlarmReader } from './alarm-reader.ts';
import { createAwsCalendarReader } from './calendar-reader.ts';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AllowedThing } from '../../../../contracts/allow-lists.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { FunctionReader } from '../function-reader.ts';
import type { HomewardReader } from '../homeward-reader.ts';
import type { HostNames } from '../host-names.ts';
import type { NativePlans } from '../native-plans.ts';
import type { RecoveryService } from '../recovery-service.ts';
import type { TrafficReader } from '../traffic-service.ts';
import type { RunbookReader } from '../runbook-reader.ts';
import { type AllowList, readAllowList } from './allow-list.ts';
import { createAssumeRole } from './assume-role.ts';
import { clientSettings, localCredentials, type Whereabouts } from './client-settings.ts';
import { createDrsClients, createTargetAccess } from './drs-clients.ts';
import { createAwsFunctionReader } from './function-reader.ts';
import { createEc2Query } from './ec2-query.ts';
import { createAwsHomewardReader } from './homeward-reader.ts';
import { createAwsHostNames } from './host-names.ts';
import { createAwsNativePlans } from './native-plans.ts';
import { createAwsRecoveryService } from './recovery-service.ts';
import { createAwsRunbookReader } from './runbook-reader.ts';
import { type Access, createSignedCall, createSignedExchange, type SignedCall } from './signed-call.ts';
import { createAwsTrafficService } from './traffic-service.ts';
import { createTargetCredentials } from './target-credentials.ts';

export interface CheckPorts {
  /** Where a plan's waves are recovered that name no target. */
  readonly home: Target;
  /** Of AWS, as it stands in ARNs. */
  readonly partition: string;
  readonly recovery: RecoveryService;
  readonly runbooks: RunbookReader;
  readonly nativePlans: NativePlans;
  readonly hostNames: HostNames;
  readonly homeward: HomewardReader;
  readonly alarms: AlarmReader;
  readonly calendars: CalendarReader;
  readonly traffic: TrafficReader;
  readonly functions: FunctionReader;
  /** As the deployment publishes them. */
  readonly allowList: (what: AllowedThing) => Promise<AllowList>;
}

/** STS: GetCallerIdentity. */
const identityOf = async (
  call: SignedCall,
  access: Access,
): Promise<{ readonly account: string; readonly partition: string }> => {
  const answer = await call({
    ...access,
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  const account = /<Account>(\d{12})<\/Account>/.exec(answer)?.[1];
  if (account === undefined) throw new Error('STS does not say which account this is.');
  return { account, partition: /<Arn>arn:([\w-]+):/.exec(answer)?.[1] ?? 'aws' };
};

/** What a check of a plan asks, with the caller's own credentials and the roles of the plan's targets. */
export const awsCheckPorts = async ({ endpoint, region }: Whereabouts): Promise<CheckPorts> => {
  const isLocal = endpoint !== undefined;
  const { config } = new EventBridgeClient(clientSettings({ endpoint, region }));
  const call = createSignedCall(endpoint);
  const access = { region: await config.region(), credentials: await config.credentials() };
  const { account, partition } = await identityOf(call, access);
  const home = { account, region: access.region };
  const assumeRole = createAssumeRole({
    call,
    credentials: () => config.credentials(),
    region: home.region,
  });
  const credentialsOf = createTargetCredentials(home.account, assumeRole);
  const clientsOf = createDrsClients(
    (target) => credentialsOf(target) ?? (isLocal ? async () => localCredentials : undefined),
    isLocal ? { endpoint } : {},
  );
  const inTargets = { access: createTargetAccess(clientsOf), call };
  return {
    home,
    partition,
    recovery: createAwsRecoveryService({ homeAccount: home.account, clientsOf, signedCall: call }),
    nativePlans: createAwsNativePlans(inTargets),
    hostNames: createAwsHostNames(clientsOf),
    homeward: createAwsHomewardReader(clientsOf, createEc2Query(call, inTargets.access)),
    runbooks: createAwsRunbookReader(inTargets),
    alarms: createAwsAlarmReader(inTargets),
    calendars: createAwsCalendarReader({ access: async () => access, call }),
    traffic: createAwsTrafficService(inTargets),
    functions: createAwsFunctionReader({
      access: inTargets.access,
      exchange: createSignedExchange(endpoint),
    }),
    allowList: (what) => readAllowList(call, access, what),
  };
};

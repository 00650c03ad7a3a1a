import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../../../contracts/envelope.ts';
import type { RecordStore } from '../record-store.ts';
import { EventsRefusedError } from './event-bus.ts';
import type { AuditReplays } from '../replays.ts';
import { createAwsRecordStore } from './record-store.ts';
import { createAwsReplays } from './replays.ts';
import { type AllowList, readAllowList } from './allow-list.ts';
import { createAssumeRole } from './assume-role.ts';
import { createDrsClients, createTargetAccess } from './drs-clients.ts';
import { createAwsRunbookReader } from './runbook-reader.ts';
import { createAwsRecoveryService } from './recovery-service.ts';
import { type Access, createSignedCall, type SignedCall } from './signed-call.ts';
import { createTargetCredentials } from './target-credentials.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { RunbookReader } from '../runbook-reader.ts';
import type { Deployment } from '../deployment.ts';
import type { RecoveryService } from '../recovery-service.ts';

export interface OperatorPortsOptions {
  /** Undefined: AWS itself, with the caller's own credentials. */
  readonly endpoint: string | undefined;
  /** Undefined: as the AWS configuration says. */
  readonly region: string | undefined;
  readonly busName: string;
  readonly tableName: string;
}

/** What somebody outside needs: to ask for something, and to look. */
export interface OperatorPorts {
  readonly store: RecordStore;
  /** Publishes a request or a decision; returns EventBridge's id of it. */
  say(name: string, data: unknown): Promise<string>;
}

/** Real credentials are not shown to an endpoint that does not check them. */
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export const awsOperatorPorts = ({
  endpoint,
  region,
  busName,
  tableName,
}: OperatorPortsOptions): OperatorPorts => {
  const settings = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, credentials: localCredentials }),
  };
  const events = new EventBridgeClient(settings);
  return {
    store: createAwsRecordStore({ client: new DynamoDBClient(settings), tableName }),
    async say(name, data) {
      const entry = {
        EventBusName: busName,
        Source: eventSource,
        DetailType: name,
        Detail: JSON.stringify({ data }),
      };
      const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      const [answer] = Entries;
      if (answer?.EventId === undefined)
        throw new EventsRefusedError([`${name}: ${answer?.ErrorMessage ?? 'no answer'}`]);
      return answer.EventId;
    },
  };
};

/** Replays of the deployment's archive to its audit; their names are those of the topology. */
export const awsAuditReplays = ({
  endpoint,
  region,
  busName,
}: Pick<OperatorPortsOptions, 'endpoint' | 'region' | 'busName'>): AuditReplays =>
  createAwsReplays({
    client: new EventBridgeClient({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint, credentials: localCredentials }),
    }),
    busName,
    archiveName: 'groundswell',
    auditRuleName: 'groundswell-record-audit',
  });

export interface CheckPorts {
  /** Where a plan's waves are recovered that name no target. */
  readonly home: Target;
  readonly recovery: RecoveryService;
  readonly runbooks: RunbookReader;
  /** As the deployment publishes it. */
  readonly allowList: () => Promise<AllowList>;
  /** What of the product is deployed there. */
  readonly deployment: () => Promise<Deployment>;
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
export const awsCheckPorts = async ({
  endpoint,
  region,
}: Pick<OperatorPortsOptions, 'endpoint' | 'region'>): Promise<CheckPorts> => {
  const isLocal = endpoint !== undefined;
  const { config } = new EventBridgeClient({
    ...(region !== undefined && { region }),
    ...(isLocal && { credentials: localCredentials }),
  });
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
  return {
    home,
    recovery: createAwsRecoveryService({ homeAccount: home.account, clientsOf, signedCall: call }),
    runbooks: createAwsRunbookReader({ access: createTargetAccess(clientsOf), call }),
    allowList: () => readAllowList(call, access),
    deployment: async () => {
      // Its clients take long to load, and only an examination asks for them.
      const { createAwsDeployment } = await import('./deployment.ts');
      const settings = {
        region: home.region,
        ...(isLocal && { endpoint, credentials: localCredentials }),
      };
      return createAwsDeployment({ settings, partition, ...home });
    },
  };
};

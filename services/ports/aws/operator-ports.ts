import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../../../contracts/envelope.ts';
import type { RecordStore } from '../record-store.ts';
import { EventsRefusedError } from './event-bus.ts';
import type { AuditReplays } from '../replays.ts';
import { createAwsRecordStore } from './record-store.ts';
import { createAwsReplays } from './replays.ts';
import { createAssumeRole } from './assume-role.ts';
import { createDrsClients } from './drs-clients.ts';
import { createAwsRecoveryService } from './recovery-service.ts';
import { createSignedCall } from './signed-call.ts';
import { createTargetCredentials } from './target-credentials.ts';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Target } from '../../../contracts/plan.ts';
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
}

/** What a check of a plan asks, with the caller's own credentials and the roles of the plan's targets. */
export const awsCheckPorts = async ({
  endpoint,
  region,
}: Pick<OperatorPortsOptions, 'endpoint' | 'region'>): Promise<CheckPorts> => {
  const local = endpoint !== undefined && { endpoint, credentials: localCredentials };
  const sts = new STSClient({ ...(region !== undefined && { region }), ...local });
  const { Account: account } = await sts.send(new GetCallerIdentityCommand({}));
  if (account === undefined) throw new Error('STS does not say which account this is.');
  const home = { account, region: await sts.config.region() };
  const assumeRole = createAssumeRole({
    call: createSignedCall(endpoint),
    credentials: () => sts.config.credentials(),
    region: home.region,
  });
  const credentialsOf = createTargetCredentials(account, assumeRole);
  const clientsOf = createDrsClients(
    (target) => credentialsOf(target) ?? (local === false ? undefined : async () => localCredentials),
    endpoint === undefined ? {} : { endpoint },
  );
  const signedCall = createSignedCall(endpoint);
  return { home, recovery: createAwsRecoveryService({ homeAccount: account, clientsOf, signedCall }) };
};

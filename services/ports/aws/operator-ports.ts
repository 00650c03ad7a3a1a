import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../../../contracts/envelope.ts';
import type { RecordStore } from '../record-store.ts';
import { EventsRefusedError } from './event-bus.ts';
import type { AuditReplays } from '../replays.ts';
import { createAwsRecordStore } from './record-store.ts';
import { createAwsReplays } from './replays.ts';

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

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../../../../contracts/envelope.ts';
import { taskSource, type TaskEventName } from '../../../../contracts/task-events.ts';
import type { RecordStore } from '../record-store.ts';
import type { AuditReplays } from '../replays.ts';
import { clientSettings, type Whereabouts } from './client-settings.ts';
import { EventsRefusedError } from './event-bus.ts';
import { createAwsRecordStore } from './record-store.ts';
import { createAwsReplays } from './replays.ts';

/** Of what people and workers say the one thing that is no request. */
const taskReported: TaskEventName = 'TaskReported';

export interface OperatorPortsOptions extends Whereabouts {
  readonly busName: string;
  readonly tableName: string;
}

/** What somebody outside needs: to ask for something, and to look. */
export interface OperatorPorts {
  readonly store: RecordStore;
  /** Publishes a request or a decision; returns EventBridge's id of it. */
  say(name: string, data: unknown): Promise<string>;
}

export const awsOperatorPorts = ({
  endpoint,
  region,
  busName,
  tableName,
}: OperatorPortsOptions): OperatorPorts => {
  const settings = clientSettings({ endpoint, region });
  const events = new EventBridgeClient(settings);
  return {
    store: createAwsRecordStore({ client: new DynamoDBClient(settings), tableName }),
    async say(name, data) {
      const entry = {
        EventBusName: busName,
        Source: name === taskReported ? taskSource : eventSource,
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
}: Omit<OperatorPortsOptions, 'tableName'>): AuditReplays =>
  createAwsReplays({
    client: new EventBridgeClient(clientSettings({ endpoint, region })),
    busName,
    archiveName: 'groundswell',
    auditRuleName: 'groundswell-record-audit',
  });

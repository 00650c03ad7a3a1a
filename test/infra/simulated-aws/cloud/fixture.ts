import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DrsClient } from '@aws-sdk/client-drs';
import type { SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';

export const home = '111122223333';
export const other = '444455556666';
export const [ireland, virginia] = ['eu-west-1', 'us-east-1'] as const;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
const local: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The keys of a role in an account. */
export const keysOf = async (
  { endpoint }: Pick<SimulatedAws, 'endpoint'>,
  account: string,
): Promise<Credentials> => {
  if (account === home) return local;
  const sts = new STSClient({ endpoint, region: ireland, credentials: local });
  const RoleArn = `arn:aws:iam::${account}:role/tester`;
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
};

/** Clients of an account and Region. */
export const clientsOf = async (
  aws: Pick<SimulatedAws, 'endpoint'>,
  account = home,
  region: string = ireland,
) => {
  const credentials = await keysOf(aws, account);
  const options = { endpoint: aws.endpoint, region, credentials };
  const [events, sqs] = [new EventBridgeClient(options), new SQSClient(options)];

  /** Secrets Manager, whose client nobody here has. */
  const secrets = async (operation: string, input: object) => {
    const { accessKeyId, sessionToken } = credentials;
    const answer = await fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `secretsmanager.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/${region}/secretsmanager/aws4_request`,
        ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      },
      body: JSON.stringify(input),
    });
    return (await answer.json()) as Readonly<Record<string, unknown>>;
  };
  return {
    ...{ account, region, events, sqs, secrets },
    sns: new SNSClient(options),
    lambda: new LambdaClient(options),
    drs: new DrsClient(options),
    dynamodb: new DynamoDBClient(options),
    busArn: (name: string) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
    queueArn: (name: string) => `arn:aws:sqs:${region}:${account}:${name}`,

    async queue(QueueName: string, policy?: object) {
      const Attributes = policy && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [policy] }) };
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      const { Attributes: made } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      return { url: QueueUrl, arn: made?.QueueArn ?? '' };
    },

    /** What comes within the time, which is that of the simulated AWS. */
    async received(QueueUrl: string, WaitTimeSeconds = 20) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages;
    },

    async rule(
      Name: string,
      target: Omit<Target, 'Id'>,
      pattern: object = { source: ['shop'] },
      bus = 'default',
    ) {
      const EventBusName = bus;
      await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
      await events.send(
        new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: 'one', ...target }] }),
      );
    },

    say: (Detail = '{}', EventBusName?: string) =>
      events.send(
        new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail, EventBusName }] }),
      ),
  };
};

export type Clients = Awaited<ReturnType<typeof clientsOf>>;

export const tableNamed = (TableName: string) =>
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });

export const roleIn = (account: string): string => `arn:aws:iam::${account}:role/onwards`;

/** A statement of a queue's or topic's policy by which an account comes in. */
export const letIn = (account: string, Action: string): object => ({
  ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` } },
  ...{ Action, Resource: '*' },
});

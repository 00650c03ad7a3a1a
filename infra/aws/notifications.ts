import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type Endpoint, ProductTopic } from './product-topic.ts';
import type { NotifySettings } from './settings.ts';

export interface NotificationsProps {
  readonly endpoints: readonly Endpoint[];
  /** What rules may name beside what stands under `/groundswell/`. */
  readonly named: NotifySettings;
  readonly deadLetters: Queue;
  readonly key: Key | undefined;
}

/** What the notifier reads its rules from. Secrets of further channels are kept beside it, under `/groundswell/`. */
const rulesParameter = '/groundswell/notify';

/** A name that begins with a slash has it in its ARN once. */
const parameterArn = (stack: Stack, name: string): string =>
  stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') });

/** Parameter Store asks Secrets Manager in the caller's name, which ends each ARN with six characters of its own. */
const ofSecrets = (stack: Stack, names: readonly string[]): readonly PolicyStatement[] =>
  names.length === 0
    ? []
    : [
        new PolicyStatement({
          sid: 'ReadNamedSecrets',
          actions: ['secretsmanager:GetSecretValue'],
          resources: names.map((name) =>
            stack.formatArn({
              service: 'secretsmanager',
              resource: 'secret',
              resourceName: `${name}-??????`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ),
        }),
      ];

/** Keys work for these services alone: the function itself decrypts nothing. */
const ofKeys = (stack: Stack, keys: readonly string[]): readonly PolicyStatement[] =>
  keys.length === 0
    ? []
    : [
        new PolicyStatement({
          sid: 'UseNamedKeys',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [...keys],
          conditions: {
            StringEquals: {
              'kms:ViaService': ['ssm', 'secretsmanager', 'sns'].map(
                (service) => `${service}.${stack.region}.amazonaws.com`,
              ),
            },
          },
        }),
      ];

/**
 * Notifications: a topic with the deployer's endpoints, and the parameter with the rules that lead there.
 * Rules for chat and paging are added to the parameter itself, and are followed with the next message.
 */
export class Notifications extends Construct {
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, { endpoints, named, deadLetters, key }: NotificationsProps) {
    super(scope, id);
    const { topic } = new ProductTopic(this, 'Notifications', {
      topicName: 'groundswell-notifications',
      displayName: 'Groundswell',
      ...{ endpoints, deadLetters, key },
    });
    const rules = {
      channels: { people: { kind: 'sns', topicArn: topic.topicArn } },
      rules: endpoints.length === 0 ? [] : [{ channels: ['people'] }],
    };
    const stack = Stack.of(this);
    new StringParameter(this, 'Rules', {
      parameterName: rulesParameter,
      description: 'Notification rules of Groundswell',
      stringValue: stack.toJsonString(rules),
    });
    this.statements = [
      new PolicyStatement({
        sid: 'Tell',
        actions: ['sns:Publish'],
        resources: [topic.topicArn, ...named.topics],
      }),
      new PolicyStatement({
        sid: 'ReadRulesAndSecrets',
        actions: ['ssm:GetParameter'],
        resources: [
          'groundswell/*',
          ...named.parameters,
          ...named.secrets.map((name) => `aws/reference/secretsmanager/${name}`),
        ].map((name) => parameterArn(stack, name)),
      }),
      ...ofSecrets(stack, named.secrets),
      ...ofKeys(stack, named.keys),
    ];
  }
}

import { type Input, isRecord, listIn, recordIn, textIn, textsIn } from '../access.ts';
import { parsePolicy, type Policy } from '../policy.ts';
import type { Deployed, StackPlace } from './place.ts';

/** Statements for a resource, as they stand in a policy document. */
interface Words {
  readonly arn: string;
  readonly statements: readonly unknown[];
}

const statementsIn = (properties: Input): readonly unknown[] => {
  const { Statement } = recordIn(properties, 'PolicyDocument');
  return [Statement].flat();
};

/** Queues are named by URL, topics by ARN. */
const queueArn = (url: string, { partition, region }: StackPlace): string => {
  const [name = '', account = ''] = url.split('/').toReversed();
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
};

const ofQueues = ({ properties }: Deployed, place: StackPlace): readonly Words[] =>
  [...textsIn(properties, 'Queues'), textIn(properties, 'Queue')]
    .filter((url) => url !== '')
    .map((url) => ({ arn: queueArn(url, place), statements: statementsIn(properties) }));

const ofTopics = ({ properties }: Deployed): readonly Words[] =>
  [...textsIn(properties, 'Topics'), textIn(properties, 'TopicArn')]
    .filter((arn) => arn !== '')
    .map((arn) => ({ arn, statements: statementsIn(properties) }));

const ofBus = ({ logicalId, properties }: Deployed, { partition, region, account }: StackPlace): Words => {
  const name = textIn(properties, 'EventBusName') || 'default';
  const arn = `arn:${partition}:events:${region}:${account}:event-bus/${name}`;
  const Sid = textIn(properties, 'StatementId') || logicalId;
  const { Statement } = properties;
  if (isRecord(Statement)) return { arn, statements: [{ ...Statement, Sid }] };
  const principal = textIn(properties, 'Principal');
  return {
    arn,
    statements: [
      {
        ...{ Sid, Effect: 'Allow', Action: textIn(properties, 'Action'), Resource: arn },
        Principal: principal === '*' ? '*' : { AWS: principal },
      },
    ],
  };
};

/** AWS::Lambda::Permission, as Lambda writes it into the function's policy. */
const ofPermission = (
  { logicalId, properties }: Deployed,
  functionArnOf: (name: string) => string,
): Words => {
  const arn = functionArnOf(textIn(properties, 'FunctionName'));
  const [principal, sourceArn, sourceAccount] = ['Principal', 'SourceArn', 'SourceAccount'].map((name) =>
    textIn(properties, name),
  );
  return {
    arn,
    statements: [
      {
        ...{ Sid: logicalId, Effect: 'Allow', Action: textIn(properties, 'Action'), Resource: arn },
        Principal:
          principal?.includes('.amazonaws.com') === true ? { Service: principal } : { AWS: principal },
        Condition: {
          ...(sourceArn !== '' && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
          ...(sourceAccount !== '' && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
        },
      },
    ],
  };
};

/** The policies of queues, topics, buses and functions in a stack, by ARN. */
export const resourcePoliciesOf = (
  all: readonly Deployed[],
  place: StackPlace,
  functionArnOf: (name: string) => string,
): ReadonlyMap<string, Policy> => {
  const words = all.flatMap((resource): readonly Words[] => {
    switch (resource.type) {
      case 'AWS::SQS::QueuePolicy':
      case 'AWS::SQS::QueueInlinePolicy':
        return ofQueues(resource, place);
      case 'AWS::SNS::TopicPolicy':
      case 'AWS::SNS::TopicInlinePolicy':
        return ofTopics(resource);
      case 'AWS::Events::EventBusPolicy':
        return [ofBus(resource, place)];
      case 'AWS::Events::EventBus':
        return [
          { arn: resource.arn, statements: listIn(recordIn(resource.properties, 'Policy'), 'Statement') },
        ];
      case 'AWS::Lambda::Permission':
        return [ofPermission(resource, functionArnOf)];
      default:
        return [];
    }
  });
  return new Map(
    [...new Set(words.map(({ arn }) => arn))].flatMap((arn) => {
      const Statement = words.filter((each) => each.arn === arn).flatMap(({ statements }) => statements);
      if (Statement.length === 0) return [];
      return [[arn, parsePolicy({ Version: '2012-10-17', Statement }, arn, 'resource')] as const];
    }),
  );
};

import { createHash } from 'node:crypto';
import type { StackPlace, TemplateResource } from './place.ts';

/** What a resource is called once it is there: its `Ref`, and the attributes that other resources ask for. */
export interface Names {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Named extends TemplateResource {
  readonly logicalId: string;
  /** A property as text, with what it refers to. */
  readonly text: (name: string) => string | undefined;
}

/** A name that CloudFormation would make up. */
const generated = ({ stackName }: StackPlace, logicalId: string): string =>
  `${stackName}-${logicalId}-${createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12).toUpperCase()}`;

type NamesOf = (resource: Named, place: StackPlace) => Names;

const arnIn = ({ partition, region, account }: StackPlace, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A resource whose name is in its ARN and whose Ref is that name. */
const byName =
  (property: string, service: string, resourceOf: (name: string) => string): NamesOf =>
  ({ text, logicalId }, place) => {
    const name = text(property) ?? generated(place, logicalId);
    return { ref: name, attributes: { Arn: arnIn(place, service, resourceOf(name)) } };
  };

const role: NamesOf = ({ text, logicalId }, place) => {
  const name = text('RoleName') ?? generated(place, logicalId).slice(0, 64);
  const arn = `arn:${place.partition}:iam::${place.account}:role${text('Path') ?? '/'}${name}`;
  return { ref: name, attributes: { Arn: arn, RoleId: `AROA${generated(place, name)}` } };
};

const managedPolicy: NamesOf = ({ text, logicalId }, place) => {
  const name = text('ManagedPolicyName') ?? generated(place, logicalId);
  const arn = `arn:${place.partition}:iam::${place.account}:policy${text('Path') ?? '/'}${name}`;
  return { ref: arn, attributes: { PolicyArn: arn } };
};

const queue: NamesOf = ({ text, logicalId }, place) => {
  const name = text('QueueName') ?? generated(place, logicalId);
  const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
  return { ref: url, attributes: { Arn: arnIn(place, 'sqs', name), QueueName: name, QueueUrl: url } };
};

const topic: NamesOf = ({ text, logicalId }, place) => {
  const name = text('TopicName') ?? generated(place, logicalId);
  const arn = arnIn(place, 'sns', name);
  return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
};

const rule: NamesOf = ({ text, logicalId }, place) => {
  const name = text('Name') ?? generated(place, logicalId);
  const bus = text('EventBusName')?.replace(/^.*event-bus\//, '');
  const path = bus === undefined || bus === 'default' ? name : `${bus}/${name}`;
  return { ref: path.replace('/', '|'), attributes: { Arn: arnIn(place, 'events', `rule/${path}`) } };
};

const logGroup: NamesOf = ({ text, logicalId }, place) => {
  const name = text('LogGroupName') ?? generated(place, logicalId);
  return { ref: name, attributes: { Arn: arnIn(place, 'logs', `log-group:${name}:*`) } };
};

const key: NamesOf = ({ logicalId }, place) => {
  const id = createHash('sha256').update(generated(place, logicalId)).digest('hex').slice(0, 32);
  return { ref: id, attributes: { Arn: arnIn(place, 'kms', `key/${id}`), KeyId: id } };
};

const opaque: NamesOf = ({ logicalId }, place) => {
  const id = createHash('sha256').update(generated(place, logicalId)).digest('hex').slice(0, 10);
  return { ref: id, attributes: { Id: id } };
};

const kinds: Readonly<Record<string, NamesOf>> = {
  'AWS::IAM::Role': role,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SNS::Topic': topic,
  'AWS::Events::Rule': rule,
  'AWS::Events::EventBus': byName('Name', 'events', (name) => `event-bus/${name}`),
  'AWS::Events::Archive': byName('ArchiveName', 'events', (name) => `archive/${name}`),
  'AWS::Lambda::Function': byName('FunctionName', 'lambda', (name) => `function:${name}`),
  'AWS::DynamoDB::Table': byName('TableName', 'dynamodb', (name) => `table/${name}`),
  'AWS::SSM::Parameter': byName('Name', 'ssm', (name) => `parameter/${name.replace(/^\//, '')}`),
  'AWS::Logs::LogGroup': logGroup,
  'AWS::KMS::Key': key,
};

/** The names of a resource. One of a type that has no say in permissions gets a made-up id. */
export const namesOf = (resource: Named, place: StackPlace): Names =>
  (kinds[resource.Type] ?? opaque)(resource, place);

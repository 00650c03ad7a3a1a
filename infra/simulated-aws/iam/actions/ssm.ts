import {
  type Access,
  arnIn,
  type Input,
  isRecord,
  listIn,
  onAll,
  onOne,
  type Place,
  recordIn,
  requestTags,
  type ServiceAccess,
  textIn,
  textsIn,
} from '../access.ts';
import { secretArn } from './secretsmanager.ts';

/** Documents that AWS itself publishes belong to no account. */
const documentArn = (name: string, place: Place): string =>
  name.startsWith('AWS')
    ? arnIn('ssm', { ...place, account: '' }, `document/${name}`)
    : arnIn('ssm', place, documentPart(name));
const documentPart = (name: string): string => (name.startsWith('arn:') ? name : `document/${name}`);

const document = (input: Input, place: Place): string => documentArn(textIn(input, 'Name'), place);
const execution = (input: Input, place: Place): string =>
  arnIn('ssm', place, `automation-execution/${textIn(input, 'AutomationExecutionId')}`);

/** An execution that does not exist yet. */
const newExecution = (place: Place): string =>
  arnIn('ssm', place, 'automation-execution/00000000-0000-0000-0000-000000000000');

const tagsIn = (input: Input): Input =>
  Object.fromEntries(
    listIn(input, 'Tags').flatMap((tag) => (isRecord(tag) ? [[textIn(tag, 'Key'), tag['Value']]] : [])),
  );

/** The document and the execution that is to be are both checked. "Setting up Automation", and each current example. */
const starting = (input: Input, place: Place): readonly Access[] => {
  const tags = tagsIn(input);
  const context = {
    ...requestTags(tags),
    'ssm:DocumentVersion': textIn(input, 'DocumentVersion') || undefined,
  };
  const [assumed] = textsIn(recordIn(input, 'Parameters'), 'AutomationAssumeRole');
  const action = 'ssm:StartAutomationExecution';
  return [
    { action, resource: documentArn(textIn(input, 'DocumentName'), place), context },
    { action, resource: newExecution(place), context },
    ...(Object.keys(tags).length === 0
      ? []
      : [{ action: 'ssm:AddTagsToResource', resource: newExecution(place), context: requestTags(tags) }]),
    ...(assumed === undefined || assumed === ''
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource: assumed,
            context: { 'iam:PassedToService': 'ssm.amazonaws.com' },
          },
        ]),
  ];
};

const secretsPrefix = '/aws/reference/secretsmanager/';

/** A version or label behind a name or an ARN is no part of the resource. */
const parameterArn = (reference: string, place: Place): string => {
  if (reference.startsWith('arn:')) return reference.split(':').slice(0, 6).join(':');
  const [name = ''] = reference.split(':');
  return arnIn('ssm', place, `parameter/${name.replace(/^\//, '')}`);
};

const parameter = (input: Input, place: Place): string => parameterArn(textIn(input, 'Name'), place);

/** "Referencing AWS Secrets Manager secrets from Parameter Store parameters": both services are asked. */
const gettingParameter = (input: Input, place: Place): readonly Access[] => {
  const name = textIn(input, 'Name');
  return [
    { action: 'ssm:GetParameter', resource: parameterArn(name, place) },
    ...(name.startsWith(secretsPrefix)
      ? [
          {
            action: 'secretsmanager:GetSecretValue',
            resource: secretArn(name.slice(secretsPrefix.length), place),
          },
        ]
      : []),
  ];
};

/** "Actions, resources, and condition keys for AWS Systems Manager". */
export const ssmAccess: ServiceAccess = {
  ...onAll('ssm', 'DescribeAutomationExecutions', 'ListDocuments'),
  ...onOne('ssm', document, 'CreateDocument', 'UpdateDocument', 'DescribeDocument', 'GetDocument'),
  ...onOne(
    'ssm',
    execution,
    'GetAutomationExecution',
    'DescribeAutomationStepExecutions',
    'StopAutomationExecution',
    'SendAutomationSignal',
  ),
  ...onOne('ssm', parameter, 'PutParameter', 'LabelParameterVersion'),
  GetParameters: (input, place) =>
    textsIn(input, 'Names').map((name) => ({
      action: 'ssm:GetParameters',
      resource: parameterArn(name, place),
    })),
  GetParametersByPath: (input, place) => [
    { action: 'ssm:GetParametersByPath', resource: parameterArn(textIn(input, 'Path'), place) },
  ],
  GetCalendarState: (input, place) =>
    textsIn(input, 'CalendarNames').map((name) => ({
      action: 'ssm:GetCalendarState',
      resource: documentArn(name, place),
    })),
  GetParameter: gettingParameter,
  StartAutomationExecution: starting,
};

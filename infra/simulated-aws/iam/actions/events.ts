import {
  type Access,
  type AccessOf,
  arnIn,
  type Input,
  listIn,
  onAll,
  onOne,
  type Place,
  recordIn,
  type ServiceAccess,
  textIn,
  textsIn,
} from '../access.ts';

const busArn = (name: string, place: Place): string =>
  arnIn('events', place, name.startsWith('arn:') ? name : `event-bus/${name || 'default'}`);

const busNamed =
  (member: string) =>
  (input: Input, place: Place): string =>
    busArn(textIn(input, member), place);

const ruleNamed =
  (member: string) =>
  (input: Input, place: Place): string => {
    const bus = textIn(input, 'EventBusName').replace(/^arn:.*event-bus\//, '');
    const prefix = bus === '' || bus === 'default' ? '' : `${bus}/`;
    return arnIn('events', place, `rule/${prefix}${textIn(input, member)}`);
  };

const named =
  (kind: string, member: string) =>
  (input: Input, place: Place): string =>
    arnIn('events', place, `${kind}/${textIn(input, member)}`);

const tagged = (input: Input): string => textIn(input, 'ResourceARN');

/** Each entry is an event of its own, with a bus, a source and a type. */
const putting = (input: Input, place: Place): readonly Access[] =>
  listIn(input, 'Entries').map((entry) => ({
    action: 'events:PutEvents',
    resource: busArn(textIn(entry, 'EventBusName'), place),
    context: {
      'events:source': textIn(entry, 'Source') || undefined,
      'events:detail-type': textIn(entry, 'DetailType') || undefined,
      'events:eventBusInvocation': 'false',
    },
  }));

const patternOf = (text: string): unknown => {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
};

const puttingRule: AccessOf = (input, place) => {
  const pattern = patternOf(textIn(input, 'EventPattern'));
  const [source, detailType] = [textsIn(pattern, 'source'), textsIn(pattern, 'detail-type')];
  return [
    {
      action: 'events:PutRule',
      resource: ruleNamed('Name')(input, place),
      context: { 'events:source': source, 'events:detail-type': detailType },
    },
  ];
};

const passing = (role: string): readonly Access[] =>
  role === ''
    ? []
    : [
        {
          action: 'iam:PassRole',
          resource: role,
          context: { 'iam:PassedToService': 'events.amazonaws.com' },
        },
      ];

const puttingTargets: AccessOf = (input, place) => [
  {
    action: 'events:PutTargets',
    resource: ruleNamed('Rule')(input, place),
    context: { 'events:TargetArn': listIn(input, 'Targets').map((target) => textIn(target, 'Arn')) },
  },
  ...listIn(input, 'Targets').flatMap((target) => passing(textIn(target, 'RoleArn'))),
];

const replay = named('replay', 'ReplayName');

const startingReplay: AccessOf = (input, place) =>
  [textIn(input, 'EventSourceArn'), textIn(recordIn(input, 'Destination'), 'Arn'), replay(input, place)].map(
    (resource) => ({ action: 'events:StartReplay', resource }),
  );

const creatingArchive: AccessOf = (input, place) =>
  [named('archive', 'ArchiveName')(input, place), textIn(input, 'EventSourceArn')].map((resource) => ({
    action: 'events:CreateArchive',
    resource,
  }));

const creatingDestination: AccessOf = (input, place) =>
  [named('api-destination', 'Name')(input, place), textIn(input, 'ConnectionArn')].map((resource) => ({
    action: 'events:CreateApiDestination',
    resource,
  }));

/** "Actions, resources, and condition keys for Amazon EventBridge". */
export const eventsAccess: ServiceAccess = {
  ...onAll(
    'events',
    'ListApiDestinations',
    'ListArchives',
    'ListConnections',
    'ListEventBuses',
    'ListRules',
    'ListRuleNamesByTarget',
    'ListReplays',
    'TestEventPattern',
    'PutPermission',
    'RemovePermission',
  ),
  ...onOne(
    'events',
    busNamed('Name'),
    'CreateEventBus',
    'DeleteEventBus',
    'DescribeEventBus',
    'UpdateEventBus',
  ),
  ...onOne('events', ruleNamed('Name'), 'DeleteRule', 'DescribeRule', 'EnableRule', 'DisableRule'),
  ...onOne('events', ruleNamed('Rule'), 'RemoveTargets', 'ListTargetsByRule'),
  ...onOne('events', named('archive', 'ArchiveName'), 'DeleteArchive', 'DescribeArchive', 'UpdateArchive'),
  ...onOne(
    'events',
    named('connection', 'Name'),
    'CreateConnection',
    'DeleteConnection',
    'DeauthorizeConnection',
    'DescribeConnection',
    'UpdateConnection',
  ),
  ...onOne(
    'events',
    named('api-destination', 'Name'),
    'DeleteApiDestination',
    'DescribeApiDestination',
    'UpdateApiDestination',
  ),
  ...onOne('events', replay, 'DescribeReplay', 'CancelReplay'),
  ...onOne('events', tagged, 'TagResource', 'UntagResource', 'ListTagsForResource'),
  PutEvents: putting,
  PutRule: puttingRule,
  PutTargets: puttingTargets,
  StartReplay: startingReplay,
  CreateArchive: creatingArchive,
  CreateApiDestination: creatingDestination,
};

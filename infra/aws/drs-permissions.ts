import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ServiceName } from '../../contracts/services.ts';
import {
  reverseReplicationDependencies,
  startRecoveryDependencies,
  terminateDependencies,
} from '../simulated-aws/facts/drs-dependencies.ts';
import { apiService } from '../topology.ts';
import { moveTraffic, readTraffic } from './traffic-permissions.ts';

/** Where DRS, SSM and EC2 are called: the hub's own place, or that of a target. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const drsArn = ({ partition, region, account }: Place, resource: string): string =>
  `arn:${partition}:drs:${region}:${account}:${resource}`;

/**
 * As AWS's own policy AWSElasticDisasterRecoveryConsoleFullAccess_v2 has it: for calls that a service makes
 * with the permissions of the role, and for none that the function makes itself.
 */
const viaService = { Bool: { 'aws:ViaAWSService': 'true' } };

/** DRS's describing operations know no resources: "Actions, resources, and condition keys for AWS Elastic Disaster Recovery". */
export const readDrs = (...actions: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadDrs',
    actions: actions.map((action) => `drs:${action}`),
    resources: ['*'],
  });

/** Service Quotas are read to know how many jobs fit. */
export const readQuotas = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadQuotas',
    actions: ['servicequotas:ListServiceQuotas'],
    resources: ['*'],
  });

/** EC2 is the second witness of what a launch would end. Its describing operations know no resources. */
export const readInstances = (...more: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadInstances',
    actions: ['ec2:DescribeInstances', ...more],
    resources: ['*'],
  });

/** What tells whether a plan could run now. */
const readReadiness = (...ofInstances: readonly string[]): readonly PolicyStatement[] => [
  readDrs(
    'DescribeSourceServers',
    'DescribeRecoveryInstances',
    'DescribeRecoverySnapshots',
    'DescribeJobs',
    'GetLaunchConfiguration',
  ),
  readQuotas(),
  readInstances(...ofInstances),
];

const dependencies = (isMeant: (action: string) => boolean): readonly string[] =>
  startRecoveryDependencies.filter(isMeant);

const isRead = (action: string): boolean => action.startsWith('ec2:Describe');

/** Some know no resources: granted on any, they would not be granted at all. */
const onBehalf = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'DrsOnBehalf',
    actions: [
      ...dependencies((action) => action.startsWith('drs:')),
      'drs:DescribeReplicationConfigurationTemplates',
      'drs:GetLaunchConfiguration',
      'drs:GetReplicationConfiguration',
    ],
    resources: ['*'],
  });

const readEc2ForDrs = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'Ec2ReadForDrs',
    actions: [...dependencies(isRead), 'ec2:GetEbsDefaultKmsKeyId', 'ec2:GetEbsEncryptionByDefault'],
    resources: ['*'],
    conditions: viaService,
  });

const launchForDrs = (place: Place): PolicyStatement =>
  new PolicyStatement({
    sid: 'Ec2LaunchForDrs',
    actions: [
      ...dependencies((action) => action.startsWith('ec2:') && !isRead(action)),
      'ec2:AssociateIamInstanceProfile',
      'ec2:CreateFleet',
      'ec2:CreateNetworkInterface',
      'ec2:CreateNetworkInterfacePermission',
      'ec2:CreateSecurityGroup',
      'ec2:ModifyVolume',
    ],
    resources: [`arn:${place.partition}:ec2:${place.region}:*:*/*`],
    conditions: viaService,
  });

const passRolesToInstances = (place: Place, instanceRoles: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'PassRolesToInstances',
    actions: ['iam:PassRole'],
    resources: [
      ...['ConversionServer', 'RecoveryInstance', 'RecoveryInstanceWithLaunchActions'].map(
        (kind) =>
          `arn:${place.partition}:iam::${place.account}:role/service-role/AWSElasticDisasterRecovery${kind}Role`,
      ),
      ...instanceRoles,
    ],
    conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  });

/**
 * Starting a recovery. DRS launches with the caller's own credentials, forwarded: without these EC2 rights
 * a job is accepted and ends within a second, FAILED and without an error. They work only on that way, not
 * in a call of the function's own. They are the dependent actions of StartRecovery in "Actions, resources,
 * and condition keys for AWS Elastic Disaster Recovery", and what AWS's own policy for callers adds to them.
 * No condition asks for tags: volumes that a drill deletes at its end carry only some of DRS's.
 */
export const startRecovery = (place: Place, instanceRoles: readonly string[]): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'StartRecovery',
    actions: ['drs:StartRecovery', 'drs:TagResource'],
    resources: ['source-server/*', 'job/*', 'recovery-instance/*'].map((kind) => drsArn(place, kind)),
  }),
  onBehalf(),
  readEc2ForDrs(),
  launchForDrs(place),
  passRolesToInstances(place, instanceRoles),
];

/**
 * Ending recovery instances: those of drills, and what a failback retires. DRS ends them with the caller's own credentials, forwarded, and
 * these EC2 rights work only on that way. They are the dependent actions of TerminateRecoveryInstances in "Actions,
 * resources, and condition keys for AWS Elastic Disaster Recovery". No condition asks for tags: volumes that a drill
 * leaves carry only some of DRS's.
 */
export const terminateInstances = (place: Place): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'TerminateRecoveryInstances',
    actions: ['drs:TerminateRecoveryInstances'],
    resources: [drsArn(place, 'recovery-instance/*')],
  }),
  new PolicyStatement({
    sid: 'Ec2ReadForDrs',
    actions: terminateDependencies.filter(isRead),
    resources: ['*'],
    conditions: viaService,
  }),
  new PolicyStatement({
    sid: 'Ec2TerminateForDrs',
    actions: terminateDependencies.filter((action) => action.startsWith('ec2:') && !isRead(action)),
    resources: ['instance', 'volume'].map(
      (kind) => `arn:${place.partition}:ec2:${place.region}:${place.account}:${kind}/*`,
    ),
    conditions: viaService,
  }),
];

/** What a look at servers on their way home reads, in the place where they are and in that where they came from. */
const readWaysHome = (): PolicyStatement =>
  readDrs('DescribeJobs', 'DescribeRecoveryInstances', 'DescribeSourceServers', 'GetLaunchConfiguration');

/**
 * Having what was recovered replicate back, and what is at home replicate out: neither launches nor ends anything. DRS
 * looks with the caller's own credentials: the dependent actions of ReverseReplication in "Actions, resources, and
 * condition keys for AWS Elastic Disaster Recovery", of which one is read anyway.
 */
const reverseReplication = (place: Place): readonly PolicyStatement[] => [
  readInstances(),
  new PolicyStatement({
    sid: 'ReverseReplication',
    actions: ['drs:ReverseReplication'],
    resources: [drsArn(place, 'recovery-instance/*')],
  }),
  new PolicyStatement({
    sid: 'DrsOnBehalf',
    actions: reverseReplicationDependencies.filter(
      (action) => action.startsWith('drs:') && action !== 'drs:DescribeSourceServers',
    ),
    resources: ['*'],
  }),
];

/** Deleting what replicated back, and records: no instance is ended by it. */
const deleteReversed = (place: Place): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'DeleteReversed',
    actions: ['drs:StopReplication', 'drs:DisconnectSourceServer', 'drs:DeleteSourceServer'],
    resources: [drsArn(place, 'source-server/*')],
  }),
  new PolicyStatement({
    sid: 'DeleteRecords',
    actions: ['drs:DeleteRecoveryInstance'],
    resources: [drsArn(place, 'recovery-instance/*')],
  }),
];

/**
 * AWS's own documents have no account in their ARNs; in Region-bound ones it is AWS's. One that another account
 * shares is named by its ARN.
 */
export const documentArn = ({ partition, region, account }: Place, name: string): string =>
  name.startsWith('arn:')
    ? name
    : `arn:${partition}:ssm:${region}:${name.startsWith('AWS') ? '' : account}:document/${name}`;

/** Any version of a document, as what an automation is started of. */
export const automationArn = (arn: string): string =>
  `${arn.replace(':document/', ':automation-definition/')}:*`;

/** "CloudWatch permissions reference": DescribeAlarms returns composite alarms only if it is allowed on all resources. */
const readAlarms = (): PolicyStatement =>
  new PolicyStatement({ sid: 'ReadAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] });

/** What a check reads of runbooks before anything is recovered: those of the allow-list, and no others. */
const readRunbooks = (place: Place, documents: readonly string[]): readonly PolicyStatement[] =>
  documents.length === 0
    ? []
    : [
        new PolicyStatement({
          sid: 'ReadAllowedDocuments',
          actions: ['ssm:GetDocument'],
          resources: documents.map((name) => documentArn(place, name)),
        }),
      ];

/** Starting automations: remote code, so only documents of the allow-list, and no role but those that are named. */
export const startAutomations = (
  place: Place,
  documents: readonly string[],
  automationRoles: readonly string[],
): readonly PolicyStatement[] => {
  const { partition, region, account } = place;
  const own = `arn:${partition}:ssm:${region}:${account}`;
  return [
    ...(documents.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'StartAllowedDocuments',
            actions: ['ssm:StartAutomationExecution'],
            // A start is checked against the document and against the execution that it makes.
            resources: [`${own}:automation-execution/*`].concat(
              documents.map((name) => documentArn(place, name)).flatMap((arn) => [automationArn(arn), arn]),
            ),
          }),
        ]),
    new PolicyStatement({
      sid: 'FollowAutomations',
      actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution', 'ssm:AddTagsToResource'],
      resources: [`${own}:automation-execution/*`],
    }),
    new PolicyStatement({
      sid: 'FindAutomations',
      actions: ['ssm:DescribeAutomationExecutions'],
      resources: ['*'],
    }),
    ...(automationRoles.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'PassRolesToAutomations',
            actions: ['iam:PassRole'],
            resources: [...automationRoles],
            conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
          }),
        ]),
  ];
};

/** A function under its name, and any version, alias and durable execution of it. A name with an open end has them all. */
export const functionArns = ({ partition, region, account }: Place, name: string): readonly string[] => {
  const arn = `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  return name.endsWith('*') ? [arn] : [arn, `${arn}:*`];
};

const onFunctions = (
  sid: string,
  place: Place,
  functions: readonly string[],
  ...actions: readonly string[]
): readonly PolicyStatement[] =>
  functions.length === 0
    ? []
    : [
        new PolicyStatement({
          sid,
          actions: actions.map((action) => `lambda:${action}`),
          resources: functions.flatMap((name) => functionArns(place, name)),
        }),
      ];

/** What a check reads of functions before anything is recovered. */
const readFunctions = (place: Place, functions: readonly string[]): readonly PolicyStatement[] =>
  onFunctions('ReadAllowedFunctions', place, functions, 'GetFunctionConfiguration');

/** Invoking functions: those of the allow-list, and their durable executions. */
const invokeFunctions = (place: Place, functions: readonly string[]): readonly PolicyStatement[] =>
  onFunctions(
    'InvokeAllowedFunctions',
    place,
    functions,
    'InvokeFunction',
    'ListDurableExecutionsByFunction',
    'GetDurableExecution',
    'StopDurableExecution',
  );

export interface RecoverySettings {
  readonly documents: readonly string[];
  readonly functions: readonly string[];
  readonly traffic: readonly string[];
  readonly automationRoles: readonly string[];
  readonly instanceRoles: readonly string[];
}

/** What each service may do where servers are recovered. A service that is not named may do nothing there. */
export const recoveryDuties = (
  place: Place,
  { documents, functions, traffic, automationRoles, instanceRoles }: RecoverySettings,
): Readonly<Partial<Record<ServiceName, readonly PolicyStatement[]>>> => ({
  'accept-execution': [
    ...readReadiness('ec2:DescribeLaunchTemplateVersions'),
    readAlarms(),
    ...readRunbooks(place, documents),
    ...readFunctions(place, functions),
    ...readTraffic(place, traffic),
  ],
  [apiService]: [
    ...readReadiness('ec2:DescribeInstanceAttribute', 'ec2:DescribeLaunchTemplateVersions'),
    readAlarms(),
    ...readRunbooks(place, documents),
    ...readFunctions(place, functions),
    ...readTraffic(place, traffic),
  ],
  'launch-wave': [
    readDrs('DescribeJobs', 'DescribeRecoveryInstances', 'DescribeSourceServers', 'GetLaunchConfiguration'),
    readQuotas(),
    readInstances(),
    ...startRecovery(place, instanceRoles),
  ],
  'watch-jobs': [
    readDrs(
      'DescribeJobs',
      'DescribeJobLogItems',
      'DescribeRecoveryInstances',
      'GetLaunchConfiguration',
      'ListLaunchActions',
    ),
  ],
  'run-actions': [
    readDrs('DescribeRecoveryInstances'),
    readInstances(),
    readAlarms(),
    ...startAutomations(place, documents, automationRoles),
    ...invokeFunctions(place, functions),
    ...moveTraffic(place, traffic),
  ],
  'clean-up-drill': [
    readDrs('DescribeJobs', 'DescribeRecoveryInstances', 'DescribeSourceServers', 'GetLaunchConfiguration'),
    readQuotas(),
    readInstances('ec2:DescribeInstanceAttribute'),
    ...terminateInstances(place),
  ],
  'reverse-replication': [readWaysHome(), ...reverseReplication(place)],
  'retire-servers': [readWaysHome(), ...deleteReversed(place), ...terminateInstances(place)],
});

import {
  type Access,
  arnIn,
  type Input,
  isRecord,
  onAll,
  onOne,
  type Place,
  recordIn,
  type ServiceAccess,
  textIn,
  textsIn,
} from '../access.ts';
import { type FormTree, listOf } from '../../protocols/form.ts';

/** A name, an ARN, or what is left of one without its first parts: `111122223333:function:name`. */
const functionArn = (input: Input, place: Place): string => {
  const given = textIn(input, 'FunctionName');
  const account = /^(\d{12}):/.exec(given)?.[1] ?? place.account;
  return arnIn(
    'lambda',
    { ...place, account },
    given.replace(/^(?!arn:)(?:\d{12}:)?(?:function:)?/, 'function:'),
  );
};

/** "Actions, resources, and condition keys for AWS Lambda". */
export const lambdaAccess: ServiceAccess = {
  ...onAll('lambda', 'ListFunctions', 'GetAccountSettings'),
  ...onOne(
    'lambda',
    functionArn,
    'PutFunctionConcurrency',
    'DeleteFunctionConcurrency',
    'GetFunctionConcurrency',
    'GetFunctionConfiguration',
    'ListDurableExecutionsByFunction',
  ),
  ...onOne(
    'lambda',
    (input) => textIn(input, 'DurableExecutionArn'),
    'GetDurableExecution',
    'StopDurableExecution',
  ),
  // The call is Invoke, the permission InvokeFunction.
  Invoke: (input, place) => [{ action: 'lambda:InvokeFunction', resource: functionArn(input, place) }],
};

const idsIn = (input: Input): readonly string[] => {
  const member = input['InstanceId'] ?? input['ResourceId'];
  if (typeof member === 'string') return [member];
  return isRecord(member) ? listOf(member as FormTree).filter((id) => typeof id === 'string') : [];
};

/** Instances that a call names, each of which is checked. */
const onInstances = (...operations: readonly string[]): ServiceAccess =>
  Object.fromEntries(
    operations.map((name) => [
      name,
      (input: Input, place: Place) =>
        idsIn(input).map((id) => ({
          action: `ec2:${name}`,
          resource: arnIn('ec2', place, `instance/${id}`),
        })),
    ]),
  );

/** A template that is named, not identified, may be any. */
const launchTemplate = (input: Input, place: Place): string =>
  arnIn('ec2', place, `launch-template/${textIn(input, 'LaunchTemplateId') || '*'}`);

/** "Actions, resources, and condition keys for Amazon EC2". */
export const ec2Access: ServiceAccess = {
  ...onAll(
    'ec2',
    'DescribeInstances',
    'DescribeInstanceStatus',
    'DescribeInstanceAttribute',
    'DescribeSubnets',
    'DescribeSecurityGroups',
    'DescribeLaunchTemplates',
    'DescribeLaunchTemplateVersions',
  ),
  ...onOne('ec2', launchTemplate, 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate'),
  ...onInstances(
    'ModifyInstanceAttribute',
    'StartInstances',
    'StopInstances',
    'TerminateInstances',
    'CreateTags',
  ),
};

const alarms = (action: string) => (input: Input, place: Place) =>
  [textIn(input, 'AlarmName'), ...textsIn(input, 'AlarmNames')]
    .filter((name) => name !== '')
    .map((name) => ({
      action: `cloudwatch:${action}`,
      resource: arnIn('cloudwatch', place, `alarm:${name}`),
    }));

/** "Actions, resources, and condition keys for Amazon CloudWatch". */
export const cloudwatchAccess: ServiceAccess = {
  PutMetricAlarm: alarms('PutMetricAlarm'),
  SetAlarmState: alarms('SetAlarmState'),
  EnableAlarmActions: alarms('EnableAlarmActions'),
  DisableAlarmActions: alarms('DisableAlarmActions'),
  DeleteAlarms: alarms('DeleteAlarms'),
  // Whoever describes all alarms is asked about all.
  DescribeAlarms: (_, place) => [
    { action: 'cloudwatch:DescribeAlarms', resource: arnIn('cloudwatch', place, 'alarm:*') },
  ],
};

const scheduleArn = (input: Input, place: Place): string => {
  const group = textIn(input, 'GroupName') || textIn(input, 'groupName') || 'default';
  return arnIn('scheduler', place, `schedule/${group}/${textIn(input, 'Name')}`);
};

/** Whoever makes a schedule hands a role to Scheduler. */
const savingSchedule =
  (action: string) =>
  (input: Input, place: Place): readonly Access[] => {
    const role = textIn(recordIn(input, 'Target'), 'RoleArn');
    const passing = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
    return [
      { action: `scheduler:${action}`, resource: scheduleArn(input, place) },
      ...(role === '' ? [] : [{ action: 'iam:PassRole', resource: role, context: passing }]),
    ];
  };

/** "Actions, resources, and condition keys for Amazon EventBridge Scheduler". */
export const schedulerAccess: ServiceAccess = {
  CreateSchedule: savingSchedule('CreateSchedule'),
  UpdateSchedule: savingSchedule('UpdateSchedule'),
  ...onOne('scheduler', scheduleArn, 'GetSchedule', 'DeleteSchedule'),
  ...onAll('scheduler', 'ListSchedules'),
  ...onOne(
    'scheduler',
    (input, place) => arnIn('scheduler', place, `schedule-group/${textIn(input, 'Name')}`),
    'CreateScheduleGroup',
    'GetScheduleGroup',
    'DeleteScheduleGroup',
  ),
};

export const servicequotasAccess: ServiceAccess = {
  ...onAll('servicequotas', 'ListServiceQuotas'),
  GetServiceQuota: (input, place) => [
    {
      action: 'servicequotas:GetServiceQuota',
      resource: arnIn(
        'servicequotas',
        place,
        `${textIn(input, 'ServiceCode')}/${textIn(input, 'QuotaCode')}`,
      ),
    },
  ],
};

/** "Actions, resources, and condition keys for AWS Identity and Access Management". */
export const iamAccess: ServiceAccess = onOne(
  'iam',
  (input) => textIn(input, 'PolicySourceArn'),
  'SimulatePrincipalPolicy',
);

/** Who one is may everybody ask, whatever a policy says. */
export const stsAccess: ServiceAccess = {
  GetCallerIdentity: () => [],
  AssumeRole: (input) => [
    {
      action: 'sts:AssumeRole',
      resource: textIn(input, 'RoleArn'),
      context: {
        'sts:ExternalId': textIn(input, 'ExternalId') || undefined,
        'sts:RoleSessionName': textIn(input, 'RoleSessionName'),
      },
    },
  ],
};

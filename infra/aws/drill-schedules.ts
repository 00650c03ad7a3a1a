import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { scheduleGroup, schedulerRoleName } from '../topology.ts';
import { inKeys, inQueues, toPublish } from './core-permissions.ts';
import { allowRole } from './managed-policies.ts';

const roleArn = (stack: Stack): string =>
  stack.formatArn({
    ...{ service: 'iam', region: '', resource: 'role' },
    resourceName: schedulerRoleName(stack.region),
  });

/** To keep the schedules of one group, in one role, and no others. */
export const toSchedule = (stack: Stack): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'KeepSchedules',
    actions: ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'].map((name) => `scheduler:${name}`),
    resources: [
      stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${scheduleGroup}/*` }),
    ],
  }),
  new PolicyStatement({
    sid: 'PassSchedulerRole',
    actions: ['iam:PassRole'],
    resources: [roleArn(stack)],
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  }),
];

/** Calendars are named by plans and schedules, which are stored after the deployment. */
export const toAskCalendars = ({ partition, region }: Stack): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadCalendars',
    actions: ['ssm:GetCalendarState'],
    resources: [`arn:${partition}:ssm:${region}:*:document/*`],
  });

/** Alarms are named by schedules likewise. */
export const toAskBeforeDrills = (stack: Stack): readonly PolicyStatement[] => [
  toAskCalendars(stack),
  new PolicyStatement({ sid: 'ReadAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
];

export interface DrillSchedulesProps {
  readonly bus: EventBus;
  readonly key: Key | undefined;
}

/** Where schedules of drills stand, and the role in which Scheduler says that one is due: it may say nothing else. */
export class DrillSchedules extends Construct {
  private readonly role: Role;
  private readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, { bus, key }: DrillSchedulesProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new CfnScheduleGroup(this, 'Group', { name: scheduleGroup });
    this.role = new Role(this, 'Role', {
      roleName: schedulerRoleName(stack.region),
      description: 'What EventBridge Scheduler runs as for schedules of drills',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': stack.account,
            'aws:SourceArn': stack.formatArn({
              service: 'scheduler',
              resource: 'schedule-group',
              resourceName: scheduleGroup,
            }),
          },
        },
      }),
    });
    this.statements = [...toPublish(bus, ['DrillDue']), ...inKeys(key)];
  }

  /** All that the role may do: what Scheduler cannot deliver goes where the letters of the function go that hears it. */
  allowWith(letters: Queue): void {
    const toBury = inQueues('SendDeadLetters', ['SendMessage'], [letters]);
    allowRole(this, this.role, [...this.statements, toBury], []);
  }
}

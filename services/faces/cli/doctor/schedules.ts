import {
  busName,
  deadLetterQueueName,
  scheduleGroup,
  schedulerRoleName,
  scheduleService,
} from '../../../../infra/topology.ts';
import type { Target } from '../../../../contracts/plan.ts';
import { drillDue } from '../../../../contracts/schedule-events.ts';
import type { Deployment, ScheduleFacts } from '../../../core/ports/deployment.ts';
import type { StoredSchedule } from '../../../core/streams/schedule-store.ts';
import { counted } from '../../../core/view/words.ts';
import { fault, type Finding, ok, warning } from './finding.ts';

const check = 'schedules';
const deployAgain = 'deploy again: npm run deploy';
const inStep = `${scheduleService} brings it in step within ten minutes; if it stays so, its log says why`;

/** What a schedule of Scheduler says otherwise than the deployment and what is stored of it. */
const differences = (
  facts: ScheduleFacts,
  { schedule, status }: StoredSchedule,
  { region }: Target,
): readonly string[] => {
  const { targetArn, roleArn, deadLetterArn, detailType, expression, zone, isEnabled } = facts;
  return [
    ...(targetArn.endsWith(`:event-bus/${busName}`) && detailType === drillDue.name
      ? []
      : [
          `leads to ${targetArn}${detailType === '' ? '' : ` as ${detailType}`} and not to the bus ${busName}`,
        ]),
    ...(roleArn.endsWith(`:role/${schedulerRoleName(region)}`)
      ? []
      : [`runs as ${roleArn} and not as ${schedulerRoleName(region)}`]),
    ...(deadLetterArn.endsWith(`:${deadLetterQueueName(scheduleService)}`)
      ? []
      : [`loses what it cannot deliver: it has not the queue ${deadLetterQueueName(scheduleService)}`]),
    ...(expression === `cron(${schedule.cron})` && zone === schedule.zone
      ? []
      : [`is due at ${expression} in ${zone}, and is stored as ${schedule.cron} in ${schedule.zone}`]),
    ...(isEnabled === (status === 'ACTIVE')
      ? []
      : [`is ${isEnabled ? 'enabled' : 'disabled'} there, and stored as ${status}`]),
  ];
};

const ofStored = (
  stored: StoredSchedule,
  found: readonly ScheduleFacts[],
  home: Target,
): readonly Finding[] => {
  const { scheduleId, status, changedAt } = stored;
  const facts = found.find(({ name }) => name === scheduleId);
  if (facts === undefined)
    return [
      fault(check, `${scheduleId} is not in EventBridge Scheduler: its drills begin minutes late`, inStep),
    ];
  const faults = differences(facts, stored, home).map((what) =>
    fault(check, `${scheduleId} ${what}`, inStep),
  );
  return status === 'PAUSED'
    ? [
        ...faults,
        warning(
          check,
          `${scheduleId} is paused since ${changedAt}: none of its drills is held`,
          `groundswell schedule resume ${scheduleId}, or delete it`,
        ),
      ]
    : faults;
};

/** Whether the role may put what it has to, and bury what it cannot. */
const roleFindings = async (
  { partition, deniedActions }: Deployment,
  { account, region }: Target,
): Promise<readonly Finding[]> => {
  const role = schedulerRoleName(region);
  const queue = `arn:${partition}:sqs:${region}:${account}:${deadLetterQueueName(scheduleService)}`;
  const bus = `arn:${partition}:events:${region}:${account}:event-bus/${busName}`;
  const denied = [
    ...(await deniedActions(role, [{ actions: ['events:PutEvents'], resources: [bus] }], 'scheduler')),
    ...(await deniedActions(role, [{ actions: ['sqs:SendMessage'], resources: [queue] }], 'itself')),
  ];
  return denied.length === 0
    ? []
    : [fault(check, `${role} lacks ${denied.join(', ')}: no drill is announced`, deployAgain)];
};

/** EventBridge Scheduler has each stored schedule as it is stored, in the role that may say that it is due. */
export const schedulesCheck = async (
  deployment: Deployment,
  stored: readonly StoredSchedule[],
  home: Target,
): Promise<readonly Finding[]> => {
  const found = await deployment.schedules(scheduleGroup);
  if (found === undefined)
    return [fault(check, `there is no group ${scheduleGroup} in EventBridge Scheduler`, deployAgain)];
  const foreign = found.filter(({ name }) => !stored.some(({ scheduleId }) => scheduleId === name));
  const findings = [
    ...stored.flatMap((each) => ofStored(each, found, home)),
    ...foreign.map(({ name }) =>
      fault(
        check,
        `${name} stands in EventBridge Scheduler, and no such schedule is stored`,
        `aws scheduler delete-schedule --group-name ${scheduleGroup} --name ${name}`,
      ),
    ),
    ...(await roleFindings(deployment, home)),
  ];
  return findings.length > 0
    ? findings
    : [ok(check, `EventBridge Scheduler has ${counted(stored.length, 'schedule')} as stored`)];
};

import { kindOfTarget, placeOfArn } from '../eventbridge/target-arn.ts';
import type { Access } from '../iam/access.ts';
import { principalOf } from '../iam/caller.ts';
import { service } from '../iam/enforcement.ts';
import type { Reach } from '../iam/reach.ts';
import type { InvokerDeps, Invoked } from '../scheduler/invoker.ts';
import type { Invocation } from '../scheduler/schedule.ts';
import { sessionIdentity } from '../sts/session.ts';
import type { Takers } from './delivery.ts';

export interface ScheduleTargetDeps {
  readonly reach: Reach;
  readonly there: (arn: string) => Takers & { readonly events: { readonly service: Caller } };
}

interface Caller {
  handle(request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }): Promise<{ readonly statusCode: number; readonly body: string }>;
}

const actionOn: Readonly<Record<string, string>> = {
  bus: 'events:PutEvents',
  sqs: 'sqs:SendMessage',
  lambda: 'lambda:InvokeFunction',
};

const accessTo = ({ target }: Invocation): Access => ({
  action: actionOn[kindOfTarget(target.Arn)] ?? 'scheduler:Unknown',
  resource: target.Arn,
  ...(target.EventBridgeParameters && {
    context: {
      'events:source': target.EventBridgeParameters.Source,
      'events:detail-type': target.EventBridgeParameters.DetailType,
      'events:eventBusInvocation': 'false',
    },
  }),
});

/** Scheduler assumes the role of a schedule for the schedule's group, and does all else in it. */
const refusalOf = (reach: Reach, invocation: Invocation, scheduleArn: string, access: Access) => {
  const { account, region } = placeOfArn(scheduleArn);
  const group = `arn:aws:scheduler:${region}:${account}:schedule-group/${invocation.group}`;
  const assuming = { action: 'sts:AssumeRole', resource: invocation.target.RoleArn };
  return (
    reach.refusal(service('scheduler'), assuming, {
      ...{ 'aws:SourceArn': group, 'aws:SourceAccount': account },
    }) ?? reach.refusal(principalOf(sessionIdentity(invocation.target.RoleArn, 'scheduler')), access)
  );
};

const putEvent = async (events: Caller, { target }: Invocation, input: string): Promise<Invoked> => {
  const { DetailType, Source } = target.EventBridgeParameters ?? {};
  const name = target.Arn.slice(target.Arn.lastIndexOf('/') + 1);
  const { statusCode, body } = await events.handle({
    ...{ method: 'POST', path: '/', query: {}, headers: { 'x-amz-target': 'AWSEvents.PutEvents' } },
    body: JSON.stringify({ Entries: [{ EventBusName: name, DetailType, Source, Detail: input }] }),
  });
  if (statusCode === 200 && !body.includes('"ErrorCode"')) return 'accepted';
  return { error: body, isFinal: statusCode < 500 };
};

/** What Scheduler may invoke here: buses, queues and functions, each in the role of its schedule. */
export const createScheduleTargets = ({
  reach,
  there,
}: ScheduleTargetDeps): Pick<InvokerDeps, 'invoke' | 'bury'> => ({
  async invoke(invocation, input, scheduleArn) {
    const { target } = invocation;
    const refusal = refusalOf(reach, invocation, scheduleArn, accessTo(invocation));
    if (refusal !== undefined) return { error: refusal, isFinal: true };
    try {
      switch (kindOfTarget(target.Arn)) {
        case 'bus':
          return await putEvent(there(target.Arn).events.service, invocation, input);
        case 'sqs':
          there(target.Arn).sqs.send(
            target.Arn,
            input,
            {},
            {
              groupId: target.SqsParameters?.MessageGroupId,
            },
          );
          return 'accepted';
        case 'lambda':
          there(target.Arn).lambda.invokeAsync(target.Arn, JSON.parse(input));
          return 'accepted';
        case 'sns':
        case 'logs':
        case 'api-destination':
        case 'other':
          return { error: `${target.Arn} is not simulated as a target.`, isFinal: true };
      }
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error), isFinal: false };
    }
  },
  bury(invocation, input, scheduleArn, error) {
    const queue = invocation.target.DeadLetterConfig?.Arn;
    if (queue === undefined) return;
    const access = { action: 'sqs:SendMessage', resource: queue };
    if (refusalOf(reach, invocation, scheduleArn, access) !== undefined) return;
    there(queue).sqs.send(queue, input, {
      ERROR_MESSAGE: error.slice(0, 1_000),
      ERROR_CODE: 'TARGET_FAILED',
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: invocation.target.Arn,
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  },
});

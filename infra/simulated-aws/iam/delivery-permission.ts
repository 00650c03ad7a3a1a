import type { DeliveryResult, DeliveryTarget } from '../eventbridge/delivery-target.ts';
import { parseEvent } from '../eventbridge/event.ts';
import { kindOfTarget, placeOfArn } from '../eventbridge/target-arn.ts';
import { sessionIdentity } from '../sts/session.ts';
import type { Access } from './access.ts';
import { principalOf } from './caller.ts';
import { service } from './enforcement.ts';
import type { Reach } from './reach.ts';

const events = service('events');

/** What the policy of a target of the same account must allow EventBridge; others are reached in the rule's role. */
const actionOn: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
};

export interface DeliveryPermissionDeps {
  readonly reach: Reach;
  readonly roleOf: (ruleArn: string, targetArn: string) => string | undefined;
  /** Whether a bus or an API destination of the same account and Region is reached in a role, too. */
  readonly isEnforced: boolean;
  /** The host's own ear, which no account has. */
  readonly ownLogGroup: string | undefined;
}

const denied = (message: string): DeliveryResult => ({
  status: 'permanent',
  errorCode: 'NO_PERMISSIONS',
  message,
});

/** EventBridge names the rule to whom it calls, and no account. */
const bySource = (ruleArn: string) => ({ 'aws:SourceArn': ruleArn });

/** A role that EventBridge assumes for a rule: why it may not, or may not do this in it. */
const roleRefusal = (reach: Reach, roleArn: string, ruleArn: string, access: Access): string | undefined => {
  const { account } = placeOfArn(ruleArn);
  const assuming = { action: 'sts:AssumeRole', resource: roleArn };
  return (
    reach.refusal(events, assuming, { ...bySource(ruleArn), 'aws:SourceAccount': account }) ??
    reach.refusal(principalOf(sessionIdentity(roleArn, 'events')), access)
  );
};

/** What a target is asked for, with what the event says of itself where that is a bus. */
const accessTo = (arn: string, event: string): Access => {
  const kind = kindOfTarget(arn);
  const action = actionOn[kind];
  if (action !== undefined) return { action, resource: arn };
  if (kind !== 'bus') return { action: 'events:InvokeApiDestination', resource: arn };
  const { source, 'detail-type': detailType } = parseEvent(event);
  return {
    ...{ action: 'events:PutEvents', resource: arn },
    context: {
      'events:source': source,
      'events:detail-type': detailType,
      'events:eventBusInvocation': 'true',
    },
  };
};

/** Whether a rule may hand events to a target, as EventBridge finds out when it tries. */
export const createDeliveryPermission = (deps: DeliveryPermissionDeps) => {
  const { reach, roleOf, isEnforced, ownLogGroup } = deps;
  const reasonOf = ({ arn, ruleArn }: DeliveryTarget, event: string): string | undefined => {
    const [from, to] = [placeOfArn(ruleArn), placeOfArn(arn)];
    const access = accessTo(arn, event);
    const isOwn = from.account === to.account;
    if (isOwn && actionOn[kindOfTarget(arn)] !== undefined)
      return reach.refusal(events, access, bySource(ruleArn));
    const roleArn = roleOf(ruleArn, arn);
    if (roleArn !== undefined) return roleRefusal(reach, roleArn, ruleArn, access);
    return isEnforced || !isOwn || from.region !== to.region
      ? `${ruleArn} names no role in which it may reach ${arn}.`
      : undefined;
  };
  const resultOf = (reason: string | undefined): DeliveryResult | undefined =>
    reason === undefined ? undefined : denied(reason);
  return {
    refusalOf: (target: DeliveryTarget, event: string): DeliveryResult | undefined =>
      target.arn === ownLogGroup || (!isEnforced && kindOfTarget(target.arn) === 'logs')
        ? undefined
        : resultOf(reasonOf(target, event)),
    /** The same for a dead-letter queue. */
    letterRefusalOf: (queueArn: string, ruleArn: string): DeliveryResult | undefined =>
      resultOf(reach.refusal(events, { action: 'sqs:SendMessage', resource: queueArn }, bySource(ruleArn))),
  };
};

export type DeliveryPermission = ReturnType<typeof createDeliveryPermission>;

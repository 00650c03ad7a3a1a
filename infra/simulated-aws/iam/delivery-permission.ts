import type { DeliveryResult, DeliveryTarget } from '../eventbridge/delivery-target.ts';
import { readPattern } from '../eventbridge/pattern-input.ts';
import { compilePattern, leavesOf } from '../eventbridge/pattern-match.ts';
import { principalOf } from './caller.ts';
import { sessionIdentity } from '../sts/session.ts';
import { type Enforcement, service } from './enforcement.ts';
import type { ForeignEvent } from '../cloud/place.ts';

const events = service('events');

/** What a target's own policy must allow EventBridge; other targets are reached in the role that the rule names. */
const actionOn: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
};

export interface DeliveryPermissionDeps {
  readonly enforcement: Enforcement;
  readonly roleOf: (ruleArn: string, targetArn: string) => string | undefined;
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
export const roleRefusal = (
  enforcement: Enforcement,
  roleArn: string,
  ruleArn: string,
  access: Parameters<Enforcement['refusal']>[1],
): string | undefined => {
  const [, , , , account = ''] = ruleArn.split(':');
  const assuming = { action: 'sts:AssumeRole', resource: roleArn };
  return (
    enforcement.refusal(events, assuming, { ...bySource(ruleArn), 'aws:SourceAccount': account }) ??
    enforcement.refusal(principalOf(sessionIdentity(roleArn, 'events')), access)
  );
};

/** Whether a rule may hand events to a target, as EventBridge finds out when it tries. */
export const createDeliveryPermission = ({ enforcement, roleOf, ownLogGroup }: DeliveryPermissionDeps) => {
  const toQueue = (queueArn: string, ruleArn: string): string | undefined =>
    enforcement.refusal(events, { action: 'sqs:SendMessage', resource: queueArn }, bySource(ruleArn));
  return {
    refusalOf: ({ arn, ruleArn }: DeliveryTarget): DeliveryResult | undefined => {
      if (arn === ownLogGroup) return undefined;
      const [, , kind = '', , , resource = ''] = arn.split(':');
      const action = actionOn[kind];
      const name = resource.startsWith('api-destination/') ? 'InvokeApiDestination' : 'PutEvents';
      const roleArn = roleOf(ruleArn, arn);
      const reason =
        action !== undefined
          ? enforcement.refusal(events, { action, resource: arn }, bySource(ruleArn))
          : roleArn === undefined
            ? `${ruleArn} names no role in which it may reach ${arn}.`
            : roleRefusal(enforcement, roleArn, ruleArn, { action: `events:${name}`, resource: arn });
      return reason === undefined ? undefined : denied(reason);
    },
    /** The same for a dead-letter queue. */
    letterRefusalOf: (queueArn: string, ruleArn: string): DeliveryResult | undefined => {
      const reason = toQueue(queueArn, ruleArn);
      return reason === undefined ? undefined : denied(reason);
    },
  };
};

const isMatch = (pattern: unknown, event: ForeignEvent): boolean =>
  pattern !== undefined &&
  compilePattern(readPattern(JSON.stringify(pattern)))(
    leavesOf({ ...event, resources: [...event.resources] }),
  );

/** An event of AWS in another place reaches a bus of home only by a rule there, in a role that may put it. */
export const isForwarded = (enforcement: Enforcement, event: ForeignEvent, busArn: string): boolean =>
  enforcement.deployment.rules
    .filter(({ account, region }) => account === event.account && region === event.region)
    .filter(({ pattern }) => isMatch(pattern, event))
    .some(({ arn: ruleArn, targets }) =>
      targets.some(
        ({ arn, roleArn }) =>
          arn === busArn &&
          roleArn !== undefined &&
          roleRefusal(enforcement, roleArn, ruleArn, {
            action: 'events:PutEvents',
            resource: busArn,
            context: { 'events:source': event.source, 'events:detail-type': event['detail-type'] },
          }) === undefined,
      ),
    );

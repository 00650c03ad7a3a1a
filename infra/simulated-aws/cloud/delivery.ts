import type { DeliveryHost, DeliveryResult } from '../eventbridge/delivery-target.ts';
import type { HttpTarget } from '../eventbridge/http-target.ts';
import type { LocalEventBridge } from '../eventbridge/local-eventbridge.ts';
import { kindOfTarget } from '../eventbridge/target-arn.ts';
import type { DeliveryPermission } from '../iam/delivery-permission.ts';
import type { LambdaHost } from '../lambda/lambda-host.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalSns } from '../sns/local-sns.ts';
import type { LocalSqs } from '../sqs/local-sqs.ts';

/** The services that take events, of one account and Region. */
export interface Takers {
  readonly events: Pick<LocalEventBridge, 'receive'>;
  readonly lambda: Pick<LambdaHost, 'invokeAsync'>;
  readonly sqs: Pick<LocalSqs, 'send'>;
  readonly sns: Pick<LocalSns, 'topics'>;
}

export interface DeliveryDeps {
  /** The services of the account and Region that an ARN names. */
  readonly there: (arn: string) => Takers;
  readonly http: HttpTarget;
  /** Takes what a rule sends to a log group. */
  readonly log: (payload: string) => void;
  readonly permission: DeliveryPermission;
}

/** What does not exist is not there on a retry either: AWS hands such an event to the dead-letter queue at once. */
const missing = /^(ResourceNotFound|QueueDoesNotExist|NotFound)/;

const attempt = (work: () => void): DeliveryResult => {
  try {
    work();
    return { status: 'accepted' };
  } catch (error) {
    if (!(error instanceof ServiceError) || !missing.test(error.code)) throw error;
    return { status: 'permanent', errorCode: 'NO_RESOURCE', message: error.message };
  }
};

/** Hands events from a bus to the other services, wherever they are. */
export const createDeliveryHost = ({ there, http, log, permission }: DeliveryDeps): DeliveryHost => ({
  refusalOf: permission.refusalOf,
  toBus: (busArn, event, way) =>
    kindOfTarget(busArn) === 'bus' ? there(busArn).events.receive(busArn, event, way) : undefined,
  async deliver(target, payload) {
    const { arn } = target;
    switch (kindOfTarget(arn)) {
      case 'lambda':
        return attempt(() => there(arn).lambda.invokeAsync(arn, JSON.parse(payload)));
      case 'sqs':
        return attempt(() => there(arn).sqs.send(arn, payload, {}, { groupId: target.messageGroupId }));
      case 'sns':
        return attempt(() => there(arn).sns.topics.publish(arn, { message: payload }));
      case 'logs':
        return attempt(() => log(payload));
      case 'api-destination':
        return http.deliver(target, payload);
      case 'bus':
      case 'other':
        return { status: 'permanent', errorCode: 'NO_RESOURCE', message: `${arn} is not simulated.` };
    }
  },
  sendToDeadLetterQueue: async (arn, { body, attributes }) =>
    permission.letterRefusalOf(arn, attributes['RULE_ARN'] ?? '') ??
    attempt(() => there(arn).sqs.send(arn, body, attributes)),
});

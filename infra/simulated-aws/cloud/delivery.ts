import type { DeliveryHost, DeliveryResult } from '../eventbridge/delivery-target.ts';
import type { LambdaHost } from '../lambda/lambda-host.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalSns } from '../sns/local-sns.ts';
import type { LocalSqs } from '../sqs/local-sqs.ts';
import type { createDeliveryPermission } from '../iam/delivery-permission.ts';
import type { HttpTarget } from '../eventbridge/http-target.ts';

export interface DeliveryDeps {
  readonly lambda: () => Pick<LambdaHost, 'invokeAsync'>;
  readonly sqs: () => Pick<LocalSqs, 'send'>;
  readonly sns: () => Pick<LocalSns, 'topics'>;
  readonly http: HttpTarget;
  /** Takes what a rule sends to a log group. */
  readonly log: (payload: string) => void;
  /** What IAM forbids; absent where it is not enforced. */
  readonly permission?: ReturnType<typeof createDeliveryPermission> | undefined;
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

/** Hands events from the bus to the other services of the runtime. */
export const createDeliveryHost = ({
  lambda,
  sqs,
  sns,
  http,
  log,
  permission,
}: DeliveryDeps): DeliveryHost => ({
  refusalOf: (target) => permission?.refusalOf(target),
  async deliver(target, payload) {
    const { arn } = target;
    const [, , service = '', , , resource = ''] = arn.split(':');
    if (service === 'lambda') return attempt(() => lambda().invokeAsync(arn, JSON.parse(payload)));
    if (service === 'sqs')
      return attempt(() => sqs().send(arn, payload, {}, { groupId: target.messageGroupId }));
    if (service === 'sns') return attempt(() => sns().topics.publish(arn, { message: payload }));
    if (service === 'logs') return attempt(() => log(payload));
    if (service === 'events' && resource.startsWith('api-destination/')) return http.deliver(target, payload);
    return { status: 'permanent', errorCode: 'NO_RESOURCE', message: `${arn} is not simulated.` };
  },
  sendToDeadLetterQueue: async (arn, { body, attributes }) =>
    permission?.letterRefusalOf(arn, attributes['RULE_ARN'] ?? '') ??
    attempt(() => sqs().send(arn, body, attributes)),
});

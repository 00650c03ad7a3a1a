import type { LocalClock } from '../clock.ts';
import type { DeliveryHost, DeliveryResult } from '../eventbridge/delivery-target.ts';
import { backoffMs } from '../eventbridge/retry.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import type { Schedule } from './schedule.ts';

export interface FiringDeps extends DeliveryHost {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly arnOf: (schedule: Schedule) => string;
}

/** One invocation of a schedule's target, through its retries. */
interface Firing {
  readonly schedule: Schedule;
  readonly dueAt: number;
  readonly executionId: string;
  readonly attempt: number;
  readonly done: () => void;
}

const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** "Adding context attributes": placeholders that Scheduler fills in. */
const payloadOf = (arn: string, { schedule, dueAt, executionId, attempt }: Firing): string =>
  (schedule.input.Target.Input ?? '{}')
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', timeText(dueAt))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));

/** Returns how to invoke the target of a schedule for one occurrence; `done` is called when that is over. */
export const createFiring = (
  deps: FiringDeps,
): ((schedule: Schedule, dueAt: number, done: () => void) => void) => {
  const { clock, random, arnOf } = deps;

  const bury = async (
    firing: Firing,
    failure: Exclude<DeliveryResult, { status: 'accepted' }>,
    condition?: string,
  ): Promise<void> => {
    const { Target } = firing.schedule.input;
    const arn = arnOf(firing.schedule);
    const queue = Target.DeadLetterConfig?.Arn;
    if (queue !== undefined)
      await deps.sendToDeadLetterQueue(queue, {
        body: payloadOf(arn, firing),
        attributes: {
          ERROR_CODE: failure.errorCode,
          ERROR_MESSAGE: failure.message,
          ...(condition !== undefined && { EXHAUSTED_RETRY_CONDITION: condition }),
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: String(firing.attempt - 1),
          SCHEDULED_TIME: timeText(firing.dueAt),
          SCHEDULE_ARN: arn,
          TARGET_ARN: Target.Arn,
        },
      });
    firing.done();
  };
  const attempt = async (firing: Firing): Promise<void> => {
    const { Target } = firing.schedule.input;
    const arn = arnOf(firing.schedule);
    const result = await deps.deliver({ arn: Target.Arn, ruleArn: arn }, payloadOf(arn, firing));
    if (result.status === 'accepted') return void firing.done();
    if (result.status === 'permanent') return bury(firing, result);
    if (firing.attempt > Target.RetryPolicy.MaximumRetryAttempts)
      return bury(firing, result, 'MaximumRetryAttempts');
    const delayMs = backoffMs(firing.attempt, random);
    if (clock.now() + delayMs - firing.dueAt > Target.RetryPolicy.MaximumEventAgeInSeconds * 1000)
      return bury(firing, result, 'MaximumEventAgeInSeconds');
    clock.after(delayMs, () => void attempt({ ...firing, attempt: firing.attempt + 1 }));
  };
  return (schedule, dueAt, done) =>
    void attempt({ schedule, dueAt, executionId: uuidFrom(random), attempt: 1, done });
};

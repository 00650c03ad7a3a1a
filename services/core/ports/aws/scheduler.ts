import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { eventSource } from '../../../../contracts/envelope.ts';
import { drillDue } from '../../../../contracts/schedule-events.ts';
import type { Scheduler, WantedSchedule } from '../scheduler.ts';

export interface SchedulerDeps {
  readonly client: SchedulerClient;
  readonly group: string;
  /** The role in which Scheduler puts the event: it may do nothing else. */
  readonly roleArn: string;
  readonly busArn: string;
  readonly deadLetterArn: string;
}

/** What Scheduler puts on the bus: the time by the schedule, which is the same however often it is delivered. */
const input = (scheduleId: string): string =>
  JSON.stringify({ data: { scheduleId, scheduledAt: '<aws.scheduler.scheduled-time>' } });

const requestOf = (
  { scheduleId, cron, zone, flexibleMinutes, startWindowMinutes, isPaused }: WantedSchedule,
  { group, roleArn, busArn, deadLetterArn }: SchedulerDeps,
): CreateScheduleCommandInput => ({
  ...{ Name: scheduleId, GroupName: group, Description: 'A schedule of drills of Groundswell' },
  ...{ ScheduleExpression: `cron(${cron})`, ScheduleExpressionTimezone: zone },
  State: isPaused ? 'DISABLED' : 'ENABLED',
  FlexibleTimeWindow:
    flexibleMinutes === undefined
      ? { Mode: 'OFF' }
      : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: flexibleMinutes },
  Target: {
    ...{ Arn: busArn, RoleArn: roleArn, Input: input(scheduleId) },
    EventBridgeParameters: { Source: eventSource, DetailType: drillDue.name },
    DeadLetterConfig: { Arn: deadLetterArn },
    // What comes after its start window is skipped anyway.
    RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: startWindowMinutes * 60 },
  },
});

/** By its name: the bundles leave out the classes of the client's errors. */
const isCalled = (name: string, error: unknown): boolean => error instanceof Error && error.name === name;

export const createAwsScheduler = (deps: SchedulerDeps): Scheduler => {
  const { client, group } = deps;
  return {
    async put(wanted) {
      const request = requestOf(wanted, deps);
      try {
        await client.send(new UpdateScheduleCommand(request));
      } catch (error) {
        if (!isCalled('ResourceNotFoundException', error)) throw error;
        await client.send(new CreateScheduleCommand(request)).catch(async (refusal: unknown) => {
          // Another run was faster.
          if (!isCalled('ConflictException', refusal)) throw refusal;
          await client.send(new UpdateScheduleCommand(request));
        });
      }
    },
    async remove(scheduleId) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: scheduleId, GroupName: group }));
      } catch (error) {
        if (!isCalled('ResourceNotFoundException', error)) throw error;
      }
    },
  };
};

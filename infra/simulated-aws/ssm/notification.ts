import type { ExecutionRecord } from './execution.ts';
import type { ExecutionView } from './execution-view.ts';
import type { Change } from './change.ts';

/** An event as EventBridge delivers it. */
export interface AwsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

/** `Nov 29, 2024 7:43:20 PM`, the form in which SSM writes times into its events. */
export const eventDate = (at: number): string => {
  const date = new Date(at);
  const hours = date.getUTCHours();
  const day = `${months[date.getUTCMonth()] ?? ''} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day} ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
};

const times = (
  startedAt: number,
  endedAt: number | undefined,
  now: number,
): Readonly<Record<string, unknown>> => ({
  StartTime: eventDate(startedAt),
  ...(endedAt !== undefined && { EndTime: eventDate(endedAt) }),
  Time: (endedAt ?? now) - startedAt,
});

const envelope = (
  place: Place,
  id: string,
  at: number,
  record: ExecutionRecord,
): Omit<AwsEvent, 'detail' | 'detail-type'> => {
  const arn = `arn:aws:ssm:${place.region}:${place.account}`;
  const { name, version } = record.document;
  return {
    version: '0',
    id,
    source: 'aws.ssm',
    account: place.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: place.region,
    resources: [
      `${arn}:automation-execution/${record.id}`,
      `${arn}:automation-definition/${name}:${version}`,
    ],
  };
};

/**
 * The event that SSM sends for a change ("Amazon EventBridge event examples for Systems Manager"). `view` is
 * the execution at the time of the change.
 */
export const notificationOf = (place: Place, id: string, view: ExecutionView, change: Change): AwsEvent => {
  const { record } = view;
  const common = {
    ExecutionId: record.id,
    Definition: record.document.name,
    DefinitionVersion: Number(record.document.version),
    Status: change.status,
  };
  const base = envelope(place, id, change.at, record);
  if (change.subject === 'execution')
    return {
      ...base,
      'detail-type': 'EC2 Automation Execution Status-change Notification',
      detail: {
        ...common,
        ...times(record.startedAt, view.endedAt, change.at),
        ExecutedBy: record.executedBy,
      },
    };
  const step = view.steps[change.step];
  return {
    ...base,
    'detail-type': 'EC2 Automation Step Status-change Notification',
    detail: {
      ...common,
      ...times(step?.startedAt ?? change.at, step?.endedAt, change.at),
      StepName: step?.step.name,
      Action: step?.step.action,
    },
  };
};

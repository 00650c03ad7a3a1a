import type { EventName } from '../contracts/catalogue.ts';
import { patternOf } from './heard-events.ts';
import { taskPattern, taskSource } from '../contracts/task-events.ts';
import { ownFunctionPrefix, type ServiceName, serviceNames } from '../contracts/services.ts';

export { hearsEvent, isFirstResult } from './heard-events.ts';

/** What one subscriber is: a Lambda function, what wakes it, and how patient its callers are. */
export interface FunctionTopology {
  /** The folder of the service. */
  readonly service: ServiceName;
  /** Events of the product's bus that it is invoked for, live ones only; or every event, live and replayed alike. */
  readonly events: readonly EventName[] | 'live-and-replayed';
  /** Whether it is invoked for the first result of a job: it finds nothing to do, and is warm for the last, seconds later. */
  readonly isReadied: boolean;
  /** The phases of a failback in which it works: it hears of the start of no other wave. Absent: of the start of all. */
  readonly phases?: readonly string[];
  /** Whether it is invoked for what workers report on their tasks. */
  readonly hearsWorkers: boolean;
  /** AWS's own events on the default bus that say: look now. */
  readonly hints: readonly HintName[];
  /** Whether it sets timers for itself: they arrive through a queue of its own. */
  readonly hasTimers: boolean;
  /** Its events wait in a queue of its own, from which at most so many runs take at once. Without it, EventBridge invokes it for each. */
  readonly queuedRunsMax?: number;
  /** An EventBridge schedule on the default bus. */
  readonly schedule?: string;
  readonly timeoutSeconds: number;
  /** Retries of an asynchronous invocation, before the dead-letter queue. */
  readonly retriesMax: number;
  /** Whether the HTTP API invokes it: it answers requests of payload 2.0 under `apiBase`. */
  readonly http?: boolean;
}

/** An event of AWS that says: look now. */
interface HintEvent {
  readonly source: string;
  readonly type: string;
  /** What of such events is worth waking anybody; absent: each of them. */
  readonly detail?: Readonly<Record<string, readonly string[]>>;
  /** Whether it is about what stands in the hub's account and Region alone: no target forwards it. */
  readonly isOfHub?: true;
}

export const hintEvents = {
  launch: { source: 'aws.drs', type: 'DRS Source Server Launch Result' },
  automation: { source: 'aws.ssm', type: 'EC2 Automation Execution Status-change Notification' },
  'durable-execution': { source: 'aws.lambda', type: 'Durable Execution Status Change' },
  alarm: { source: 'aws.cloudwatch', type: 'CloudWatch Alarm State Change' },
  // Accounts start and stop instances all day: their end alone is waited for.
  'instance-end': {
    ...{ source: 'aws.ec2', type: 'EC2 Instance State-change Notification' },
    detail: { state: ['terminated'] },
  },
  // A drill waits for them to open.
  calendar: {
    ...{ source: 'aws.ssm', type: 'Calendar State Change', isOfHub: true },
    detail: { state: ['OPEN'] },
  },
} as const satisfies Readonly<Record<string, HintEvent>>;
export type HintName = keyof typeof hintEvents;

const isOfHub = (name: HintName): boolean => (hintEvents[name] as HintEvent).isOfHub === true;
/** What targets forward. */
const forwardedHints = (Object.keys(hintEvents) as readonly HintName[]).filter((name) => !isOfHub(name));

/** What differs between the functions; all else follows. */
type Subscription = Partial<Omit<FunctionTopology, 'service'>>;

const subscriber = (service: ServiceName, { events = [], ...others }: Subscription): FunctionTopology => {
  const { hasTimers = true } = others;
  // What sets timers for itself also shows, when it is asked, that events and timers reach it.
  const isProbed = hasTimers && typeof events !== 'string' && events.length > 0;
  return {
    service,
    hints: [],
    isReadied: false,
    hearsWorkers: false,
    timeoutSeconds: 30,
    retriesMax: 2,
    ...others,
    hasTimers,
    events: isProbed ? [...events, 'ProbeRequested'] : events,
  };
};

export const auditService = 'record-audit' satisfies ServiceName;
/** The one service that asks workers for anything. */
export const taskService = 'run-actions' satisfies ServiceName;
/** They ask calendars before a start, or before a wave. */
export const calendarServices: ReadonlySet<ServiceName> = new Set([
  ...(['accept-execution', 'advance-execution', 'serve-api'] as const),
]);
export const scheduleService = 'schedule-drills' satisfies ServiceName;
/** The group of EventBridge Scheduler in which the schedules of drills stand. */
export const scheduleGroup = 'groundswell';
/** Of the role in which Scheduler puts events. The Region keeps two hubs in one account apart. */
export const schedulerRoleName = (region: string): string => `groundswell-scheduler-${region}`;
export const apiService = 'serve-api' satisfies ServiceName;

/** How many runs the audit has at once, where no setting says otherwise: the least that a mapping of Lambda takes. */
export const auditRunsMax = 2;

/** The path under which the HTTP API stands, beside the console's page. */
export const apiBase = '/api';

const subscriptions: Readonly<Record<ServiceName, Subscription>> = {
  // It asks DRS about every server of a plan, and goes on in the next run with what one leaves.
  'accept-execution': {
    events: ['ExecutionRequested', 'ApproveExecutionRequested', 'DeclineExecutionRequested'],
  },
  'advance-execution': {
    events: [
      'ExecutionStarted',
      'ServerLaunchesEnded',
      'DRSJobCompleted',
      'LaunchActionsEnded',
      'DRSJobRefused',
      'ActionCompleted',
      'ActionFailed',
      'HomewardServersEnded',
      'HomewardCallsEnded',
      'WaveStopped',
      'PauseRequested',
      'ResumeRequested',
      'CancelRequested',
      'RetryWaveRequested',
      'SkipWaveRequested',
      'ContinueRequested',
      'NoteRequested',
      'HandoverRequested',
    ],
    hints: ['calendar'],
    isReadied: true,
  },
  'launch-wave': { events: ['WaveStarted', 'ActionCompleted', 'ActionFailed'], isReadied: true },
  'watch-jobs': { events: ['DRSJobStarted'], hints: ['launch'] },
  'run-actions': {
    events: [
      'WaveStarted',
      'ActionCompleted',
      'ActionFailed',
      'ServerLaunchesEnded',
      'DRSJobCompleted',
      'LaunchActionsEnded',
      'DRSJobRefused',
      'ApproveRequested',
      'DeclineRequested',
      'WaveStopped',
      'CleanUpActionsStarted',
    ],
    hints: ['automation', 'durable-execution', 'alarm'],
    hearsWorkers: true,
  },
  // It asks DRS and EC2 about every instance that it ends.
  'clean-up-drill': {
    events: [
      'ExecutionCompleted',
      'ExecutionFailed',
      'ExecutionCancelled',
      'CleanUpRequested',
      'ExtendDrillRequested',
      'KeepDrillRequested',
    ],
    hints: ['instance-end'],
  },
  // Apart from what launches, and from each other: nothing that may start a recovery may end one.
  'reverse-replication': { events: ['WaveStarted'], phases: ['reverse', 'protect'] },
  'retire-servers': { events: ['WaveStarted', 'CleanUpUndoStarted'], phases: ['retire', 'undo'] },
  // The schedule brings Scheduler in step with what is stored, and tells what could not be told.
  'schedule-drills': {
    events: ['DrillDue', 'ScheduleChanged'],
    hasTimers: false,
    schedule: 'rate(10 minutes)',
    timeoutSeconds: 60,
  },
  // A pass over every open execution takes longer than a look at one.
  reconcile: { schedule: 'rate(10 minutes)', timeoutSeconds: 300 },
  // The alarm on dead letters counts those that wait for it and those that it has just taken up.
  'redrive-dead-letters': { schedule: 'rate(5 minutes)', hasTimers: false, timeoutSeconds: 60 },
  // What is worth telling people; the schedule tries again what a receiver did not take.
  notify: {
    events: [
      'ApprovalAwaited',
      'ExecutionStarted',
      'ExecutionRejected',
      'ExecutionPaused',
      'CalendarsOpened',
      'ExecutionResumed',
      'ExecutionCancelling',
      'AlarmRaised',
      'ExecutionCompleted',
      'ExecutionFailed',
      'ExecutionCancelled',
      'WaveCompleted',
      'WaveFailed',
      'ActionStarted',
      'ActionFailed',
      'TaskReportRefused',
      'DRSJobStuck',
      'ReplicationStalled',
      'OperatorNeeded',
      'TimeoutNear',
      'DrillExtended',
      'DrillKept',
      'CleanUpStarted',
      'CleanUpCompleted',
      'CleanUpFailed',
      'DrillSkipped',
      'ProofOverdue',
      'NoteAdded',
    ],
    hasTimers: false,
    schedule: 'rate(5 minutes)',
  },
  // The one function that takes replays: it may write records of kind `audit`, and do nothing else. A large
  // replay waits in its queue, since all its runs at once would take from recoveries what they run on.
  'record-audit': { events: 'live-and-replayed', hasTimers: false, queuedRunsMax: auditRunsMax },
  // A long poll holds its request for up to 20 seconds; API Gateway gives up at 30.
  'serve-api': { hasTimers: false, http: true, retriesMax: 0, timeoutSeconds: 29 },
};

/** Every function of the product, for the local runtime and for AWS alike. */
export const functions: readonly FunctionTopology[] = serviceNames.map((service) =>
  subscriber(service, subscriptions[service]),
);

/** Functions beside the subscribers of the bus: somebody calls them, for one plan each. */
export const faceNames = ['region-switch-step', 'store-plan'] as const;
export type FaceName = (typeof faceNames)[number];

export const busName = 'groundswell';
export const archiveName = 'groundswell';
/** A worker's token goes with what is said of its task, and is kept nowhere. */
export const archivePattern = { source: [{ 'anything-but': taskSource }] };
export const functionName = (service: ServiceName): string => `${ownFunctionPrefix}${service}`;
export const deadLetterQueueName = (service: ServiceName): string => `groundswell-dead-letters-${service}`;
export const timerQueuePrefix = 'groundswell-timers-';
export const timerQueueName = (service: ServiceName): string => `${timerQueuePrefix}${service}`;
export const eventQueueName = (service: ServiceName): string => `groundswell-events-${service}`;

/** Where deliveries end that no repetition can make handleable, each with its reason. */
export const parkingQueueName = 'groundswell-parked';

/** The alarms that stand on queues in which something ends that nobody could handle. */
export const queueAlarmNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    functions.map(({ service }) => [deadLetterQueueName(service), `${functionName(service)}-dead-letters`]),
  ),
  [parkingQueueName]: 'groundswell-parked',
};

/** Six times the function's time-out, as Lambda's documentation asks of a queue that feeds a function. */
export const queueVisibilitySeconds = ({ timeoutSeconds }: FunctionTopology): number => 6 * timeoutSeconds;
/** How often a message of such a queue is received before it is given up and dead-lettered. */
export const queueReceivesMax = 5;
export const queueBatchSize = 10;

export interface RuleTopology {
  readonly name: string;
  readonly bus: 'default' | typeof busName;
  readonly pattern?: Readonly<Record<string, unknown>>;
  readonly schedule?: string;
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** Of what targets forward. */
export const hintSources = distinct(forwardedHints.map((name) => hintEvents[name].source));
export const hintTypes = distinct(forwardedHints.map((name) => hintEvents[name].type));

/** A part of a pattern that lets these hints through, and of them what is worth waking anybody. */
export const hintFilter = (
  names: readonly HintName[] = forwardedHints,
): Readonly<Record<string, unknown>> => {
  const events = names.map((name): HintEvent => hintEvents[name]);
  const whole = events.filter(({ detail }) => detail === undefined);
  const parts = [
    ...(whole.length === 0
      ? []
      : [
          {
            source: distinct(whole.map(({ source }) => source)),
            'detail-type': whole.map(({ type }) => type),
          },
        ]),
    ...events.flatMap(({ source, type, detail }) =>
      detail === undefined ? [] : [{ source: [source], 'detail-type': [type], detail }],
    ),
  ];
  const [only = {}] = parts;
  return parts.length > 1 ? { $or: parts } : only;
};

/** From whose accounts hints are heard. Without them any account is, as in the embedded runtime without templates. */
export interface HintAccounts {
  readonly own: string;
  /** Accounts with targets, whose hints are forwarded to the product's bus. */
  readonly forwarding: readonly string[];
}

const hintPattern = (names: readonly HintName[], accounts?: readonly string[]) => ({
  ...hintFilter(names),
  ...(accounts && { account: accounts }),
  'replay-name': [{ exists: false }],
});

const hintRules = (
  service: ServiceName,
  names: readonly HintName[],
  accounts?: HintAccounts,
): readonly RuleTopology[] => [
  {
    name: `${functionName(service)}-hints`,
    bus: 'default',
    pattern: hintPattern(names, accounts && [accounts.own]),
  },
  ...(accounts === undefined || accounts.forwarding.length === 0 || names.every(isOfHub)
    ? []
    : [
        {
          name: `${functionName(service)}-forwarded-hints`,
          bus: busName,
          pattern: hintPattern(names, accounts.forwarding),
        } as const,
      ]),
];

/** Whether targets forward some of what it is hinted of. */
export const hearsTargets = ({ hints }: Pick<FunctionTopology, 'hints'>): boolean => !hints.every(isOfHub);

/** The rules whose target is this function. */
export const rulesOf = (
  { service, events, isReadied, phases, hearsWorkers, hints, schedule }: FunctionTopology,
  accounts?: HintAccounts,
): readonly RuleTopology[] => [
  ...(events.length === 0
    ? []
    : [
        {
          name: functionName(service),
          bus: busName,
          pattern: patternOf({ events, isReadied, ...(phases && { phases }) }),
        } as const,
      ]),
  ...(hearsWorkers
    ? [
        {
          name: `${functionName(service)}-reports`,
          bus: busName,
          pattern: taskPattern(['TaskReported']),
        } as const,
      ]
    : []),
  ...(hints.length === 0 ? [] : hintRules(service, hints, accounts)),
  ...(schedule === undefined
    ? []
    : [{ name: `${functionName(service)}-schedule`, bus: 'default', schedule } as const]),
];

export interface IndexTopology {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
  /** Attributes beside the keys; none: keys only. */
  readonly carries: readonly string[];
}

/** The one table of the product. All key attributes are strings. */
export const stateTable = {
  name: 'groundswell-state',
  partition: 'pk',
  indexes: [
    { name: 'KindIndex', partition: 'kind', sort: 'id', carries: [] },
    {
      name: 'StatusIndex',
      partition: 'status',
      sort: 'startedAt',
      carries: ['executionId', 'planId', 'open'],
    },
    { name: 'OpenIndex', partition: 'open', sort: 'startedAt', carries: ['executionId', 'planId', 'status'] },
  ],
} as const satisfies {
  readonly name: string;
  readonly partition: string;
  readonly indexes: readonly IndexTopology[];
};

/** A rule with what an examination needs of it. */
export interface RuleFacts {
  readonly isEnabled: boolean;
  readonly targetArns: readonly string[];
}

export interface AlarmFacts {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  /** Whether anything is notified when its state changes. */
  readonly isHeard: boolean;
}

export interface SubscriptionFacts {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** A schedule of EventBridge Scheduler. */
export interface ScheduleFacts {
  readonly name: string;
  readonly isEnabled: boolean;
  /** As Scheduler writes it, such as cron(0 3 * * ? *). */
  readonly expression: string;
  readonly zone: string;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly detailType: string;
  readonly deadLetterArn: string;
}

/** Permissions that are asked about together: each action on each resource; `*` for actions that know none. */
export interface AskedAccess {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * The deployment as AWS shows it to its operator. Each operation only reads; undefined means that the thing does not
 * exist. What cannot be asked rejects with AWS's error.
 */
export interface Deployment {
  /** Of AWS, as it stands in ARNs. */
  readonly partition: string;
  /** Of the archive of the product's bus, as EventBridge names it. */
  readonly archiveState: (name: string) => Promise<string | undefined>;
  readonly rule: (bus: string, name: string) => Promise<RuleFacts | undefined>;
  /** Whether DynamoDB refuses to delete a table. */
  readonly isTableProtected: (name: string) => Promise<boolean | undefined>;
  /** Messages that wait in a queue, and those that somebody has in hand. */
  readonly queueDepth: (name: string) => Promise<number | undefined>;
  /** Alarms whose name starts so. */
  readonly alarms: (prefix: string) => Promise<readonly AlarmFacts[]>;
  /** Of a topic of the deployment's own place. */
  readonly subscriptions: (topicName: string) => Promise<readonly SubscriptionFacts[] | undefined>;
  /** How many functions may run at once in the account and Region. */
  readonly concurrencyMax: () => Promise<number>;
  /** What is reserved for a function; undefined where nothing is, or the function does not exist. */
  readonly reservedConcurrency: (functionName: string) => Promise<number | undefined>;
  /** The schedules of a group of EventBridge Scheduler. */
  readonly schedules: (group: string) => Promise<readonly ScheduleFacts[] | undefined>;
  /** Which of these actions a role of the account may not do, by itself, when DRS acts in its name, or to say that a drill is due. */
  readonly deniedActions: (
    roleName: string,
    asked: readonly AskedAccess[],
    by: 'itself' | 'drs' | 'scheduler',
  ) => Promise<readonly string[]>;
}

/** A rule with what an examination needs of it. */
export interface RuleFacts {
  readonly isEnabled: boolean;
  readonly targetArns: readonly string[];
}

export interface AlarmFacts {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  /** Whether anything is told when its state changes. */
  readonly isHeard: boolean;
}

export interface SubscriptionFacts {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** What IAM says of a principal's actions; `unknown` where the caller may not ask. */
export type Simulated =
  | { readonly isKnown: true; readonly denied: readonly string[] }
  | { readonly isKnown: false; readonly why: string };

/**
 * The deployment as AWS shows it to its operator. Each operation only reads; undefined means that the thing does not
 * exist. What cannot be asked rejects with AWS's error.
 */
export interface Deployment {
  /** Of the archive of the product's bus, as EventBridge names it. */
  readonly archiveState: (name: string) => Promise<string | undefined>;
  readonly rule: (bus: string, name: string) => Promise<RuleFacts | undefined>;
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
  /** Whether a role of the account has these permissions when DRS acts in its name. */
  readonly simulateForDrs: (roleName: string, actions: readonly string[]) => Promise<Simulated>;
}

import type { Target } from '../../../contracts/plan.ts';

export interface AutomationRequest {
  readonly document: string;
  readonly documentVersion?: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** UUID. The same token with the same parameters starts nothing new and gives the first one's id. */
  readonly clientToken: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type AutomationStart =
  | { readonly status: 'started'; readonly automationExecutionId: string }
  /** Rate exceeded, limit exceeded, internal error, lost answer: ask again with the same token. */
  | { readonly status: 'later'; readonly message: string }
  /** Unknown document, bad parameters: it can never start as it is. */
  | { readonly status: 'refused'; readonly message: string }
  /** The token was used, with other parameters: whatever it started may run, and has to be found. */
  | { readonly status: 'used'; readonly message: string };

/** SSM: AutomationExecution. A status that is not known counts as running. */
export interface AutomationExecution {
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly ssmStatus: string;
  readonly failure?: string;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
}

/** Systems Manager Automation in one account and Region, as seen through a target's role. */
export interface AutomationService {
  start(target: Target, request: AutomationRequest): Promise<AutomationStart>;
  /**
   * The id of what was started under this token. Undefined when there is nothing, or when SSM does not show it
   * yet. Throws to be retried.
   */
  find(target: Target, clientToken: string): Promise<string | undefined>;
  /** Undefined when SSM does not know the id. Throws to be retried. */
  describe(target: Target, automationExecutionId: string): Promise<AutomationExecution | undefined>;
  /** Asks for the end; the automation may take a while to stop. Stopping what has ended is no error. */
  stop(target: Target, automationExecutionId: string): Promise<void>;
}

import type { Tags } from './tags.ts';
import type { Target } from './target.ts';

export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly state: RuleState;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  /** From when a rate counts, epoch ms: the rule's last creation, change or enabling. */
  readonly scheduledSince: number;
  readonly description?: string;
  readonly roleArn?: string;
  /** The AWS service whose rule it is; such a rule cannot be changed. */
  readonly managedBy?: string;
  readonly tags: Tags;
  readonly targets: readonly Target[];
}

export const isEnabled = (rule: Rule): boolean => rule.state !== 'DISABLED';

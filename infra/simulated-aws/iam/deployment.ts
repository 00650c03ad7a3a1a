import type { Policy } from './policy.ts';

export interface DeployedRole {
  readonly arn: string;
  readonly account: string;
  /** Who may assume it. */
  readonly trust: Policy;
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
}

export interface DeployedFunction {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly roleArn: string;
  readonly isTraced: boolean;
  /** Where events go that it failed at. */
  readonly onFailureArn?: string;
}

export interface DeployedTarget {
  readonly arn: string;
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
}

export interface DeployedRule {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly pattern: unknown;
  readonly targets: readonly DeployedTarget[];
}

/** A route of an HTTP API, as `GET /plans/{id}`. */
export interface DeployedApi {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly routes: readonly string[];
}

/** What templates say of permissions, each name and reference resolved. */
export interface Deployment {
  readonly roles: readonly DeployedRole[];
  readonly functions: readonly DeployedFunction[];
  readonly mappings: readonly { readonly functionArn: string; readonly sourceArn: string }[];
  readonly rules: readonly DeployedRule[];
  readonly apis: readonly DeployedApi[];
  /** Of queues, topics, buses and functions, by ARN. */
  readonly resourcePolicies: ReadonlyMap<string, Policy>;
}

/** Several stacks together. */
export const joined = (all: readonly Deployment[]): Deployment => ({
  roles: all.flatMap(({ roles }) => roles),
  functions: all.flatMap(({ functions }) => functions),
  mappings: all.flatMap(({ mappings }) => mappings),
  rules: all.flatMap(({ rules }) => rules),
  apis: all.flatMap(({ apis }) => apis),
  resourcePolicies: new Map(all.flatMap(({ resourcePolicies }) => [...resourcePolicies])),
});

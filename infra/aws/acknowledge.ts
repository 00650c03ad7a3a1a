import { CfnResource, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of a rule pack by its exact id, and why it is none here. */
export type Acknowledged = readonly [id: string, reason: string];

/** Acknowledges findings on the one resource behind a construct, and on nothing else in it. */
export const acknowledge = (construct: IConstruct, ...findings: readonly Acknowledged[]): void => {
  const resource = construct instanceof CfnResource ? construct : construct.node.defaultChild;
  if (resource === undefined) throw new Error(`${construct.node.path} is no single resource.`);
  Validations.of(resource).acknowledge(...findings.map(([id, reason]) => ({ id, reason })));
};

/** A value as cdk-nag writes it in the id of a finding. */
export const shown = (value: string, name: 'Partition' | 'Region' | 'AccountId'): string =>
  Token.isUnresolved(value) ? `<AWS::${name}>` : value;

import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Target, type TargetProps } from './target.ts';

/** A target as a stack of its own. Its id is one that CDK leaves out of logical ids. */
export class TargetStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, target, hub, services, ...props }: StackProps & TargetProps,
  ) {
    super(scope, id, props);
    new Target(this, 'Default', { settings, target, hub, services });
  }
}

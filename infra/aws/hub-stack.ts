import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Hub, type HubProps } from './hub.ts';

/** The hub as a stack of its own. Its id is one that CDK leaves out of logical ids: resources stand as if in the stack itself. */
export class HubStack extends Stack {
  readonly hub: Hub;

  constructor(scope: Construct, id: string, { settings, codeOf, stepCode, ...props }: StackProps & HubProps) {
    super(scope, id, props);
    this.hub = new Hub(this, 'Default', { settings, codeOf, stepCode });
  }
}

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ServiceName } from '../../contracts/services.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { HintForwarding } from './hint-forwarding.ts';
import type { Settings, TargetSettings } from './settings.ts';
import { TargetRole, targetRoleArn } from './target-role.ts';

export interface TargetStackProps extends StackProps {
  readonly settings: Settings;
  readonly target: TargetSettings;
  readonly hub: { readonly account: string; readonly region: string };
  /** The functions that the hub has. */
  readonly services: readonly ServiceName[];
}

/** What an account and Region needs in which the hub recovers servers: a way in, and a way for its hints out. */
export class TargetStack extends Stack {
  constructor(scope: Construct, id: string, { settings, target, hub, services, ...props }: TargetStackProps) {
    super(scope, id, props);
    new TargetRole(this, 'HubAccess', { settings, target, hub, services });
    new HintForwarding(this, 'Hints', {
      hub,
      alarms: new AlarmTopic(this, 'Alarms', {
        topicName: `groundswell-alarms-of-${hub.region}`,
        email: settings.alarmEmail,
        deadLetters: undefined,
        key: undefined,
      }),
    });
    new CfnOutput(this, 'RoleArn', {
      description: "What a plan's target names as its role",
      value: targetRoleArn(target, hub.region, this.partition),
    });
  }
}

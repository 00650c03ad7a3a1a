import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ServiceName } from '../../contracts/services.ts';
import { AlarmTopic } from './alarm-topic.ts';
import type { RecoverySettings } from './drs-permissions.ts';
import { HintForwarding } from './hint-forwarding.ts';
import type { TargetSettings } from './settings.ts';
import { TargetRole, targetRoleArn } from './target-role.ts';

export interface TargetProps {
  readonly settings: RecoverySettings & { readonly alarmEmail?: string | undefined };
  readonly target: TargetSettings;
  readonly hub: { readonly account: string; readonly region: string };
  /** The functions that the hub has. */
  readonly services: readonly ServiceName[];
}

/** What an account and Region needs in which the hub recovers servers: a way in, and a way for its hints out. */
export class Target extends Construct {
  constructor(scope: Construct, id: string, { settings, target, hub, services }: TargetProps) {
    super(scope, id);
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
      value: targetRoleArn(target, hub.region, Stack.of(this).partition),
    });
  }
}

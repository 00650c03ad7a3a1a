import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { deciders, type ServiceName } from '../../contracts/services.ts';
import {
  functionListParameter,
  allowListParameter,
  apiService,
  auditService,
  functions,
  parkingQueueName,
} from '../topology.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { EncryptionKey } from './encryption-key.ts';
import { ProductBus } from './event-bus.ts';
import { handlerEnvironment } from './handler-environment.ts';
import { OperatorApi } from './http-api.ts';
import { Notifications } from './notifications.ts';
import { OperationsAlarms } from './operations-alarms.ts';
import { OperationsDashboard } from './operations-dashboard.ts';
import { KeptQueue } from './queue.ts';
import { RegionSwitchStep, type RegionSwitchStepProps } from './region-switch-step.ts';
import { serviceStatements } from './service-statements.ts';
import type { Settings } from './settings.ts';
import { StateTable } from './state-table.ts';
import { Subscriber } from './subscriber.ts';
import { allowListWildcards, namesDocuments, wildcardsOf } from './wildcards.ts';

export interface HubStackProps extends StackProps {
  readonly settings: Settings;
  readonly codeOf: (service: ServiceName) => Code;
  readonly stepCode?: (() => Code) | undefined;
}

/**
 * Groundswell in its recovery Region. Requests and facts meet on one bus; each subscriber stands on it with
 * all that it owns; what they know is in one table; what fails, waits or is lost is seen by an alarm.
 */
export class HubStack extends Stack {
  /** There only when the settings say who signs its tokens. */
  readonly api: OperatorApi | undefined;
  /** The functions that it has. */
  readonly services: readonly ServiceName[];

  constructor(scope: Construct, id: string, { settings, codeOf, stepCode, ...props }: HubStackProps) {
    super(scope, id, props);
    const { stage, targets, logDays, archiveDays } = settings;
    const key = settings.encryption === 'own' ? new EncryptionKey(this, 'Encryption').key : undefined;
    const parking = new KeptQueue(this, 'Parking', {
      queueName: parkingQueueName,
      visibilityTimeout: Duration.seconds(30),
      key,
    }).queue;
    const alarms = new AlarmTopic(this, 'Alarms', {
      topicName: 'groundswell-alarms',
      email: settings.alarmEmail,
      deadLetters: parking,
      key,
    });

    const { table } = new StateTable(this, 'State', { key, isProtected: settings.protected });
    const product = new ProductBus(this, 'Bus', { key, archiveDays, logDays });

    this.publishAllowLists(settings);

    const notifications = new Notifications(this, 'Notifications', {
      endpoints: settings.notifications,
      named: settings.notify,
      deadLetters: parking,
      key,
    });

    const deployed = functions.filter(({ http }) => http !== true || settings.api !== undefined);
    this.services = deployed.map(({ service }) => service);
    const subscribers = deployed.map(
      (topology) =>
        new Subscriber(this, topology.service, {
          topology,
          bus: product.bus,
          code: codeOf(topology.service),
          environment: handlerEnvironment(topology.service, this, settings),
          statements: [
            ...serviceStatements(topology.service, { stack: this, table, bus: product.bus, settings }),
            ...(topology.service === 'notify' ? notifications.statements : []),
          ],
          wildcards: [
            ...wildcardsOf(topology.service, this),
            ...(namesDocuments.has(topology.service) ? allowListWildcards(settings, this) : []),
          ],
          hintAccounts: [...new Set(targets.map(({ account }) => account))],
          queuedRunsMax:
            topology.service === auditService ? settings.auditConcurrency : topology.queuedRunsMax,
          ...{ alarms, logDays, key },
        }),
    );

    product.admitWriters(
      new Map(deciders.map((service) => [service, subscriberOf(subscribers, service).role.role])),
    );
    product.admitRequesters(settings.requesters);
    product.admitHints(targets);

    if (settings.api !== undefined) {
      const { function: handler } = subscriberOf(subscribers, apiService);
      this.api = new OperatorApi(this, 'Api', { handler, settings: settings.api, logDays, key });
    }
    this.addSteps(settings, stepCode, { table, bus: product.bus, key });
    new OperationsAlarms(this, 'OperationsAlarms', { alarms, subscribers, parking });
    new OperationsDashboard(this, 'Operations', { subscribers, stage });
  }

  private addSteps(
    { regionSwitch, logDays }: Settings,
    stepCode: HubStackProps['stepCode'],
    owned: Pick<RegionSwitchStepProps, 'table' | 'bus' | 'key'>,
  ): void {
    for (const step of regionSwitch) {
      if (stepCode === undefined)
        throw new Error('The settings name a step of Region switch, and there is no code for it.');
      const code = stepCode();
      new RegionSwitchStep(this, `RegionSwitch-${step.plan}`, { step, code, stack: this, logDays, ...owned });
    }
  }

  /** For the check of a plan from a command line; the functions read theirs from their environment. */
  private publishAllowLists({ documents, functions: invoked }: Settings): void {
    // A long list is larger than what a standard parameter holds.
    const tier = ParameterTier.INTELLIGENT_TIERING;
    new StringParameter(this, 'AllowedDocuments', {
      parameterName: allowListParameter,
      description: 'SSM runbooks that plans of Groundswell may start.',
      stringValue: JSON.stringify(documents),
      tier,
    });
    new StringParameter(this, 'AllowedFunctions', {
      parameterName: functionListParameter,
      description: 'Lambda functions that plans of Groundswell may invoke.',
      stringValue: JSON.stringify(invoked),
      tier,
    });
  }
}

const subscriberOf = (subscribers: readonly Subscriber[], service: ServiceName): Subscriber => {
  const found = subscribers.find(({ topology }) => topology.service === service);
  if (found === undefined) throw new Error(`The topology has no ${service}.`);
  return found;
};

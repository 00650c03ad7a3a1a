import { Duration, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { accessParameter } from '../../contracts/access.ts';
import { allowedThings, allowListParameters, type AllowedThing } from '../../contracts/allow-lists.ts';
import { deciders, type ServiceName } from '../../contracts/services.ts';
import { apiService, auditService, functions, parkingQueueName, scheduleService } from '../topology.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { DrillSchedules } from './drill-schedules.ts';
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
import { wildcardsOfFunction } from './wildcards.ts';

export interface HubProps {
  readonly settings: Settings;
  readonly codeOf: (service: ServiceName) => Code;
  readonly stepCode?: (() => Code) | undefined;
}

/** Those that a hub has. */
export const functionsOf = ({ hasApi }: { readonly hasApi: boolean }): typeof functions =>
  functions.filter(({ http }) => http !== true || hasApi);

/**
 * Groundswell in its recovery Region. Requests and facts meet on one bus; each subscriber stands on it with
 * all that it owns; what they know is in one table; what fails, waits or is lost is seen by an alarm.
 */
export class Hub extends Construct {
  /** There only when the settings say who signs its tokens. */
  readonly api: OperatorApi | undefined;
  /** The functions that it has. */
  readonly services: readonly ServiceName[];
  readonly state: StateTable;
  /** There only when the settings ask for one of its own. */
  readonly key: Key | undefined;

  constructor(scope: Construct, id: string, { settings, codeOf, stepCode }: HubProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { stage, targets, logDays, archiveDays } = settings;
    const key = settings.encryption === 'own' ? new EncryptionKey(this, 'Encryption').key : undefined;
    this.key = key;
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

    this.state = new StateTable(this, 'State', { key, isProtected: settings.protected });
    const { table } = this.state;
    const product = new ProductBus(this, 'Bus', { key, archiveDays, logDays });

    this.publishAllowLists(settings);
    this.publishAccess(settings);
    const schedules = new DrillSchedules(this, 'Schedules', { bus: product.bus, key });

    const notifications = new Notifications(this, 'Notifications', {
      endpoints: settings.notifications,
      named: settings.notify,
      deadLetters: parking,
      key,
    });

    const deployed = functionsOf({ hasApi: settings.api !== undefined });
    this.services = deployed.map(({ service }) => service);
    const subscribers = deployed.map(
      (topology) =>
        new Subscriber(this, topology.service, {
          topology,
          bus: product.bus,
          code: codeOf(topology.service),
          environment: handlerEnvironment(topology.service, stack, settings),
          statements: [
            ...serviceStatements(topology.service, { stack, table, bus: product.bus, settings }),
            ...(topology.service === 'notify' ? notifications.statements : []),
          ],
          wildcards: wildcardsOfFunction(topology.service, settings, stack),
          hintAccounts: [...new Set(targets.map(({ account }) => account))],
          queuedRunsMax:
            topology.service === auditService ? settings.auditConcurrency : topology.queuedRunsMax,
          ...{ alarms, logDays, key },
        }),
    );

    schedules.allowWith(subscriberOf(subscribers, scheduleService).deadLetters);
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
    stepCode: HubProps['stepCode'],
    owned: Pick<RegionSwitchStepProps, 'table' | 'bus' | 'key'>,
  ): void {
    for (const step of regionSwitch) {
      if (stepCode === undefined)
        throw new Error('The settings name a step of Region switch, and there is no code for it.');
      const code = stepCode();
      new RegionSwitchStep(this, `RegionSwitch-${step.plan}`, { step, code, logDays, ...owned });
    }
  }

  /** For the API, which reads them with the next request but for half a minute. */
  private publishAccess({ access }: Settings): void {
    if (access === undefined) return;
    new StringParameter(this, 'Access', {
      parameterName: accessParameter,
      description: 'Who may do what with which plans of Groundswell over its API.',
      stringValue: JSON.stringify(access),
      // Many rules are larger than what a standard parameter holds.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
  }

  /** For the check of a plan from a command line; the functions read theirs from their environment. */
  private publishAllowLists(settings: Settings): void {
    const resources: Readonly<Record<AllowedThing, readonly [id: string, description: string]>> = {
      documents: ['AllowedDocuments', 'SSM runbooks that plans of Groundswell may start.'],
      functions: ['AllowedFunctions', 'Lambda functions that plans of Groundswell may invoke.'],
      traffic: ['AllowedTraffic', 'Records and routing controls that plans of Groundswell may move.'],
    };
    for (const what of allowedThings) {
      const [id, description] = resources[what];
      new StringParameter(this, id, {
        ...{ parameterName: allowListParameters[what], description },
        stringValue: JSON.stringify(settings[what]),
        // A long list is larger than what a standard parameter holds.
        tier: ParameterTier.INTELLIGENT_TIERING,
      });
    }
  }
}

const subscriberOf = (subscribers: readonly Subscriber[], service: ServiceName): Subscriber => {
  const found = subscribers.find(({ topology }) => topology.service === service);
  if (found === undefined) throw new Error(`The topology has no ${service}.`);
  return found;
};

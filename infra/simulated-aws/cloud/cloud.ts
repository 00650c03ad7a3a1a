import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { createLocalEventBridge, type LocalEventBridge } from '../eventbridge/local-eventbridge.ts';
import {
  type CloudWatchRecord,
  createLocalCloudWatch,
  type ReadMetric,
} from '../cloudwatch/local-cloudwatch.ts';
import type { EventBridgeRecord } from '../eventbridge/record.ts';
import type { CredentialScope } from '../gateway/credential-scope.ts';
import type { Access } from '../iam/access.ts';
import { createEntities } from '../iam/entities.ts';
import { createLocalIam } from '../iam/local-iam.ts';
import type { Gatekeeper } from '../iam/gatekeeper.ts';
import { createArns, defaultBus } from '../eventbridge/arn.ts';
import { createForwarding } from '../iam/on-behalf.ts';
import type { Random } from '../identifiers.ts';
import type { LambdaRecord } from '../lambda/event-store.ts';
import type { SimulatedFunction } from '../lambda/function.ts';
import { createLambdaHost, type LambdaHost } from '../lambda/lambda-host.ts';
import type { LambdaRun } from '../lambda/run.ts';
import { createLocalSecretsManager } from '../secretsmanager/local-secretsmanager.ts';
import type { SecretRecord } from '../secretsmanager/store.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { createLocalSns, type LocalSns } from '../sns/local-sns.ts';
import type { SnsRecord } from '../sns/store.ts';
import { createLocalSqs, type LocalSqs } from '../sqs/local-sqs.ts';
import type { SqsRecord } from '../sqs/store.ts';
import { accountOf } from '../sts/access-key.ts';
import { createLocalSts } from '../sts/local-sts.ts';
import type { LocalService } from '../wire.ts';
import { createAutomationPermissions } from '../iam/automation-permission.ts';
import { createDeliveryHost } from './delivery.ts';
import { createDeliveryPermission, isForwarded } from '../iam/delivery-permission.ts';
import { destinationAccess } from '../iam/deployment-check.ts';
import {
  createEnforcement,
  type Enforcement,
  type IamOptions,
  service,
  sessionOf,
} from '../iam/enforcement.ts';
import { createHttpTarget } from '../eventbridge/http-target.ts';
import type { Journals } from '../state/journals.ts';
import { createPlace, type ForeignEvent, type Place } from './place.ts';
import { placeScenario, type Scenario } from '../scenario.ts';

export interface CloudOptions {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journals: Journals;
  readonly account: string;
  readonly region: string;
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly dynamodb: LocalService;
  /** Whether API destinations may call addresses other than this machine's. */
  readonly isOutboundAllowed: boolean;
  readonly functions: readonly SimulatedFunction[];
  readonly onRun: (run: LambdaRun) => void;
  /** The permissions that are enforced. Default: everybody may do everything. */
  readonly iam?: IamOptions | undefined;
  /** IAM in front of all services, for calls that do not come through the gateway. */
  readonly refuse: Gatekeeper;
  /** Takes the text of an event that a rule sends to a log group. */
  readonly onEvent: (payload: string) => void;
  /** A log group that no account has, and that every rule may reach. */
  readonly ownLogGroup?: string | undefined;
  /** The bus of home to which rules of the templates forward events of other accounts and Regions. */
  readonly forwardedBus?: string | undefined;
}

/** All simulated services: those of the hub once, those that servers live in once for each account and Region. */
export interface Cloud {
  readonly events: LocalEventBridge;
  readonly sqs: LocalSqs;
  readonly sns: LocalSns;
  readonly lambda: LambdaHost;
  readonly cloudwatch: LocalService;
  readonly home: Place;
  readonly enforcement: Enforcement | undefined;
  resolve(scope: CredentialScope): LocalService | undefined;
  close(): void;
}

const functionOf = (functions: CloudOptions['functions'], name: string): SimulatedFunction => {
  const fn = functions.find((each) => each.name === name);
  if (fn === undefined) throw new Error(`There is no function ${name}.`);
  return fn;
};

/** Places by account and Region, made when they are first asked for. */
const createPlaces = (
  options: CloudOptions,
  enforcement: Enforcement | undefined,
  emit: (event: ForeignEvent) => void,
  hubService: (signingName: string) => LocalService | undefined,
) => {
  const { account: homeAccount, region: homeRegion, scenario } = options;
  const places = new Map<string, Place>();
  const at = (account: string, region: string): Place => {
    const name = `${account}/${region}`;
    const isHome = account === homeAccount && region === homeRegion;
    const place =
      places.get(name) ??
      createPlace({
        ...options,
        account,
        region,
        emit,
        scenario: placeScenario(scenario, isHome, name),
        hub: hubService,
        mayForward: enforcement && createForwarding(enforcement.authority, homeAccount),
        automations: enforcement && createAutomationPermissions(enforcement, region, options.refuse),
        peer: (...there) => at(...there).drs,
      });
    places.set(name, place);
    return place;
  };
  return { at, all: () => [...places.values()] };
};

/** What a resource was given over the wire as its policy. */
const createOwnStatements = (
  parts: () => { readonly sqs: LocalSqs; readonly sns: LocalSns; readonly events: LocalEventBridge },
): ((arn: string) => readonly unknown[]) => {
  const stored = (policy: string | undefined): readonly unknown[] => {
    const parsed = z.looseObject({ Statement: z.unknown() }).safeParse(JSON.parse(policy || '{}'));
    return parsed.success ? [parsed.data.Statement].flat() : [];
  };
  return (arn) => {
    const { sqs, sns, events } = parts();
    const service = arn.split(':')[2];
    if (service === 'sqs')
      return stored(sqs.queues.all().find((queue) => queue.arn === arn)?.attributes['Policy']);
    if (service === 'sns') return stored(sns.topicPolicy(arn));
    return service === 'events' ? events.policyOf(arn) : [];
  };
};

const enforce = (
  options: CloudOptions,
  parts: Parameters<typeof createOwnStatements>[0],
): Enforcement | undefined =>
  options.iam &&
  createEnforcement({
    ...options.iam,
    ...{ account: options.account, region: options.region },
    now: () => options.clock.now(),
    ownStatements: createOwnStatements(parts),
  });

/** Throws why a service of AWS may not reach a resource. */
const checkReach = (
  enforcement: Enforcement | undefined,
  from: string,
  access: Access,
  sourceArn: string,
): void => {
  const [, , , , account = ''] = sourceArn.split(':');
  const source = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account };
  const reason = enforcement?.refusal(service(from), access, source);
  if (reason !== undefined) throw new ServiceError('AccessDenied', reason, 403);
};

/** Whether Lambda, in the function's role, may hand over what the function failed at. */
const mayTell = (enforcement: Enforcement | undefined, name: string, queueArn: string): boolean => {
  if (enforcement === undefined) return true;
  const fn = enforcement.functionNamed(name);
  if (fn === undefined) return false;
  return enforcement.refusal(sessionOf(enforcement, fn), destinationAccess(queueArn)) === undefined;
};

/** The hub's services, which hand things over to each other. */
const createHub = (options: CloudOptions) => {
  const { journals, functions } = options;
  const enforcement = enforce(options, () => ({ sqs, sns, events }));
  const sqs = createLocalSqs({ ...options, journal: journals.open<SqsRecord>('sqs') });
  const lambda = createLambdaHost({
    ...options,
    journal: journals.open<LambdaRecord>('lambda'),
    load: async (name) => functionOf(functions, name).load(),
    ...(options.scenario.lambda.accountConcurrency !== undefined && {
      accountConcurrency: options.scenario.lambda.accountConcurrency,
    }),
    onFailure(name, record) {
      const queueArn = functionOf(functions, name).onFailureQueueArn;
      if (queueArn !== undefined && mayTell(enforcement, name, queueArn))
        sqs.send(queueArn, JSON.stringify(record));
    },
  });
  const sns = createLocalSns({
    ...options,
    journal: journals.open<SnsRecord>('sns'),
    toQueue(arn, body, attributes, topicArn) {
      checkReach(enforcement, 'sns', { action: 'sqs:SendMessage', resource: arn }, topicArn);
      sqs.send(arn, body, attributes);
    },
    toFunction(arn, event, topicArn) {
      checkReach(enforcement, 'sns', { action: 'lambda:InvokeFunction', resource: arn }, topicArn);
      lambda.invokeAsync(arn, event);
    },
  });
  const http = createHttpTarget({ ...options, find: (arn) => events.apiDestination(arn) });
  const host = createDeliveryHost({
    http,
    lambda: () => lambda,
    sqs: () => sqs,
    sns: () => sns,
    log: options.onEvent,
    permission:
      enforcement &&
      createDeliveryPermission({
        enforcement,
        roleOf: (...of) => events.roleOf(...of),
        ownLogGroup: options.ownLogGroup,
      }),
  });
  const events: LocalEventBridge = createLocalEventBridge({
    ...options,
    ...host,
    journal: journals.open<EventBridgeRecord>('eventbridge'),
    faults: options.scenario.bus,
  });
  return { sqs, lambda, sns, events, enforcement };
};

/** "Available CloudWatch metrics for Amazon SQS", as far as queues know them. */
const queueMetric =
  ({ queues }: LocalSqs): ReadMetric =>
  ({ Namespace, MetricName, Dimensions }) => {
    if (Namespace !== 'AWS/SQS' || MetricName !== 'ApproximateNumberOfMessagesVisible') return undefined;
    const name = Dimensions.find((dimension) => dimension.Name === 'QueueName')?.Value;
    return queues.all().find((queue) => queue.name === name)?.messages.size;
  };

export const createCloud = (options: CloudOptions): Cloud => {
  const { account, region, scenario, journals, forwardedBus = defaultBus } = options;
  const { sqs, lambda, sns, events, enforcement } = createHub(options);
  const places = createPlaces(
    options,
    enforcement,
    (event) => {
      const { 'detail-type': detailType, source, resources, detail } = event;
      const place = { account: event.account, region: event.region };
      const isHome = place.account === account && place.region === region;
      const content = { source, detailType, detail, resources, ...place };
      if (enforcement === undefined || isHome) events.putServiceEvent(content);
      // Without enforcement all places share one default bus; with it, a place's own rule forwards its hints.
      else if (isForwarded(enforcement, event, createArns(account, region).bus(forwardedBus)))
        events.putServiceEvent(content, forwardedBus);
    },
    (name) => hub.get(name),
  );
  const sts = createLocalSts({ ...options, scenario: scenario.sts });
  const iam = createLocalIam({
    ...options,
    entityOf: createEntities(account, enforcement?.deployment.roles),
  });
  const secrets = createLocalSecretsManager({
    ...options,
    journal: journals.open<SecretRecord>('secretsmanager'),
  });
  const cloudwatch = createLocalCloudWatch({
    ...options,
    journal: journals.open<CloudWatchRecord>('cloudwatch'),
    readMetric: queueMetric(sqs),
  });
  const hub: ReadonlyMap<string, LocalService> = new Map(
    [events, sqs, lambda, sns, sts, iam, secrets, cloudwatch, { service: options.dynamodb }].map(
      ({ service }) => [service.signingName, service],
    ),
  );
  return {
    ...{ events, sqs, lambda, sns, enforcement },
    cloudwatch: cloudwatch.service,
    home: places.at(account, region),
    resolve: ({ service, accessKeyId, region: scopeRegion }) =>
      hub.get(service) ??
      places
        .at(accountOf(accessKeyId) ?? account, scopeRegion)
        .services.find(({ signingName }) => signingName === service),
    close() {
      for (const part of [events, lambda, sqs, sns, ...places.all()]) part.close();
    },
  };
};

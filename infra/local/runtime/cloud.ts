import * as z from 'zod';
import { busName, deadLetterQueueName, functionName, functions } from '../../topology.ts';
import type { LocalClock } from '../../simulated-aws/clock.ts';
import {
  createLocalEventBridge,
  type LocalEventBridge,
} from '../../simulated-aws/eventbridge/local-eventbridge.ts';
import {
  type CloudWatchRecord,
  createLocalCloudWatch,
  type ReadMetric,
} from '../../simulated-aws/cloudwatch/local-cloudwatch.ts';
import type { EventBridgeRecord } from '../../simulated-aws/eventbridge/record.ts';
import type { CredentialScope } from '../../simulated-aws/gateway/credential-scope.ts';
import type { Access } from '../../simulated-aws/iam/access.ts';
import { createEntities } from '../../simulated-aws/iam/entities.ts';
import { createLocalIam } from '../../simulated-aws/iam/local-iam.ts';
import type { Gatekeeper } from '../../simulated-aws/iam/gatekeeper.ts';
import { createForwarding } from '../../simulated-aws/iam/on-behalf.ts';
import type { Random } from '../../simulated-aws/identifiers.ts';
import type { LambdaRecord } from '../../simulated-aws/lambda/event-store.ts';
import type { LambdaFunction } from '../../simulated-aws/lambda/function.ts';
import { createLambdaHost, type LambdaHost } from '../../simulated-aws/lambda/lambda-host.ts';
import type { LambdaRun, RunDeps } from '../../simulated-aws/lambda/run.ts';
import { createLocalSecretsManager } from '../../simulated-aws/secretsmanager/local-secretsmanager.ts';
import type { SecretRecord } from '../../simulated-aws/secretsmanager/store.ts';
import { ServiceError } from '../../simulated-aws/protocols/service-error.ts';
import { createLocalSns, type LocalSns } from '../../simulated-aws/sns/local-sns.ts';
import type { SnsRecord } from '../../simulated-aws/sns/store.ts';
import { createLocalSqs, type LocalSqs } from '../../simulated-aws/sqs/local-sqs.ts';
import type { SqsRecord } from '../../simulated-aws/sqs/store.ts';
import { accountOf } from '../../simulated-aws/sts/access-key.ts';
import { createLocalSts } from '../../simulated-aws/sts/local-sts.ts';
import type { LocalService } from '../../simulated-aws/wire.ts';
import { createAutomationPermissions } from './automation-permission.ts';
import { createDeliveryHost } from './delivery.ts';
import { createDeliveryPermission, isForwarded } from './delivery-permission.ts';
import { destinationAccess } from './deployment-check.ts';
import { createEnforcement, type Enforcement, type IamOptions, service, sessionOf } from './enforcement.ts';
import { createHttpTarget } from './http-target.ts';
import type { Journals } from './journals.ts';
import { createPlace, type ForeignEvent, type Place } from './place.ts';
import { createArns } from './provision.ts';
import { placeScenario, type Scenario } from './scenario.ts';

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
  readonly load: RunDeps['load'];
  readonly onRun: (run: LambdaRun) => void;
  /** The permissions that are enforced. Default: everybody may do everything. */
  readonly iam?: IamOptions | undefined;
  /** IAM in front of all services, for calls that do not come through the gateway. */
  readonly refuse: Gatekeeper;
  /** Takes the text of an event that the view's rule matched. */
  readonly onEvent: (payload: string) => void;
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

const lambdaFunctions: readonly LambdaFunction[] = functions.map(
  ({ service, timeoutSeconds, retriesMax }) => ({
    name: functionName(service),
    timeoutMs: timeoutSeconds * 1_000,
    retriesMax,
  }),
);

const serviceOfFunction = new Map(functions.map(({ service }) => [functionName(service), service]));

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
  const { journals, account, region } = options;
  const arns = createArns(account, region);
  const enforcement = enforce(options, () => ({ sqs, sns, events }));
  const sqs = createLocalSqs({ ...options, journal: journals.open<SqsRecord>('sqs') });
  const lambda = createLambdaHost({
    ...options,
    journal: journals.open<LambdaRecord>('lambda'),
    functions: lambdaFunctions,
    ...(options.scenario.lambda.accountConcurrency !== undefined && {
      accountConcurrency: options.scenario.lambda.accountConcurrency,
    }),
    onFailure(name, record) {
      const service = serviceOfFunction.get(name);
      if (service === undefined) throw new Error(`${name} is no function of the topology`);
      const queueArn = arns.queue(deadLetterQueueName(service));
      if (mayTell(enforcement, name, queueArn)) sqs.send(queueArn, JSON.stringify(record));
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
        ownLogGroup: arns.viewLogGroup,
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
  const { account, region, scenario, journals } = options;
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
      else if (isForwarded(enforcement, event, createArns(account, region).bus(busName)))
        events.putServiceEvent(content, busName);
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

import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { placeOfArn } from '../eventbridge/target-arn.ts';
import type { CredentialScope } from '../gateway/credential-scope.ts';
import { createAutomationPermissions } from '../iam/automation-permission.ts';
import { createEnforcement, type Enforcement, type IamOptions } from '../iam/enforcement.ts';
import { createEntities } from '../iam/entities.ts';
import type { Gatekeeper } from '../iam/gatekeeper.ts';
import { createLocalIam } from '../iam/local-iam.ts';
import { createForwarding } from '../iam/on-behalf.ts';
import { answeringAccount } from '../iam/owner.ts';
import { reachAcross } from '../iam/reach.ts';
import type { Random } from '../identifiers.ts';
import type { SimulatedFunction } from '../lambda/function.ts';
import type { LambdaRun } from '../lambda/run.ts';
import { createLocalRoute53 } from '../route53/local-route53.ts';
import { createLocalRoutingControl } from '../routing-control/local-routing-control.ts';
import { placeScenario, type Scenario } from '../scenario.ts';
import type { Journals } from '../state/journals.ts';
import { accountOf } from '../sts/access-key.ts';
import { createLocalSts } from '../sts/local-sts.ts';
import type { LocalService, WireRequest } from '../wire.ts';
import { createPlace, type Place } from './place.ts';
import { createPlaces, type PlaceName, type Places } from './places.ts';

export interface CloudOptions {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journals: Journals;
  /** Home: where a call acts that names no other account or Region. */
  readonly account: string;
  readonly region: string;
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly dynamodb: (place: PlaceName) => LocalService;
  /** Whether API destinations may call addresses other than this machine's. */
  readonly isOutboundAllowed: boolean;
  readonly functions: readonly SimulatedFunction[];
  readonly onRun: (run: LambdaRun) => void;
  /** The permissions that are enforced. Default: everybody may do everything that is their own account's. */
  readonly iam?: IamOptions | undefined;
  /** IAM in front of all services, for calls that do not come through the gateway. */
  readonly refuse: Gatekeeper;
  /** Takes the text of an event that a rule sends to a log group. */
  readonly onEvent: (payload: string) => void;
  /** A log group that no account has, and that every rule may reach. */
  readonly ownLogGroup?: string | undefined;
}

/** All simulated services: some for everybody, most for each account and Region. */
export interface Cloud {
  readonly home: Place;
  readonly places: Places;
  /** What templates permit; nothing where nothing is enforced. */
  readonly enforcement: Enforcement | undefined;
  /** Decides what is permitted between accounts, whether or not anything is enforced. */
  readonly authority: Enforcement['authority'];
  resolve(scope: CredentialScope, request: WireRequest): LocalService | undefined;
  close(): void;
}

/** The services of the account and Region that an ARN names. */
const thereBy =
  (at: (account: string, region: string) => Place) =>
  (arn: string): Place => {
    const { account, region } = placeOfArn(arn);
    return at(account, region);
  };

/** What a resource was given over the wire, or by the host, as its policy. */
const createOwnStatements = (
  options: CloudOptions,
  there: (arn: string) => Place,
): ((arn: string) => readonly unknown[]) => {
  const stored = (policy: string | undefined): readonly unknown[] => {
    const parsed = z.looseObject({ Statement: z.unknown() }).safeParse(JSON.parse(policy || '{}'));
    return parsed.success ? [parsed.data.Statement].flat() : [];
  };
  return (arn) => {
    const [, , service = '', , , , name] = arn.split(':');
    if (!['sqs', 'sns', 'events', 'lambda'].includes(service)) return [];
    const { sqs, sns, events, account, region } = there(arn);
    if (service === 'sqs')
      return stored(sqs.queues.all().find((queue) => queue.arn === arn)?.attributes['Policy']);
    if (service === 'sns') return stored(sns.topicPolicy(arn));
    if (service === 'events') return events.policyOf(arn);
    const own = functionsAt(options, { account, region }).find((fn) => fn.name === name);
    return own?.policy ?? [];
  };
};

const functionsAt = (
  { functions, ...home }: Pick<CloudOptions, 'functions' | 'account' | 'region'>,
  { account, region }: PlaceName,
): readonly SimulatedFunction[] =>
  functions.filter((fn) => (fn.account ?? home.account) === account && (fn.region ?? home.region) === region);

/** Queue URLs name the Region where it is not that of home, as their hosts do on AWS. */
const endpointAt = ({ endpoint, region: home }: CloudOptions, region: string): string =>
  region === home ? endpoint : `${endpoint}/queue/${region}`;

const regionForm = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

const placeMaker = (
  options: CloudOptions,
  enforcement: Enforcement | undefined,
  judged: Enforcement,
  at: (account: string, region: string) => Place,
  global: (signingName: string) => LocalService | undefined,
) => {
  const { account: homeAccount, region: homeRegion, scenario, refuse } = options;
  return ({ account, region }: PlaceName): Place => {
    const isHome = account === homeAccount && region === homeRegion;
    return createPlace({
      ...options,
      ...{ account, region, isHome, enforcement, global },
      endpoint: endpointAt(options, region),
      functions: functionsAt(options, { account, region }),
      accountConcurrency: scenario.lambda.accountConcurrency,
      faults: scenario.bus,
      scenario: placeScenario(scenario, isHome, `${account}/${region}`),
      reach: enforcement ?? reachAcross(judged),
      dynamodb: options.dynamodb({ account, region }),
      mayForward: enforcement && createForwarding(enforcement.authority, homeAccount),
      automations: enforcement && createAutomationPermissions(enforcement, region, refuse),
      there: thereBy(at),
      peer: (...there) => at(...there).drs,
    });
  };
};

export const createCloud = (options: CloudOptions): Cloud => {
  const { account, region, scenario, journals } = options;
  const at = (...name: readonly [account: string, region: string]): Place => places.at(...name);
  const judged = createEnforcement({
    ...options.iam,
    account,
    now: () => options.clock.now(),
    ownStatements: createOwnStatements(options, thereBy(at)),
  });
  const enforcement = options.iam && judged;
  const sts = createLocalSts({ ...options, scenario: scenario.sts });
  const iam = createLocalIam({
    ...options,
    entityOf: createEntities(account, enforcement?.deployment.roles),
  });
  const route53 = createLocalRoute53({
    ...options,
    journal: journals.open('route53'),
    scenario: scenario.route53,
  });
  const routing = createLocalRoutingControl({
    journal: journals.open('routing-control'),
    scenario: scenario.routingControl,
  });
  const global = (name: string): LocalService | undefined =>
    [sts.service, iam.service, route53.service, routing.service].find(
      ({ signingName }) => signingName === name,
    );
  const places = createPlaces(placeMaker(options, enforcement, judged, at, global));
  const home = at(account, region);
  // What was under way in other places goes on, whether or not anybody asks for it.
  for (const folder of journals.folders()) {
    const [, ofAccount, ofRegion] = /^(\d{12})-(.+)$/.exec(folder) ?? [];
    if (ofAccount !== undefined && ofRegion !== undefined && regionForm.test(ofRegion))
      at(ofAccount, ofRegion);
  }
  return {
    ...{ home, places, enforcement, authority: judged.authority },
    resolve({ service, accessKeyId, region: scopeRegion }, request) {
      const answering = answeringAccount(service, request, accountOf(accessKeyId) ?? account);
      const there = regionForm.test(scopeRegion) ? scopeRegion : region;
      return global(service) ?? at(answering, there).service(service);
    },
    close() {
      for (const place of places.all()) place.close();
    },
  };
};

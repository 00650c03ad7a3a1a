import { Annotations, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Hub } from '../hub.ts';
import { type Settings, settingsSchema } from '../settings.ts';
import { builtCode } from './built-code.ts';
import type { HubOfTarget } from './groundswell-target.ts';
import { faultsOf, placeOf, PropsError } from './props.ts';

/** What a hub is like. Everything is optional. */
export interface GroundswellHubProps {
  /** In the dashboard's name and in the tag `groundswell:stage`. Default: `production`. */
  readonly stage?: string;
  /**
   * Accounts and Regions beside the hub's own in which waves recover servers, each with a GroundswellTarget there, at
   * most 50. `externalId` has 16 to 256 characters. Needs a stack with an explicit account and Region. Default: none.
   */
  readonly targets?: HubOfTarget['targets'];
  /** SSM Automation runbooks that plans may start; `*` at the end matches any ending. At most 50. Default: none. */
  readonly documents?: readonly string[];
  /** Names of Lambda functions that plans may invoke; `*` at the end matches any ending. At most 20. Default: none. */
  readonly functions?: readonly string[];
  /** Records of Route 53 as ZONE/NAME and ARNs of routing controls that plans may move. At most 20. Default: none. */
  readonly traffic?: readonly string[];
  /** ARNs of roles that runbooks may assume, at most 20. Default: none. */
  readonly automationRoles?: readonly string[];
  /** ARNs of the roles of launch templates' instance profiles, which DRS passes to recovered instances. Default: none. */
  readonly instanceRoles?: readonly string[];
  /** Whether DynamoDB protects the table from deletion. Set it once the first deployment has succeeded. Default: false. */
  readonly protected?: boolean;
  /** Other accounts that may publish requests and decisions to the bus, at most 20. Default: none. */
  readonly requesters?: readonly string[];
  /** A second person has to approve every real recovery, whatever its plan says. Default: false. */
  readonly recoveryNeedsApproval?: boolean;
  /** How long a recovery waits for its second person, in minutes, 1 to 10,080. Default: 60. */
  readonly approvalMinutes?: number;
  /** Who is notified of starts, ends, failures and requests for an operator, at most 50. Default: nobody. */
  readonly notifications?: readonly {
    readonly protocol: 'email' | 'https' | 'sqs';
    /** An e-mail address, an https URL, or a queue's ARN. */
    readonly endpoint: string;
  }[];
  /** What rules of notifications may name beside what is under `/groundswell/`. Default: nothing. */
  readonly notify?: {
    /** Names of parameters with secrets of channels. */
    readonly parameters?: readonly string[];
    /** Names of secrets of Secrets Manager. */
    readonly secrets?: readonly string[];
    /** ARNs of SNS topics. */
    readonly topics?: readonly string[];
    /** ARNs of customer managed keys under which those are. */
    readonly keys?: readonly string[];
  };
  /** Whose JWTs the HTTP API accepts. Default: there is no API. */
  readonly api?: {
    /** Who signs the tokens, as an OpenID provider names itself: an https URL. */
    readonly issuer: string;
    readonly audience: readonly string[];
    /** Where a token says what its bearer may do. Default: `scope`. */
    readonly scopesFrom?: 'scope' | 'groups';
    /** What may precede a scope, as in `groundswell/viewer`. Default: `groundswell`. */
    readonly resourceServer?: string;
  };
  /**
   * Who may do what with which plans over the API: what no rule permits is refused. Each names groups of people, clients
   * of machines, or both. At most 100. Default: whoever has a scope may use it on all plans.
   */
  readonly access?: readonly {
    /** As `groups` or `cognito:groups` of a token has them; `*` is every person. */
    readonly groups?: readonly string[];
    /** Client ids, whose tokens are got by the issuer's client credentials. */
    readonly machines?: readonly string[];
    readonly plans: 'all' | { readonly tags: Readonly<Record<string, string>> };
    readonly may: readonly ('see' | 'run' | 'decide' | 'approve' | 'edit')[];
  }[];
  /** The e-mail address that is notified of alarms. Default: no one; subscribe to the topic. */
  readonly alarmEmail?: string;
  /** How many runs of the audit there are at once, 2 to 1,000. Default: 2. */
  readonly auditConcurrency?: number;
  /** How long events can be replayed from the archive, in days, 1 to 3,653. Default: 400. */
  readonly archiveDays?: number;
  /** How long logs are kept, in days, as CloudWatch Logs can keep them: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, … Default: 90. */
  readonly logDays?: number;
  /** `own`: one customer managed key, with rotation, for everything at rest. Default: `aws`, keys of AWS at no charge. */
  readonly encryption?: 'aws' | 'own';
}

/** Settings of a whole app that are something else here. */
const notHere: Readonly<Record<string, string>> = {
  account: "the hub's account is that of its stack: env: { account }",
  region: "the hub's Region is that of its stack: env: { region }",
  console: 'the console is deployed from a checkout',
  regionSwitch: 'a step is a construct of its own: GroundswellRegionSwitchStep',
};

const read = (construct: Construct, id: string, props: GroundswellHubProps): Settings => {
  const { account, region } = placeOf(construct);
  const misplaced = Object.entries(notHere).filter(([name]) => name in props);
  const given = Object.fromEntries(Object.entries(props).filter(([name]) => !(name in notHere)));
  const input = {
    ...given,
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
  const faults = [
    ...misplaced.map(([name, why]) => `✖ ${why}\n  → at ${name}`),
    ...faultsOf(settingsSchema, input),
  ];
  if (faults.length > 0) throw new PropsError('GroundswellHub', `${construct.node.path}/${id}`, faults);
  return settingsSchema.parse(input);
};

/**
 * Groundswell in the account and Region of its stack: the Region that is recovered into. An account and Region holds
 * one, since all names are fixed. Throws a PropsError with all faults.
 */
export class GroundswellHub extends Hub implements HubOfTarget {
  readonly account: string;
  readonly region: string;
  readonly targets: HubOfTarget['targets'];
  readonly documents: readonly string[];
  readonly functions: readonly string[];
  readonly traffic: readonly string[];
  readonly automationRoles: readonly string[];
  readonly instanceRoles: readonly string[];
  readonly alarmEmail: string | undefined;
  readonly hasApi: boolean;

  constructor(scope: Construct, id: string, props: GroundswellHubProps = {}) {
    const settings = read(scope, id, props);
    super(scope, id, { settings, codeOf: builtCode });
    this.account = settings.account ?? '';
    this.region = settings.region ?? '';
    const { targets, documents, functions, traffic, automationRoles, instanceRoles, alarmEmail } = settings;
    this.targets = targets;
    this.documents = documents;
    this.functions = functions;
    this.traffic = traffic;
    this.automationRoles = automationRoles;
    this.instanceRoles = instanceRoles;
    this.alarmEmail = alarmEmail;
    this.hasApi = settings.api !== undefined;
    Tags.of(this).add('groundswell:stage', settings.stage);
    if (!settings.protected)
      Annotations.of(this).addInfo(
        'The table is not protected from deletion. Set `protected: true` once the first deployment has succeeded.',
      );
  }
}

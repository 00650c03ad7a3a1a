import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as z from 'zod';
import { accountIdSchema, regionSchema } from '../../../contracts/identifiers.ts';
import { functionsOf } from '../hub.ts';
import { settingsSchema } from '../settings.ts';
import { Target } from '../target.ts';
import { targetRoleArn } from '../target-role.ts';
import { faultsOf, placeOf, PropsError } from './props.ts';

/** What a target has to know of its hub: a GroundswellHub of the same app, or the same said of one elsewhere. */
export interface HubOfTarget {
  readonly account: string;
  readonly region: string;
  /** All targets of the hub, as it has them itself. */
  readonly targets: readonly {
    readonly account: string;
    readonly region: string;
    readonly externalId: string;
  }[];
  /** Runbooks that plans may start. Default: none. */
  readonly documents?: readonly string[];
  /** Lambda functions that plans may invoke. Default: none. */
  readonly functions?: readonly string[];
  /** Records as ZONE/NAME and ARNs of routing controls that plans may move. Default: none. */
  readonly traffic?: readonly string[];
  /** ARNs of roles that runbooks may assume. Default: none. */
  readonly automationRoles?: readonly string[];
  /** ARNs of roles that DRS passes to recovered instances. Default: none. */
  readonly instanceRoles?: readonly string[];
  /** Whether the hub has the HTTP API, whose function then checks plans here. Default: false. */
  readonly hasApi?: boolean;
}

export interface GroundswellTargetProps {
  readonly hub: HubOfTarget;
  /** The e-mail address that is notified of this place's alarm. Default: no one; subscribe to the topic. */
  readonly alarmEmail?: string;
}

const { shape } = settingsSchema;
const propsSchema = z.strictObject({
  hub: z.object({
    account: accountIdSchema,
    region: regionSchema,
    targets: shape.targets,
    documents: shape.documents,
    functions: shape.functions,
    traffic: shape.traffic,
    automationRoles: shape.automationRoles,
    instanceRoles: shape.instanceRoles,
    hasApi: z.boolean().default(false),
  }),
  alarmEmail: shape.alarmEmail,
});
type Props = z.infer<typeof propsSchema>;

const envFault =
  '✖ its stack has to name account and Region: new Stack(app, id, { env: { account, region } })';

/** The target of the hub that stands where the construct does, or what is wrong. */
const find = ({ hub }: Props, here: ReturnType<typeof placeOf>): Props['hub']['targets'][number] | string => {
  const { account, region } = here;
  if (account === undefined || region === undefined) return envFault;
  const found = hub.targets.find((target) => target.account === account && target.region === region);
  if (found !== undefined) return found;
  const named = hub.targets.map((target) => `${target.account}/${target.region}`).join(', ') || 'none';
  return `✖ the hub has no target ${account}/${region}; it has ${named}\n  → at hub.targets`;
};

/**
 * What an account and Region needs in which the hub recovers servers: the role that its functions assume, and the way
 * of its hints to the hub. Deployed after the hub, whose roles it trusts by name. Throws a PropsError with all faults.
 */
export class GroundswellTarget extends Construct {
  /** What a plan's target names as its role. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: GroundswellTargetProps) {
    super(scope, id);
    const faults = faultsOf(propsSchema, props);
    if (faults.length > 0) throw new PropsError('GroundswellTarget', this.node.path, faults);
    const read = propsSchema.parse(props);
    const target = find(read, placeOf(this));
    if (typeof target === 'string') throw new PropsError('GroundswellTarget', this.node.path, [target]);
    const { account, region, hasApi, documents, functions, traffic, automationRoles, instanceRoles } =
      read.hub;
    new Target(this, 'Default', {
      settings: {
        documents,
        functions,
        traffic,
        automationRoles,
        instanceRoles,
        alarmEmail: read.alarmEmail,
      },
      target,
      hub: { account, region },
      services: functionsOf({ hasApi }).map(({ service }) => service),
    });
    this.roleArn = targetRoleArn(target, region, Stack.of(this).partition);
    // A trust in a role that does not exist is refused by IAM.
    if (Construct.isConstruct(props.hub)) Stack.of(this).addStackDependency(Stack.of(props.hub));
  }
}

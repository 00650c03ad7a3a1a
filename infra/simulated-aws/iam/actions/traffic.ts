import { childrenOf, readXml, textOf } from '../../protocols/read-xml.ts';
import { type Access, type Input, listIn, onAll, onOne, type ServiceAccess, textIn } from '../access.ts';

const zoneArn = (input: Input): string => `arn:aws:route53:::hostedzone/${textIn(input, 'Id')}`;

/** "Using IAM policy conditions for fine-grained access control": lower case, no dot at the end, others escaped. */
const normalised = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[^a-z0-9_.-]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);

const changing = (input: Input): readonly Access[] => {
  const body = readXml(textIn(input, 'Body'));
  const [changes] = childrenOf(childrenOf(body, 'ChangeBatch')[0], 'Changes');
  const each = childrenOf(changes, 'Change').map((change) => ({
    action: textOf(change, 'Action') ?? '',
    name: textOf(childrenOf(change, 'ResourceRecordSet')[0], 'Name') ?? '',
    type: textOf(childrenOf(change, 'ResourceRecordSet')[0], 'Type') ?? '',
  }));
  return [
    {
      action: 'route53:ChangeResourceRecordSets',
      resource: zoneArn(input),
      context: {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': each.map(({ name }) => normalised(name)),
        'route53:ChangeResourceRecordSetsRecordTypes': each.map(({ type }) => type),
        'route53:ChangeResourceRecordSetsActions': each.map(({ action }) => action),
      },
    },
  ];
};

/** "Actions, resources, and condition keys for Amazon Route 53". */
export const route53Access: ServiceAccess = {
  ...onAll('route53', 'ListHostedZones'),
  ...onOne('route53', zoneArn, 'GetHostedZone', 'ListResourceRecordSets'),
  ...onOne('route53', (input) => `arn:aws:route53:::change/${textIn(input, 'Id')}`, 'GetChange'),
  ChangeResourceRecordSets: changing,
};

const control = (input: Input): string => textIn(input, 'RoutingControlArn');

/** "Actions, resources, and condition keys for Amazon Route 53 Recovery Cluster". Each routing control is checked. */
export const routingControlAccess: ServiceAccess = {
  ...onAll('route53-recovery-cluster', 'ListRoutingControls'),
  ...onOne('route53-recovery-cluster', control, 'GetRoutingControlState'),
  UpdateRoutingControlState: (input) => updating([input], input, 'UpdateRoutingControlState'),
  UpdateRoutingControlStates: (input) =>
    updating(listIn(input, 'UpdateRoutingControlStateEntries'), input, 'UpdateRoutingControlStates'),
};

const updating = (entries: readonly unknown[], input: Input, operation: string): readonly Access[] =>
  entries.map((entry) => ({
    action: `route53-recovery-cluster:${operation}`,
    resource: textIn(entry, 'RoutingControlArn'),
    context: {
      'route53-recovery-cluster:AllowSafetyRulesOverrides': listIn(input, 'SafetyRulesToOverride').length > 0,
    },
  }));

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Route 53 has no Regions, and its zones no account in their ARNs. */
interface Partition {
  readonly partition: string;
}

/** ZONE/NAME of the records on the allow-list, by zone, and the routing controls on it. */
const allowedIn = (traffic: readonly string[]) => {
  const zones = new Map<string, string[]>();
  for (const [, zone = '', name = ''] of traffic.flatMap((entry) => [/^(Z[^/]*)\/(.*)$/.exec(entry) ?? []]))
    if (zone !== '') zones.set(zone, [...(zones.get(zone) ?? []), name]);
  return { zones: [...zones], controls: traffic.filter((entry) => entry.startsWith('arn:')) };
};

/** What stands at the records and routing controls of the allow-list. */
export const readTraffic = (
  { partition }: Partition,
  traffic: readonly string[],
): readonly PolicyStatement[] => {
  const { zones, controls } = allowedIn(traffic);
  return [
    ...(zones.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'ReadAllowedZones',
            actions: ['route53:ListResourceRecordSets'],
            resources: zones.map(([zone]) => `arn:${partition}:route53:::hostedzone/${zone}`),
          }),
        ]),
    ...(controls.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'ReadAllowedControls',
            actions: ['route53-recovery-cluster:GetRoutingControlState'],
            resources: controls,
          }),
        ]),
  ];
};

/**
 * Moving traffic: in each zone only the records of the allow-list, as "Using IAM policy conditions for fine-grained
 * access control" for Route 53 has it, and no routing control against a safety rule.
 */
export const moveTraffic = (place: Partition, traffic: readonly string[]): readonly PolicyStatement[] => {
  const { partition } = place;
  const { zones, controls } = allowedIn(traffic);
  return [
    ...readTraffic(place, traffic),
    ...zones.map(
      ([zone, names]) =>
        new PolicyStatement({
          sid: `ChangeAllowedRecords${zone}`,
          actions: ['route53:ChangeResourceRecordSets'],
          resources: [`arn:${partition}:route53:::hostedzone/${zone}`],
          conditions: {
            'ForAllValues:StringEquals': {
              'route53:ChangeResourceRecordSetsNormalizedRecordNames': names,
              'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME'],
              'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
            },
          },
        }),
    ),
    ...(zones.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'FollowChanges',
            actions: ['route53:GetChange'],
            resources: [`arn:${partition}:route53:::change/*`],
          }),
        ]),
    ...(controls.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'ChangeAllowedControls',
            actions: ['route53-recovery-cluster:UpdateRoutingControlStates'],
            resources: controls,
            conditions: { Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' } },
          }),
        ]),
  ];
};

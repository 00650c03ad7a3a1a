/**
 * What DRS does in the name of whoever calls StartRecovery, with that caller's permissions. Without any of these the
 * call is accepted, and its job ends within seconds, FAILED, with no reason in its log. Service Authorization
 * Reference: "Actions, resources, and condition keys for AWS Elastic Disaster Recovery", dependent actions.
 */
export const startRecoveryAccess = {
  /** Those that know no resources. */
  onAny: [
    'drs:ListTagsForResource',
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeAvailabilityZones',
    'ec2:DescribeImages',
    'ec2:DescribeInstanceAttribute',
    'ec2:DescribeInstanceStatus',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeInstances',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSnapshots',
    'ec2:DescribeSubnets',
    'ec2:DescribeVolumes',
  ],
  onSourceServers: ['drs:CreateRecoveryInstanceForDrs'],
  /** Those of EC2, with the kinds of resources that each is asked about. */
  onKinds: {
    'ec2:AttachVolume': ['instance', 'volume'],
    'ec2:AuthorizeSecurityGroupEgress': ['security-group'],
    'ec2:AuthorizeSecurityGroupIngress': ['security-group'],
    'ec2:CreateLaunchTemplate': ['launch-template'],
    'ec2:CreateLaunchTemplateVersion': ['launch-template'],
    'ec2:CreateSnapshot': ['snapshot', 'volume'],
    'ec2:CreateTags': ['instance', 'launch-template', 'snapshot', 'volume'],
    'ec2:CreateVolume': ['volume'],
    'ec2:DeleteLaunchTemplateVersions': ['launch-template'],
    'ec2:DeleteSnapshot': ['snapshot'],
    'ec2:DeleteVolume': ['volume'],
    'ec2:DetachVolume': ['instance', 'volume'],
    'ec2:ModifyInstanceAttribute': ['instance'],
    'ec2:ModifyLaunchTemplate': ['launch-template'],
    'ec2:RevokeSecurityGroupEgress': ['security-group'],
    'ec2:RunInstances': ['image', 'instance', 'network-interface', 'security-group', 'subnet', 'volume'],
    'ec2:StartInstances': ['instance'],
    'ec2:StopInstances': ['instance'],
    'ec2:TerminateInstances': ['instance'],
  },
  /** The roles of the servers that DRS itself runs on the way, which it passes to EC2. */
  passedRoles: ['ConversionServer', 'RecoveryInstance'].map(
    (kind) => `service-role/AWSElasticDisasterRecovery${kind}Role`,
  ),
} as const;

/** All of these actions but for the passing of roles, which is granted by the roles' names. */
export const startRecoveryDependencies: readonly string[] = [
  ...startRecoveryAccess.onSourceServers,
  ...startRecoveryAccess.onAny,
  ...Object.keys(startRecoveryAccess.onKinds),
];

/** The same of whoever calls TerminateRecoveryInstances. */
export const terminateInstancesAccess = {
  onAny: ['drs:DescribeSourceServers', 'ec2:DescribeInstances', 'ec2:DescribeVolumes'],
  onKinds: { 'ec2:DeleteVolume': ['volume'], 'ec2:TerminateInstances': ['instance'] },
} as const;

/** All of these actions. */
export const terminateDependencies: readonly string[] = [
  ...terminateInstancesAccess.onAny,
  ...Object.keys(terminateInstancesAccess.onKinds),
];

/** The same of whoever calls ReverseReplication, who is denied where one of these is missing. */
export const reverseReplicationDependencies = [
  'drs:DescribeReplicationConfigurationTemplates',
  'drs:DescribeSourceServers',
  'ec2:DescribeInstances',
] as const;

/** A resource of EC2 of a kind, whichever it is: what may be shared between accounts has none in its ARN. */
export const anyOfKind = (
  {
    partition,
    region,
    account,
  }: { readonly partition: string; readonly region: string; readonly account: string },
  kind: string,
): string => {
  const owner = ['image', 'snapshot'].includes(kind) ? '' : account;
  return `arn:${partition}:ec2:${region}:${owner}:${kind}/0`;
};

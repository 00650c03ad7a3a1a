import type { WireRequest } from '../wire.ts';
import { type Access, arnIn, type Place } from './access.ts';
import type { Authority } from './authority.ts';
import { principalOfRequest } from './caller.ts';
import type { ContextValues } from './request-context.ts';

/** Condition keys of what a service does in its caller's name. IAM user guide: "Forward access sessions". */
export const forwardedBy = (service: string): ContextValues => ({
  'aws:ViaAWSService': true,
  'aws:CalledVia': [service],
  'aws:CalledViaFirst': service,
  'aws:CalledViaLast': service,
});

const onAny = (...actions: readonly string[]): readonly Access[] =>
  actions.map((action) => ({ action, resource: '*' }));

const described = onAny(
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
);

/** What DRS makes in the staging area carries these tags, and not the one that marks what DRS manages. */
const stagingTags: ContextValues = {
  'aws:ResourceTag/drs.amazonaws.com-job': 'drsjob',
  'aws:ResourceTag/drs.amazonaws.com-source-server': 's',
};

/** Resources of EC2 that a launch touches, by kind. */
const ec2Arn = (place: Place, kind: string): string => {
  // What may be shared between accounts has none in its ARN.
  const account = ['image', 'snapshot'].includes(kind) ? '' : place.account;
  return arnIn('ec2', { ...place, account }, `${kind}/0`);
};

/** Actions of EC2 with the kinds of resources that each is asked about. */
const launching: Readonly<Record<string, readonly string[]>> = {
  AttachVolume: ['instance', 'volume'],
  AuthorizeSecurityGroupEgress: ['security-group'],
  AuthorizeSecurityGroupIngress: ['security-group'],
  CreateLaunchTemplate: ['launch-template'],
  CreateLaunchTemplateVersion: ['launch-template'],
  CreateSnapshot: ['snapshot', 'volume'],
  CreateTags: ['instance', 'launch-template', 'snapshot', 'volume'],
  CreateVolume: ['volume'],
  DeleteLaunchTemplateVersions: ['launch-template'],
  DeleteSnapshot: ['snapshot'],
  DeleteVolume: ['volume'],
  DetachVolume: ['instance', 'volume'],
  ModifyInstanceAttribute: ['instance'],
  ModifyLaunchTemplate: ['launch-template'],
  RevokeSecurityGroupEgress: ['security-group'],
  RunInstances: ['image', 'instance', 'network-interface', 'security-group', 'subnet', 'volume'],
  StartInstances: ['instance'],
  StopInstances: ['instance'],
  TerminateInstances: ['instance'],
};

const onKinds = (actions: Readonly<Record<string, readonly string[]>>, place: Place): readonly Access[] =>
  Object.entries(actions).flatMap(([name, kinds]) =>
    kinds.map((kind) => ({
      action: `ec2:${name}`,
      resource: ec2Arn(place, kind),
      ...(['snapshot', 'volume'].includes(kind) && { context: stagingTags }),
    })),
  );

/** The roles of the servers that DRS itself runs on the way, which it passes to EC2. */
const passedRoles = ({ account }: Place): readonly Access[] =>
  ['ConversionServer', 'RecoveryInstance'].map((kind) => ({
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${account}:role/service-role/AWSElasticDisasterRecovery${kind}Role`,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  }));

/** "Actions, resources, and condition keys for AWS Elastic Disaster Recovery": dependent actions of StartRecovery. */
export const launchAccess = (place: Place, sourceServerIds: readonly string[]): readonly Access[] => [
  ...described,
  ...onKinds(launching, place),
  ...passedRoles(place),
  ...sourceServerIds.map((id) => ({
    action: 'drs:CreateRecoveryInstanceForDrs',
    resource: arnIn('drs', place, `source-server/${id}`),
  })),
];

/** The same of TerminateRecoveryInstances. */
export const terminationAccess = (place: Place): readonly Access[] => [
  ...onAny('drs:DescribeSourceServers', 'ec2:DescribeInstances', 'ec2:DescribeVolumes'),
  ...onKinds({ DeleteVolume: ['volume'], TerminateInstances: ['instance'] }, place),
];

/** Whether DRS may do all that a job asks of it in the name of whoever asked for the job. */
export const createForwarding =
  (authority: Authority, homeAccount: string) =>
  (request: WireRequest, all: readonly Access[]): boolean => {
    const principal = principalOfRequest(request, homeAccount);
    const via = forwardedBy('drs.amazonaws.com');
    return all.every((access) => authority.judge(principal, access, via).allowed);
  };

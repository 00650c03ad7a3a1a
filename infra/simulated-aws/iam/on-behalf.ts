import {
  anyOfKind,
  reverseReplicationDependencies,
  startRecoveryAccess,
  terminateInstancesAccess,
} from '../facts/drs-dependencies.ts';
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

/** What DRS makes in the staging area carries these tags, and not the one that marks what DRS manages. */
const stagingTags: ContextValues = {
  'aws:ResourceTag/drs.amazonaws.com-job': 'drsjob',
  'aws:ResourceTag/drs.amazonaws.com-source-server': 's',
};

const onKinds = (actions: Readonly<Record<string, readonly string[]>>, place: Place): readonly Access[] =>
  Object.entries(actions).flatMap(([action, kinds]) =>
    kinds.map((kind) => ({
      action,
      resource: anyOfKind({ partition: 'aws', ...place }, kind),
      ...(['snapshot', 'volume'].includes(kind) && { context: stagingTags }),
    })),
  );

const passedRoles = ({ account }: Place): readonly Access[] =>
  startRecoveryAccess.passedRoles.map((name) => ({
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${account}:role/${name}`,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  }));

/** "Actions, resources, and condition keys for AWS Elastic Disaster Recovery": dependent actions of StartRecovery. */
export const launchAccess = (place: Place, sourceServerIds: readonly string[]): readonly Access[] => [
  ...onAny(...startRecoveryAccess.onAny),
  ...onKinds(startRecoveryAccess.onKinds, place),
  ...passedRoles(place),
  ...startRecoveryAccess.onSourceServers.flatMap((action) =>
    sourceServerIds.map((id) => ({ action, resource: arnIn('drs', place, `source-server/${id}`) })),
  ),
];

/** The same of TerminateRecoveryInstances. */
export const terminationAccess = (place: Place): readonly Access[] => [
  ...onAny(...terminateInstancesAccess.onAny),
  ...onKinds(terminateInstancesAccess.onKinds, place),
];

/** The same of ReverseReplication. */
export const reversalAccess = (): readonly Access[] => onAny(...reverseReplicationDependencies);

/** Whether DRS may do all that a job asks of it in the name of whoever asked for the job. */
export const createForwarding =
  (authority: Authority, homeAccount: string) =>
  (request: WireRequest, all: readonly Access[]): boolean => {
    const principal = principalOfRequest(request, homeAccount);
    const via = forwardedBy('drs.amazonaws.com');
    return all.every((access) => authority.judge(principal, access, via).allowed);
  };

import { functionName } from '../../../../infra/topology.ts';
import { groupBy } from '../../../core/kernel/group-by.ts';
import {
  anyOfKind,
  reverseReplicationDependencies,
  startRecoveryAccess,
  terminateInstancesAccess,
} from '../../../../infra/simulated-aws/facts/drs-dependencies.ts';
import type { ServiceName } from '../../../../contracts/services.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { AskedAccess, Deployment } from '../../../core/ports/deployment.ts';
import type { RecoveryService } from '../../../core/ports/recovery-service.ts';
import { fault, type Finding, ok } from './finding.ts';
import type { Probe } from './probe.ts';

const isUninitialized = (name: string): boolean => name.startsWith('UninitializedAccount');

const initialize = (region: string): string =>
  `initialise it there: aws drs initialize-service --region ${region}`;

/** DRS in the deployment's own place, asked by the caller. */
export const homeCheck = async (
  recovery: Pick<RecoveryService, 'describeJobsSince'>,
  home: Target,
  now: number,
): Promise<readonly Finding[]> => {
  try {
    await recovery.describeJobsSince(home, now);
    return [ok('drs', `DRS is initialised in ${home.account}/${home.region}`)];
  } catch (error) {
    if (!(error instanceof Error) || !isUninitialized(error.name)) throw error;
    const message = `DRS is not initialised in ${home.account}/${home.region}`;
    return [fault('drs', message, initialize(home.region))];
  }
};

/** Every other place, as the functions found it with their own roles when the probe came by. */
export const targetsFindings = ({ reached }: Probe, home: Target): readonly Finding[] => {
  const elsewhere = reached.filter(
    ({ target }) => target.account !== home.account || target.region !== home.region,
  );
  if (elsewhere.length === 0) return [ok('targets', 'the stored plans use no other account or Region')];
  const findings = elsewhere.flatMap(({ service, target, error }): readonly Finding[] => {
    if (error === undefined) return [];
    const place = `${target.account}/${target.region}`;
    if (isUninitialized(error.name))
      return [fault('targets', `DRS is not initialised in ${place}`, initialize(target.region))];
    return [
      fault(
        'targets',
        `${functionName(service)} cannot work in ${place}: ${error.name}: ${error.message}`,
        "deploy the target's stack, and give the plan its RoleArn and the externalId of the settings",
      ),
    ];
  });
  const once = [...new Map(findings.map((finding) => [finding.message, finding])).values()];
  const places = new Set(elsewhere.map(({ target }) => `${target.account}/${target.region}`));
  return once.length > 0 ? once : [ok('targets', `the functions reach ${[...places].join(', ')}`)];
};

const anySourceServer = (partition: string, { account, region }: Target): string =>
  `arn:${partition}:drs:${region}:${account}:source-server/s-0`;

/** What StartRecovery needs of its caller when DRS acts in the caller's name, on resources of each kind. */
const neededByDrs = (partition: string, { account, region }: Target): readonly AskedAccess[] => {
  const { onAny, onKinds, onSourceServers, passedRoles } = startRecoveryAccess;
  const byKinds = groupBy(Object.entries(onKinds), ([, kinds]) => kinds.join());
  return [
    { actions: onAny, resources: ['*'] },
    { actions: onSourceServers, resources: [anySourceServer(partition, { account, region })] },
    {
      actions: ['iam:PassRole'],
      resources: passedRoles.map((name) => `arn:${partition}:iam::${account}:role/${name}`),
    },
    ...[...byKinds.values()].map((entries) => ({
      actions: entries.map(([action]) => action),
      resources: (entries[0]?.[1] ?? []).map((kind) => anyOfKind({ partition, region, account }, kind)),
    })),
  ];
};

/** A role, what it has to be able to do, and what is amiss without it. */
interface Duty {
  readonly service: ServiceName;
  readonly itself: readonly AskedAccess[];
  /** What DRS needs in its name. */
  readonly byDrs: readonly AskedAccess[];
  readonly what: string;
  readonly without: string;
}

/** What DRS asks of whoever ends recovery instances, on resources of each kind. */
const neededToEnd = (partition: string, { account, region }: Target): readonly AskedAccess[] => [
  { actions: terminateInstancesAccess.onAny, resources: ['*'] },
  ...Object.entries(terminateInstancesAccess.onKinds).map(([action, kinds]) => ({
    actions: [action],
    resources: kinds.map((kind) => anyOfKind({ partition, region, account }, kind)),
  })),
];

const dutiesOf = (partition: string, home: Target): readonly Duty[] => {
  const { account, region } = home;
  const server = anySourceServer(partition, home);
  const instance = `arn:${partition}:drs:${region}:${account}:recovery-instance/i-0`;
  return [
    {
      service: 'launch-wave',
      itself: [{ actions: ['drs:StartRecovery'], resources: [server] }],
      byDrs: neededByDrs(partition, home),
      what: 'start recoveries',
      without: 'a job would fail within seconds, without a reason',
    },
    {
      service: 'clean-up-drill',
      itself: [{ actions: ['drs:TerminateRecoveryInstances'], resources: [instance] }],
      byDrs: neededToEnd(partition, home),
      what: 'end what drills launched',
      without: 'the instances of drills would run on',
    },
    {
      service: 'reverse-replication',
      itself: [
        { actions: ['drs:ReverseReplication'], resources: [instance] },
        { actions: reverseReplicationDependencies, resources: ['*'] },
      ],
      byDrs: [],
      what: 'reverse replications',
      without: 'a failback would not begin',
    },
    {
      service: 'retire-servers',
      itself: [
        {
          actions: ['drs:StopReplication', 'drs:DisconnectSourceServer', 'drs:DeleteSourceServer'],
          resources: [server],
        },
        {
          actions: ['drs:TerminateRecoveryInstances', 'drs:DeleteRecoveryInstance'],
          resources: [instance],
        },
      ],
      byDrs: neededToEnd(partition, home),
      what: 'retire what was recovered',
      without: 'a failback would not end, and its drills would leave what they reversed',
    },
  ];
};

/** Whether those who start, end, reverse and retire may do so, and DRS may do in their names what it needs for it. */
export const permissionsCheck = async (
  { partition, deniedActions }: Deployment,
  home: Target,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { service, itself, byDrs, what, without } of dutiesOf(partition, home)) {
    const role = `${functionName(service)}-${home.region}`;
    const denied = [
      ...(await deniedActions(role, itself, 'itself')),
      ...(byDrs.length === 0 ? [] : await deniedActions(role, byDrs, 'drs')),
    ];
    findings.push(
      denied.length === 0
        ? ok('permissions', `${role} may ${what}, and DRS has what it needs in its name`)
        : fault(
            'permissions',
            `${role} lacks ${[...new Set(denied)].toSorted().join(', ')}: ${without}`,
            'deploy again; if a boundary or an organisation policy denies it, allow it there',
          ),
    );
  }
  return findings;
};

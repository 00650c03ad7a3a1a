import { functionName } from '../../../../infra/topology.ts';
import { groupBy } from '../../../core/kernel/group-by.ts';
import { anyOfKind, startRecoveryAccess } from '../../../../infra/simulated-aws/facts/drs-dependencies.ts';
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

/** Whether the launcher may start recoveries, and DRS may do in its name what they need. */
export const permissionsCheck = async (
  { partition, deniedActions }: Deployment,
  home: Target,
): Promise<readonly Finding[]> => {
  const role = `${functionName('launch-wave')}-${home.region}`;
  const starting = [{ actions: ['drs:StartRecovery'], resources: [anySourceServer(partition, home)] }];
  const denied = [
    ...(await deniedActions(role, starting, 'itself')),
    ...(await deniedActions(role, neededByDrs(partition, home), 'drs')),
  ];
  if (denied.length === 0)
    return [ok('permissions', `${role} may start recoveries, and DRS has what it needs in its name`)];
  return [
    fault(
      'permissions',
      `${role} lacks ${denied.toSorted().join(', ')}: a job would fail within seconds, without a reason`,
      'deploy again; if a boundary or an organisation policy denies it, allow it there',
    ),
  ];
};

import { mkdirSync, writeFileSync } from 'node:fs';
import { groupBy } from '../../services/core/kernel/group-by.ts';
import { createAuthority, type Judged } from '../../infra/simulated-aws/iam/authority.ts';
import type { DeployedRole, Deployment } from '../../infra/simulated-aws/iam/deployment.ts';
import { matchesGlob } from '../../infra/simulated-aws/iam/pattern.ts';

/** One action of one statement of a role. */
export interface Granted {
  readonly role: DeployedRole;
  readonly statement: string;
  readonly action: string;
}

export const nameOfRole = ({ arn }: Pick<DeployedRole, 'arn'>): string => arn.slice(arn.indexOf('/') + 1);

/** A grant as people speak of it. */
export const wordsOf = ({ role, statement, action }: Granted): string =>
  `${nameOfRole(role)} ${statement} ${action}`;

/** Everything that the roles are granted, action by action. */
export const grantsOf = ({ roles }: Deployment): readonly Granted[] =>
  roles.flatMap((role) =>
    role.policies.flatMap(({ statements }) =>
      statements.flatMap(({ id, actions }) =>
        actions.patterns.map((action) => ({ role, statement: id, action })),
      ),
    ),
  );

/** What no scenario needs, and why a role has it all the same. */
export const reasons: readonly (readonly [form: RegExp, why: string])[] = [
  [/ logs:/, "Lambda itself writes a function's log, in the function's role"],
  [/ xray:PutTelemetryRecords$/, 'Lambda itself reports on what it sends to X-Ray'],
  [/ kms:/, 'KMS is asked by queues, table, bus and parameters in the name of the role; it is not simulated'],
  [
    /OnBehalf drs:(DescribeReplicationConfigurationTemplates|Get(Launch|Replication)Configuration)$/,
    "AWS's own policy for callers of StartRecovery has it; nothing says which launches need it",
  ],
  [
    /ForDrs ec2:(GetEbs\w+|AssociateIamInstanceProfile|Create(Fleet|NetworkInterface\w*|SecurityGroup)|ModifyVolume)$/,
    "AWS's own policy for callers of StartRecovery has it; nothing says which launches need it",
  ],
  [
    /serve-api\S* ReadAccessRules ssm:GetParameter$/,
    'the API judges by access rules, as test/scenarios/roles.test.ts has it with these permissions',
  ],
  [/Ec2ReadForDrs ec2:DescribeInstances$/, 'the launcher may call it itself too'],
  [/(launch-wave\S* |LaunchWave)ReadDrs drs:GetLaunchConfiguration$/, 'DRS may call it on its behalf too'],
  [
    /(accept-execution|launch-wave|watch-jobs|clean-up-drill|reverse-replication|retire-servers)\S* FindRecords dynamodb:Query$/,
    'the probe of the doctor asks for the places of all stored plans',
  ],
  [/(launch-wave\S* |LaunchWave)ReadDrs drs:DescribeJobs$/, 'an answer of DRS was lost'],
  [/launch-wave\S* SetTimers/, 'a wave waits for its turn or for an answer that was lost'],
  [
    /accept-execution\S* WriteRecords dynamodb:DeleteItem$/,
    'an intake takes more than one run, and forgets what it noted or its timer',
  ],
  [
    /(clean-up-drill\S* |CleanUpDrill)ReadInstances ec2:DescribeInstanceAttribute$/,
    'an instance of a drill resists its end',
  ],
  [
    /ReadInstances ec2:DescribeLaunchTemplateVersions$/,
    'the start of a failback looks at how reversed servers would be launched',
  ],
  [/ReadDrs drs:ListLaunchActions$/, 'DRS runs launch actions after the launch'],
  [
    /(run-actions\S* |RunActions)ReadDrs drs:DescribeRecoveryInstances$/,
    'a runbook is told facts of instances that DRS knows',
  ],
  [/FollowAutomations ssm:StopAutomationExecution$/, 'a runbook runs when its wave is stopped'],
  [
    /InvokeAllowedFunctions lambda:(ListDurableExecutionsByFunction|StopDurableExecution)$/,
    'an answer of Lambda was lost, or a durable function runs when its wave is stopped',
  ],
  [/FindAutomations ssm:DescribeAutomationExecutions$/, 'an answer of SSM was lost'],
  [
    /^groundswell-scheduler-\S+ SendDeadLetters sqs:SendMessage$/,
    'what EventBridge Scheduler cannot put on the bus',
  ],
  [
    /redrive-dead-letters\S* (ReadRecords|WriteRecords|SetTimers|Park|EmptyDeadLetters) /,
    'something was given up',
  ],
  [/reconcile\S* PublishOwnEvents events:PutEvents$/, 'the proof of a plan has become too old'],
  [/notify\S* WriteOwnKinds dynamodb:DeleteItem$/, 'a message that had to wait is delivered'],
  [/(notify|record-audit)\S* Park /, 'something cannot be told, or not be read'],
  [
    /ServeApi\S* |serve-api\S* (ReadDrs drs:DescribeRecoverySnapshots|AssumeTargets|ReadAllowed\w+|ReadAlarms |ReadCalendars |ReadInstances ec2:DescribeInstanceAttribute)/,
    'a plan with targets, runbooks, functions, alarms, calendars, traffic, an older point in time or a protected instance is checked',
  ],
  [/AcceptExecutionReadDrs drs:DescribeRecoverySnapshots$/, 'a plan asks for a point in time in a target'],
];

const without = ({ role, statement, action }: Granted): DeployedRole => ({
  ...role,
  policies: role.policies.map((policy) => ({
    ...policy,
    statements: policy.statements.flatMap((each) => {
      if (each.id !== statement) return [each];
      const patterns = each.actions.patterns.filter((pattern) => pattern !== action);
      return patterns.length === 0 ? [] : [{ ...each, actions: { ...each.actions, patterns } }];
    }),
  })),
});

const roleArnOf = ({ principal }: Judged): string | undefined =>
  principal.kind === 'session' ? principal.roleArn : undefined;

/** Decisions that allowed a role something, each once. */
export const allowedTo = (judged: readonly Judged[]): ReadonlyMap<string, readonly Judged[]> => {
  const once = new Map(
    judged
      .filter((each) => each.decision.allowed && roleArnOf(each) !== undefined)
      .map(({ principal, access, context, decision }) => {
        const each = { principal, access, context, decision };
        return [JSON.stringify([principal, access, context]), each] as const;
      }),
  );
  return groupBy([...once.values()], (each) => roleArnOf(each) ?? '');
};

/** The first scenario of which one decision becomes a refusal when the role lacks this action of this statement. */
export const neededBy = (
  granted: Granted,
  { resourcePolicies }: Deployment,
  allowed: ReadonlyMap<string, ReturnType<typeof allowedTo>>,
): string | undefined => {
  const { judge } = createAuthority({
    roles: [without(granted)],
    resourcePolicy: (arn) => resourcePolicies.get(arn),
    now: () => 0,
  });
  const isNeeded = ({ principal, access, context }: Judged): boolean =>
    matchesGlob(granted.action, access.action, 'i') && !judge(principal, access, context).allowed;
  return [...allowed].find(([, decisions]) => (decisions.get(granted.role.arn) ?? []).some(isNeeded))?.[0];
};

/** Writes down which scenario needs each grant, or why it is there all the same, for whoever changes a role. */
export const writeNeeds = (
  needs: readonly { readonly granted: Granted; readonly scenario: string | undefined }[],
): void => {
  const rows = needs.map(({ granted, scenario }) => {
    const words = wordsOf(granted);
    const [, reason = ''] = reasons.find(([form]) => form.test(words)) ?? [];
    return `| ${words} | ${scenario ?? ''} | ${scenario === undefined ? reason : ''} |`;
  });
  mkdirSync('reports', { recursive: true });
  writeFileSync(
    'reports/permissions.md',
    [
      '| role, statement, action | fails without it | why it is there all the same |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
};

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteArchiveCommand,
  DisableRuleCommand,
  EventBridgeClient,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { scenarioSchema } from '../../../../infra/simulated-aws/scenario.ts';
import type { Finding } from '../../../../services/faces/cli/doctor/finding.ts';
import type { Hops } from '../../../../services/faces/cli/doctor/probe.ts';
import { protectionCheck } from '../../../../services/faces/cli/doctor/wiring.ts';
import { deployment, withoutAction } from '../../../support/enforced-deployment.ts';
import { patienceMs } from '../../../support/operated-runtime.ts';
import { runCommand } from '../../../support/terminal.ts';

interface Examined {
  readonly isSound: boolean;
  readonly findings: readonly Finding[];
  readonly hops: readonly Hops[];
}

/** Runs the command line, and gives its exit code and what it printed. */
const run = (runtime: Runtime, ...args: string[]) => runCommand(...args, '--endpoint', runtime.endpoint);

const examine = async (runtime: Runtime, patience = '30') => {
  const { code, text } = await run(runtime, 'doctor', '--json', '--patience', patience);
  return { code, ...(JSON.parse(text) as Examined) };
};

const putPlan = async (runtime: Runtime, plan: object): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  try {
    const file = join(folder, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    expect(await run(runtime, 'plan', 'put', file)).toMatchObject({ code: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Schedules of which Scheduler has another than is stored, or none, and one that is paused. */
const plantSchedules = async (runtime: Runtime): Promise<void> => {
  const { scheduler } = clientsOf(runtime);
  const folder = mkdtempSync(join(tmpdir(), 'schedule-'));
  for (const scheduleId of ['lost', 'astray', 'resting', 'sound']) {
    const file = join(folder, `${scheduleId}.json`);
    writeFileSync(file, JSON.stringify({ scheduleId, planId: 'troubled', cron: '0 3 * * ? *' }));
    expect(await run(runtime, 'schedule', 'put', file)).toMatchObject({ code: 0 });
  }
  rmSync(folder, { recursive: true });
  await run(runtime, 'schedule', 'pause', 'resting');
  const inGroup = { GroupName: 'groundswell' };
  const stateOf = async (Name: string) =>
    (await scheduler.send(new GetScheduleCommand({ ...inGroup, Name })).catch(() => ({ State: undefined })))
      .State;
  const wanted = { lost: 'ENABLED', astray: 'ENABLED', resting: 'DISABLED', sound: 'ENABLED' };
  for (const [name, state] of Object.entries(wanted))
    await expect.poll(() => stateOf(name), { timeout: patienceMs }).toBe(state);
  await scheduler.send(new DeleteScheduleCommand({ ...inGroup, Name: 'lost' }));
  const elsewhere = {
    ...inGroup,
    ScheduleExpression: 'cron(0 4 * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: `arn:aws:sqs:${runtime.region}:${runtime.account}:elsewhere`,
      RoleArn: `arn:aws:iam::${runtime.account}:role/somebody`,
    },
  };
  await scheduler.send(new UpdateScheduleCommand({ ...elsewhere, Name: 'astray', State: 'DISABLED' }));
  await scheduler.send(new CreateScheduleCommand({ ...elsewhere, Name: 'foreign' }));
};

const clientsOf = ({ endpoint, region }: Runtime) => {
  const settings = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
    sns: new SNSClient(settings),
    lambda: new LambdaClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    scheduler: new SchedulerClient(settings),
  };
};

const faults = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ level }) => level === 'fault').map(({ check, message }) => `${check}: ${message}`);

it.each([
  [true, 'ok', 'is protected from deletion'],
  [false, 'warning', 'neither the stacks nor the table'],
  [undefined, 'fault', 'there is no table'],
] as const)('says of a table whose protection is %s that it is %s', async (isProtected, level, message) => {
  expect(await protectionCheck({ isTableProtected: async () => isProtected })).toEqual([
    expect.objectContaining({ level, message: expect.stringContaining(message) }),
  ]);
});

const role = (account: string): string => `arn:aws:iam::${account}:role/groundswell-target`;

const scenario = scenarioSchema.parse({
  sts: { roles: { [role('444455556666')]: { denied: true }, [role('777788889999')]: {} } },
  targets: { '777788889999/eu-central-1': { drs: { initialized: false } } },
  drs: { quotas: { serversInJobs: 1 } },
  lambda: { accountConcurrency: 10 },
});

const wave = (waveId: string, account?: string) => ({
  waveId,
  servers: [1, 2].map((nth) => ({ sourceServerId: `s-${waveId.padEnd(16, '0')}${nth}` })),
  ...(account !== undefined && { target: account }),
});

const troubled = {
  planId: 'troubled',
  targets: Object.fromEntries(
    ['444455556666', '777788889999'].map((account) => [
      `of-${account}`,
      { account, region: 'eu-central-1', role: role(account), externalId: 'an-external-id-of-16' },
    ]),
  ),
  waves: [wave('home'), wave('denied', 'of-444455556666'), wave('raw', 'of-777788889999')],
};

describe('doctor', () => {
  let runtime: Runtime;
  afterEach(() => runtime.close());

  it(
    'finds no fault on the embedded runtime, and times each hop of its probe',
    { timeout: patienceMs },
    async () => {
      runtime = await startRuntime({ speed: 10 });
      const { code, isSound, findings, hops } = await examine(runtime);
      expect(faults(findings)).toEqual([]);
      expect({ code, isSound }).toEqual({ code: 0, isSound: true });
      // Nothing is left open: each question has an answer here.
      expect(findings.filter(({ level }) => level === 'unknown')).toEqual([]);
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'protection',
          level: 'warning',
          toDo: expect.stringContaining('"protected": true'),
        }),
      );
      expect(hops.map(({ service }) => service)).toEqual([
        'accept-execution',
        'advance-execution',
        'launch-wave',
        'watch-jobs',
        'run-actions',
        'clean-up-drill',
        'reverse-replication',
        'retire-servers',
      ]);
      const { text } = await run(runtime, 'doctor');
      expect(text).toContain('No faults found.');
    },
  );

  it('names each planted fault, and what to do about it', { timeout: patienceMs }, async () => {
    runtime = await startRuntime({ speed: 10, scenario });
    const { events, sqs, sns, lambda, cloudwatch } = clientsOf(runtime);
    const queue = (name: string): string => `${runtime.endpoint}/${runtime.account}/${name}`;
    const topic = `arn:aws:sns:${runtime.region}:${runtime.account}:groundswell-alarms`;
    await putPlan(runtime, troubled);
    await plantSchedules(runtime);
    await events.send(new DeleteArchiveCommand({ ArchiveName: 'groundswell' }));
    await events.send(
      new DisableRuleCommand({ Name: 'groundswell-advance-execution', EventBusName: 'groundswell' }),
    );
    await events.send(
      new RemoveTargetsCommand({
        ...{ Rule: 'groundswell-run-actions', EventBusName: 'groundswell' },
        Ids: ['run-actions'],
      }),
    );
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queue('groundswell-dead-letters-notify'), MessageBody: 'x' }),
    );
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue('groundswell-parked') }));
    await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'email', Endpoint: 'night@example.com' }),
    );
    await lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: 'groundswell-launch-wave',
        ReservedConcurrentExecutions: 0,
      }),
    );
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'groundswell-stuck-executions', Namespace: 'Groundswell', Period: 60 },
        ...{ MetricName: 'OldestOpenMinutes', EvaluationPeriods: 1, Threshold: 1_440 },
        ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', AlarmActions: [topic] },
      }),
    );
    await cloudwatch.send(
      new SetAlarmStateCommand({
        ...{ AlarmName: 'groundswell-stuck-executions', StateValue: 'ALARM', StateReason: 'open for a day' },
      }),
    );
    await cloudwatch.send(
      new DisableAlarmActionsCommand({ AlarmNames: ['groundswell-reconcile-dead-letters'] }),
    );

    const { code, findings } = await examine(runtime, '15');
    expect(code).toBe(1);
    expect(findings.every(({ level, toDo }) => level === 'ok' || toDo !== undefined)).toBe(true);
    const found = faults(findings);
    const planted = [
      /^targets: groundswell-[\w-]+ cannot work in 444455556666\/eu-central-1: AccessDenied/,
      /^targets: DRS is not initialised in 777788889999\/eu-central-1/,
      /^quotas: a job of 2 servers of wave \w+ of troubled never fits the quota of 1 /,
      /^concurrency: groundswell-launch-wave is stopped/,
      /^concurrency: Lambda's concurrency limit is 10 here; 3 waves at once may need 23/,
      /^archive: the archive groundswell does not exist/,
      /^rules: the rule groundswell-advance-execution is disabled/,
      /^rules: the rule groundswell-run-actions does not lead to groundswell-run-actions/,
      /^queues: there is no queue groundswell-parked/,
      /^queues: 1 message in groundswell-dead-letters-notify/,
      /^alarms: groundswell-notify-dead-letters is in ALARM: Threshold Crossed/,
      /^alarms: groundswell-stuck-executions is in ALARM: open for a day/,
      /^alarms: groundswell-reconcile-dead-letters notifies nobody/,
      /^schedules: lost is not in EventBridge Scheduler/,
      /^schedules: astray leads to arn:aws:sqs:\S+ and not to the bus groundswell/,
      /^schedules: astray runs as arn:aws:iam::\d+:role\/somebody and not as groundswell-scheduler-eu-west-1/,
      /^schedules: astray loses what it cannot deliver/,
      /^schedules: astray is due at cron\(0 4 \* \* \? \*\) in UTC, and is stored as 0 3 \* \* \? \* in UTC/,
      /^schedules: astray is disabled there, and stored as ACTIVE/,
      /^schedules: foreign stands in EventBridge Scheduler, and no such schedule is stored/,
      /^subscriptions: night@example.com \(email\) has not confirmed/,
      /^probe: groundswell-advance-execution did not receive the event/,
      /^probe: groundswell-launch-wave did not receive the event/,
      /^probe: groundswell-run-actions did not receive the event/,
    ];
    expect(findings).toContainEqual(
      expect.objectContaining({
        ...{ check: 'schedules', level: 'warning' },
        message: expect.stringMatching(/^resting is paused since /) as string,
        toDo: 'groundswell schedule resume resting, or delete it',
      }),
    );
    for (const expected of planted) expect(found).toContainEqual(expect.stringMatching(expected));
    expect(found.filter((each) => !planted.some((expected) => expected.test(each)))).toEqual([]);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'groundswell-launch-wave' }));
  });

  const launcher = 'groundswell-launch-wave-eu-west-1';
  const enforce = async (enforced = deployment()): Promise<void> => {
    runtime = await startRuntime({ speed: 10, iam: { deployment: enforced } });
  };
  const permissionsFound = async (): Promise<readonly Finding[]> =>
    (await examine(runtime, '15')).findings.filter(({ check }) => check === 'permissions');

  it('finds no fault in the permissions of the synthesised templates', { timeout: patienceMs }, async () => {
    await enforce();
    const { code, findings } = await examine(runtime);
    expect(faults(findings)).toEqual([]);
    expect(code).toBe(0);
    expect(findings).toContainEqual({
      ...{ check: 'schedules', level: 'ok' },
      message: 'EventBridge Scheduler has 0 schedules as stored',
    });
    expect(findings).toContainEqual({
      check: 'permissions',
      level: 'ok',
      message: `${launcher} may start recoveries, and DRS has what it needs in its name`,
    });
  });

  it.each([
    'ec2:CreateLaunchTemplateVersion',
    'ec2:DescribeVolumes',
    'drs:CreateRecoveryInstanceForDrs',
    'drs:StartRecovery',
    'iam:PassRole',
  ])('names the permission that the launcher lacks: %s', { timeout: patienceMs }, async (action) => {
    await enforce(withoutAction(deployment(), launcher, action));
    const [found, ...more] = (await permissionsFound()).filter(({ level }) => level !== 'ok');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: 'fault' });
    expect(found?.message).toMatch(new RegExp(`^${launcher} lacks ${action}: `));
  });

  it.each([
    ['reverse-replication', 'drs:ReverseReplication', 'a failback would not begin'],
    ['retire-servers', 'drs:DeleteSourceServer', 'a failback would not end'],
    ['retire-servers', 'ec2:TerminateInstances', 'a failback would not end'],
    ['clean-up-drill', 'drs:TerminateRecoveryInstances', 'the instances of drills would run on'],
  ])('names the permission that %s lacks: %s', { timeout: patienceMs }, async (service, action, without) => {
    const role = `groundswell-${service}-eu-west-1`;
    await enforce(withoutAction(deployment(), role, action));
    const lacking = (await permissionsFound()).filter(({ level }) => level !== 'ok');
    expect(lacking.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${role} lacks ${action}: ${without}`),
    ]);
  });

  it.each(['events:PutEvents', 'sqs:SendMessage'])(
    'names the permission that the role of schedules lacks: %s',
    { timeout: patienceMs },
    async (action) => {
      await enforce(withoutAction(deployment(), 'groundswell-scheduler-eu-west-1', action));
      const { findings } = await examine(runtime, '15');
      expect(faults(findings)).toContainEqual(
        `schedules: groundswell-scheduler-eu-west-1 lacks ${action}: no drill is announced`,
      );
    },
  );
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateDocumentCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, vi } from 'vitest';
import { stepFunctionName } from '../../infra/aws/region-switch-step.ts';
import { planProperties } from '../../infra/aws/stored-plan.ts';
import type { RuntimeOptions } from '../../infra/local/runtime.ts';
import { type Scenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { deadLetterQueueName, functions, timerQueueName } from '../../infra/topology.ts';
import {
  externalId,
  hub,
  largeTeamPlan,
  runbookRole,
  target,
  targetRole,
  teamPlan,
} from './enforced-deployment.ts';
import { failBack, failbackScenario } from './enforced-failback.ts';
import { enforcedFunction } from './enforced-function.ts';
import { isAbout, patienceMs, type OperatedRuntime, type WrittenPlan } from './operated-runtime.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { actInTarget, actionsInTargetScenario } from './actions-in-target.ts';
import { startReceiver } from './receiver.ts';
import { clientIn, completed, expectEnd, readSample, samplePlan, scenarioOf } from './enforced-samples.ts';
import { wholeRecovery } from './whole-recovery.ts';

/** Something that the product is for, done under the permissions of its templates alone. */
export interface EnforcedScenario {
  readonly name: string;
  readonly options?: Pick<RuntimeOptions, 'scenario' | 'speed'>;
  readonly run: (operated: OperatedRuntime) => Promise<void>;
}

const toItsEnd =
  (plan: string, outcome: string, ...failures: readonly string[]) =>
  async (operated: OperatedRuntime): Promise<void> =>
    expectEnd(operated, await operated.drill(samplePlan(plan)), completed(outcome), failures);

/** The sample of everything, with a server in the target that is not launched into a machine. */
const withLedger = (): Scenario => {
  const scenario = scenarioSchema.parse(readSample('everything.scenario.yaml'));
  const there = `${target.account}/${target.region}`;
  const place = scenario.targets[there] ?? expect.fail('the sample has a target');
  const ledger = scenarioSchema.parse({ drs: { servers: [{ name: 'ledger', tags: { Tier: 'ledger' } }] } });
  const servers = [...place.drs.servers, ...ledger.drs.servers];
  return { ...scenario, targets: { [there]: { ...place, drs: { ...place.drs, servers } } } };
};

const ledgerPlan: WrittenPlan = {
  planId: 'ledger',
  targets: { there: { ...target, role: targetRole, externalId } },
  waves: [{ waveId: 'ledger', target: 'there', servers: { tags: { Tier: 'ledger' }, minimum: 1 } }],
};

/** What drills have launched at home and in a target is ended; the machine that a launch went into is not. */
const cleanUp = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, said, all } = operated;
  const id = await operated.drill(samplePlan('everything'));
  await said(id, 'CleanUpAwaited');
  await groundswell('clean-up', id, '--reason', 'evaluated');
  const { terminated, spared } = await said(id, 'CleanUpCompleted');
  // The bus keeps no order.
  await expect.poll(() => all(id, 'InstanceTerminated'), { timeout: patienceMs }).toHaveLength(terminated);
  expect(terminated).toBeGreaterThan(3);
  expect(spared).toMatchObject([
    { instanceId: 'i-00000000000000a11', reason: 'it existed before the drill, which launched into it' },
  ]);
  const there = await operated.drill(ledgerPlan);
  await said(there, 'ExecutionCompleted');
  await groundswell('clean-up', there, '--reason', 'evaluated');
  expect(await said(there, 'CleanUpCompleted')).toMatchObject({ terminated: 1, spared: [] });
};

/** What people answer to the plan that asks them everything, as its waves say. */
const decide = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, said } = operated;
  const held = (id: string, wave: string) =>
    said(id, 'OperatorNeeded', (data) => data.about === 'wave-failed' && isAbout(wave)(data));
  const id = await operated.drill(samplePlan('decisions'));
  await said(id, 'ExecutionStarted');
  await groundswell('pause', id, '--reason', 'a phone call');
  await groundswell('resume', id);
  await held(id, 'database');
  await groundswell('retry', id, 'database');
  await said(id, 'ActionStarted', ({ actionId }) => actionId === 'pause-before');
  await groundswell('approve', id, 'application', 'pause-before');
  await said(id, 'ActionStarted', ({ actionId }) => actionId === 'go-live');
  await groundswell('decline', id, 'web', 'go-live', '--by', 'lead');
  await held(id, 'cache');
  await groundswell('skip', id, 'cache');
  await held(id, 'reports');
  await groundswell('continue', id, 'reports');
  expect((await said(id, 'ExecutionCompleted')).outcome).toBe('PARTIAL');
};

/** A real recovery waits for its second person; a drill is cancelled under way, and its runbooks are stopped. */
const recoverAndCancel = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, said } = operated;
  const plan = samplePlan('decisions');
  await operated.store(plan);
  const sure = ['--confirm', plan.planId, '--reason', 'the Region is down'];
  const ask = ['request', plan.planId, '--mode', 'recovery', '--by', 'ops', ...sure, '--request-id'];
  const refused = await groundswell(...ask, 'refused');
  const { planHash } = await said(refused, 'ApprovalAwaited');
  await groundswell('decline', refused, '--by', 'lead');
  await said(refused, 'ExecutionRejected');
  const approved = await groundswell(...ask, 'approved');
  await said(approved, 'ApprovalAwaited');
  await groundswell('approve', approved, '--plan-hash', planHash, '--by', 'lead');
  await said(approved, 'DRSJobStarted');
  await groundswell('cancel', approved, ...sure);
  await said(approved, 'ExecutionCancelled');
};

/** No client of Secrets Manager is among the packages: its protocol is plain JSON. */
const createSecret = async (
  { runtime }: OperatedRuntime,
  Name: string,
  SecretString: string,
): Promise<void> => {
  const { status } = await fetch(runtime.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.CreateSecret',
    },
    body: JSON.stringify({ Name, SecretString }),
  });
  expect(status).toBe(200);
};

/** The rules of the page on notifications, whose receivers are down at first. */
const tell = async (operated: OperatedRuntime): Promise<void> => {
  const page = readFileSync(join(import.meta.dirname, '../../services/functions/notify/README.md'), 'utf8');
  const [, text = ''] = /# Tell people.*?```json\n(.*?)```/s.exec(page) ?? [];
  const rules = JSON.parse(text) as {
    readonly channels: Readonly<Record<string, { readonly topicArn?: string }>>;
  };
  const receiver = await startReceiver();
  try {
    const client = clientIn(operated, hub);
    const ssm = new SSMClient(client);
    const put = (Name: string, Value: string) =>
      ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    await put('/hooks/slack', `${receiver.address}/slack`);
    await put('/pagerduty/key', 'key');
    await put('/hooks/ticket', `${receiver.address}/ticket`);
    await put('/hooks/ticket-token', 'token');
    await createSecret(operated, 'hooks/teams', `${receiver.address}/teams`);
    await new SNSClient(client).send(new CreateTopicCommand({ Name: 'board' }));
    const onCall = { ...rules.channels['on-call'], endpoint: `${receiver.address}/on-call` };
    await put(
      '/groundswell/notify',
      JSON.stringify({ ...rules, channels: { ...rules.channels, 'on-call': onCall } }),
    );
    receiver.mood = { status: 503 };
    const { waves, ...plan } = samplePlan('decisions');
    const [database, , , cache] = waves;
    if (database === undefined || cache === undefined) return expect.fail('the sample has other waves');
    const id = await operated.drill({
      ...{ ...plan, planId: 'shop' },
      waves: [{ ...cache, dependsOn: [] }],
    });
    await operated.said(id, 'OperatorNeeded');
    await expect.poll(() => operated.groundswell('status'), { timeout: patienceMs }).toContain('wait');
    receiver.mood = 'well';
    await operated.groundswell('skip', id, 'cache');
    await expectEnd(operated, id, { type: 'ExecutionFailed' });
    const told = () => [...new Set(receiver.taken.map(({ path }) => path))].toSorted();
    await expect.poll(told, { timeout: patienceMs }).toEqual(['/on-call', '/slack', '/teams', '/ticket']);
  } finally {
    await receiver.close();
  }
};

/** What operators do by the HTTP API. */
const callApi = async (operated: OperatedRuntime): Promise<void> => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${operated.runtime.endpoint}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect({ method, path, status: answer.status, text }).toMatchObject({
      status: expect.toBeOneOf([200, 201, 202]),
    });
    return text.startsWith('{') ? JSON.parse(text) : text;
  };
  const { planId, ...plan } = samplePlan('three-tier');
  const [database, ...waves] = plan.waves;
  if (database === undefined) return expect.fail('the sample has no wave');
  const before = [{ kind: 'approval', actionId: 'go-ahead', prompt: 'Go ahead?' }] as const;
  await call('PUT', `/plans/${planId}`, { ...plan, planId, waves: [{ ...database, before }, ...waves] });
  for (const path of ['', `/${planId}`, `/${planId}/versions`]) await call('GET', `/plans${path}`);
  await call('GET', `/plans/${planId}/check`);
  const { executionId } = (await call('POST', '/executions', { planId, mode: 'DRILL' })) as {
    executionId: string;
  };
  await operated.said(executionId, 'ActionStarted');
  await call('POST', `/executions/${executionId}/waves/database/actions/go-ahead/approve`, {});
  await operated.said(executionId, 'ExecutionCompleted');
  for (const path of ['', `/${executionId}`, `/${executionId}/events`, `/${executionId}/report`])
    await call('GET', `/executions${path}`);
  for (const path of ['/evidence', '/evidence/overview', '/proofs', `/plans/${planId}/proof`])
    await call('GET', path);
  // A drill proves its servers once the audit has recorded all of it.
  await expect
    .poll(() => call('GET', '/servers'), { timeout: patienceMs, interval: 500 })
    .toMatchObject({
      faults: [],
      servers: expect.arrayContaining([expect.objectContaining({ lastProven: expect.anything() })]),
    });
  for (const path of ['/notices', '/openapi.json']) await call('GET', path);
  const nobodys = '/tasks/00000000-0000-5000-8000-000000000000/reports';
  await call('POST', nobodys, { token: 'x'.repeat(43), outcome: 'heartbeat' });
};

const prove = async (operated: OperatedRuntime): Promise<void> => {
  const id = await operated.drill(samplePlan('diamond'));
  await operated.said(id, 'ExecutionCompleted');
  await expect
    .poll(() => operated.groundswell('audit', 'replay', id).catch(String), { timeout: patienceMs })
    .toContain('audit-');
};

/** What nobody can read is parked, wherever it comes in; dead letters are taken up. */
const park = async (operated: OperatedRuntime): Promise<void> => {
  const { runtime } = operated;
  const sqs = new SQSClient(clientIn(operated, hub));
  const send = (queue: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: `${runtime.endpoint}/${runtime.account}/${queue}`,
        MessageBody: 'x',
      }),
    );
  const queues = functions.flatMap(({ service, hasTimers }) => [
    ...(hasTimers ? [timerQueueName(service)] : []),
    deadLetterQueueName(service),
  ]);
  for (const queue of queues) await send(queue);
  const lengthOf = async (queue: string): Promise<number> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${runtime.endpoint}/${runtime.account}/${queue}`,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
  const left = async () => (await Promise.all(queues.map(lengthOf))).reduce((sum, length) => sum + length, 0);
  await expect.poll(left, { timeout: patienceMs, interval: 200 }).toBe(0);
};

const openCalendar = [
  ...['BEGIN:VCALENDAR', 'PRODID:-//AWS//Change Calendar 1.0//EN', 'VERSION:2.0'],
  ...['X-CALENDAR-TYPE:DEFAULT_OPEN', 'X-WR-CALDESC:', 'BEGIN:VTODO', 'UID:holder', 'END:VTODO'],
  'END:VCALENDAR',
].join('\r\n');

/** A drill starts by its schedule, whose calendar and alarm are asked; a time that the schedule does not have is parked. */
const schedule = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, runtime, store } = operated;
  await new SSMClient(clientIn(operated, hub)).send(
    new CreateDocumentCommand({
      ...{ Name: 'freeze', Content: openCalendar, DocumentType: 'ChangeCalendar', DocumentFormat: 'TEXT' },
    }),
  );
  await store(samplePlan('three-tier'));
  const written = mkdtempSync(join(tmpdir(), 'schedule-'));
  const file = join(written, 'often.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...{ scheduleId: 'often', planId: 'three-tier', cron: '0/30 * * * ? *' },
      ...{ calendars: ['freeze'], blockingAlarms: ['web-errors'] },
    }),
  );
  await groundswell('schedule', 'put', file);
  rmSync(written, { recursive: true });
  const { say } = awsOperatorPorts({
    ...{ busName: 'groundswell', tableName: 'groundswell-state' },
    ...{ endpoint: runtime.endpoint, region: runtime.region },
  });
  await say('DrillDue', { scheduleId: 'often', scheduledAt: '2020-01-01T00:00:01Z' });
  const decided = new Set<string>();
  const look = async (): Promise<number> => {
    const [, at] = /"scheduledAt":"([^"]+)"/.exec(await groundswell('schedule', 'list', '--json')) ?? [];
    return at === undefined ? 0 : decided.add(at).size;
  };
  // A sweep may decide on the first time before Scheduler has put it on the bus; not on the third.
  await expect.poll(look, { timeout: patienceMs }).toBe(3);
  await groundswell('schedule', 'delete', 'often');
  const scheduler = new SchedulerClient(clientIn(operated, hub));
  const kept = () => scheduler.send(new ListSchedulesCommand({})).then(({ Schedules = [] }) => Schedules);
  await expect.poll(kept, { timeout: patienceMs }).toEqual([]);
};

const runbookText = (steps: string): string => `schemaVersion: '0.3'
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AutomationAssumeRole: { type: String, default: '' }
  InstanceIds: { type: StringList, default: [] }
mainSteps:
${steps}`;

/** Makes the runbooks that call AWS, one of which starts the other. */
const createRunbooks = async (operated: OperatedRuntime, place: typeof hub): Promise<void> => {
  const ssm = new SSMClient(clientIn(operated, place));
  const create = (Name: string, steps: string) =>
    ssm.send(
      new CreateDocumentCommand({
        ...{ Name, Content: runbookText(steps), DocumentType: 'Automation', DocumentFormat: 'YAML' },
      }),
    );
  await create(
    'Groundswell-Tag',
    `  - name: tag
    action: aws:createTags
    inputs: { ResourceType: EC2, ResourceIds: '{{ InstanceIds }}', Tags: [{ Key: Recovered, Value: 'yes' }] }`,
  );
  await create(
    'Groundswell-Look',
    `  - name: look
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: '{{ InstanceIds }}' }
  - name: tag
    action: aws:executeAutomation
    inputs:
      DocumentName: Groundswell-Tag
      RuntimeParameters: { InstanceIds: '{{ InstanceIds }}', AutomationAssumeRole: '{{ AutomationAssumeRole }}' }`,
  );
};

const looking = (assumeRole: string | undefined) =>
  ({
    kind: 'automation',
    actionId: 'look',
    document: 'Groundswell-Look',
    ...(assumeRole !== undefined && { assumeRole }),
    parameters: { InstanceIds: ['${servers.instanceIds}'] },
  }) satisfies NonNullable<WrittenPlan['waves'][number]['after']>[number];

/** Recovers a server at home, with a runbook after it that calls AWS. Gives the execution's id. */
export const drillWithRunbook = async (
  operated: OperatedRuntime,
  assumeRole: string | undefined,
): Promise<string> => {
  await createRunbooks(operated, hub);
  const servers = { tags: { Tier: 'web' }, minimum: 1 };
  return operated.drill({
    planId: 'runbook',
    waves: [{ waveId: 'web', servers, after: [looking(assumeRole)] }],
  });
};

/** In their roles, at home and in the target. */
const runRunbooks = async (operated: OperatedRuntime): Promise<void> => {
  const here = await drillWithRunbook(operated, runbookRole(hub.account));
  await createRunbooks(operated, target);
  const { targets = {} } = samplePlan('everything');
  const there = await operated.drill({
    planId: 'runbook-there',
    targets,
    waves: [
      {
        ...{ waveId: 'reporting', target: 'frankfurt', drillsInto: ['i-00000000000000a11'] },
        servers: { tags: { Tier: 'reporting' }, minimum: 1 },
        after: [looking(runbookRole(target.account))],
      },
    ],
  });
  await expectEnd(operated, here, completed('COMPLETED'));
  await expectEnd(operated, there, completed('COMPLETED'));
};

/** Region switch calls until the step is done; a call that comes twice at once starts nothing more. */
const followSteps = async (operated: OperatedRuntime): Promise<void> => {
  const [web, cache] = ['web', 'cache'].map((id) =>
    samplePlan('decisions').waves.find(({ waveId }) => waveId === id),
  );
  if (web === undefined || cache === undefined) return expect.fail('the sample has other waves');
  await operated.store({ planId: 'whole', waves: [{ ...web, dependsOn: [], before: [] }] });
  await operated.store({ planId: 'lost', waves: [{ ...cache, dependsOn: [], onFailure: 'stop' }] });
  const step = (planId: string) =>
    enforcedFunction(stepFunctionName(planId), 'services/faces/region-switch/handler.ts', {
      PLAN_ID: planId,
      MODE: 'DRILL',
    });
  const event = (ExecutionId: string) => ({
    ...{ ExecutionId, StepName: 'recover', PlanArn: `arn:aws:arc-region-switch::${hub.account}:plan/shop:a` },
  });
  const [whole, lost] = [await step('whole'), await step('lost')];
  const twice = await Promise.allSettled([whole(event('1')), whole(event('1'))]);
  expect(twice.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const done = await vi.waitFor(() => whole(event('1')), { timeout: patienceMs - 10_000, interval: 100 });
  expect(done).toMatchObject({ status: 'COMPLETED' });
  expect(await whole(event('1'))).toEqual(done);
  expect(operated.runtime.drsCalls()['StartRecovery']).toBe(1);
  await vi.waitFor(
    () =>
      expect(lost(event('2'))).rejects.toThrow(/ has ended: FAILED\. Nothing further will happen to it\./),
    { timeout: patienceMs - 10_000, interval: 100 },
  );
};

/** What CloudFormation asks of a plan's function; its answers come to an address of its own. */
const deployPlans = async (operated: OperatedRuntime): Promise<void> => {
  const answers: { readonly Status: string; readonly Data?: { readonly Version: string } }[] = [];
  const address = 'https://cloudformation.example.com/answer';
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string | URL | Request, init?: RequestInit) => {
    if (url !== address) return real(url, init);
    answers.push(JSON.parse(Buffer.from(init?.body as Uint8Array).toString()) as (typeof answers)[number]);
    return new Response(null, { status: 200 });
  });
  try {
    const planId = 'team-shop';
    const handle = await enforcedFunction(
      `groundswell-store-plan-${planId}`,
      'services/faces/plan-resource/handler.ts',
      { PLAN_ID: planId },
    );
    const ask = (RequestType: string, RequestId: string, plan: ReturnType<typeof teamPlan>) =>
      handle({
        ...{ RequestType, RequestId, ResponseURL: address, StackId: 'stack', LogicalResourceId: 'Plan' },
        ResourceProperties: planProperties(plan),
      });
    await ask('Create', 'a', teamPlan(1));
    await ask('Create', 'a', teamPlan(1));
    await ask('Update', 'b', largeTeamPlan());
    await ask('Update', 'c', teamPlan(1));
    await ask('Delete', 'd', teamPlan(1));
    expect(answers.map(({ Status, Data }) => [Status, Data?.Version])).toEqual([
      ...['1', '1', '2', '3'].map((version) => ['SUCCESS', version]),
      ['SUCCESS', undefined],
    ]);
    expect(await operated.groundswell('plan', 'list')).toMatch(/team-shop +v3/);
    expect(operated.runtime.drsCalls()['StartRecovery']).toBeUndefined();
  } finally {
    vi.unstubAllGlobals();
  }
};

/** In the order in which a permission that several need is put down to the first. */
export const enforcedScenarios: readonly EnforcedScenario[] = [
  { name: 'the three tiers', run: toItsEnd('three-tier', 'COMPLETED') },
  { name: 'a drill that is proven by a replay', run: prove },
  { name: 'waves that fail', options: scenarioOf('failures'), run: toItsEnd('failures', 'PARTIAL') },
  { name: 'a wave of two jobs', options: scenarioOf('large-wave'), run: toItsEnd('large-wave', 'COMPLETED') },
  {
    name: 'every kind of action and a wave in another account',
    options: scenarioOf('everything'),
    run: toItsEnd('everything', 'COMPLETED', 'its worker has not reported its end in time'),
  },
  {
    name: 'the clean-up of drills, in another account too',
    options: { scenario: withLedger() },
    run: cleanUp,
  },
  { name: 'decisions of people', options: scenarioOf('decisions'), run: decide },
  { name: 'a recovery and its end', options: scenarioOf('decisions'), run: recoverAndCancel },
  {
    name: 'a whole recovery, whose users follow it and come back',
    options: scenarioOf('whole-recovery'),
    run: wholeRecovery,
  },
  {
    name: 'alarms, functions and traffic in another account',
    options: { scenario: actionsInTargetScenario },
    run: actInTarget,
  },
  {
    name: 'a failback in both directions between accounts, and its drill',
    options: { scenario: failbackScenario() },
    run: failBack,
  },
  { name: 'runbooks that call AWS', options: scenarioOf('everything'), run: runRunbooks },
  { name: 'the HTTP API', run: callApi },
  { name: 'notifications', options: scenarioOf('decisions'), run: tell },
  { name: 'deliveries that nobody can read', run: park },
  { name: 'a schedule of drills', options: scenarioOf('everything'), run: schedule },
  { name: 'steps of ARC Region switch', options: scenarioOf('decisions'), run: followSteps },
  { name: 'plans of a CDK app', run: deployPlans },
];

import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient, UpdateDocumentCommand } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeployedRule, Deployment } from '../../infra/simulated-aws/iam/deployment.ts';
import type { Policy } from '../../infra/simulated-aws/iam/policy.ts';
import type { Judged } from '../../infra/simulated-aws/iam/authority.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { changeCalendar } from '../support/change-calendar.ts';
import { deployment, externalId, target, targetRole } from '../support/enforced-deployment.ts';
import {
  type OperatedRuntime,
  operateRuntime,
  patienceMs,
  type WrittenPlan,
} from '../support/operated-runtime.ts';

/** What fails without the permission that a rule needs, and the fact that then does not follow from the event. */
interface Loss {
  readonly scenario: string;
  readonly missing?: DomainEvent['type'];
}

/** By the rule's name. A rule of the deployment that does not stand here has no test. */
const losses: Readonly<Record<string, Loss>> = {
  'groundswell-accept-execution': { scenario: 'a request is not taken up', missing: 'ExecutionAccepted' },
  'groundswell-advance-execution': { scenario: 'waves begin by timers alone', missing: 'WaveStarted' },
  'groundswell-launch-wave': { scenario: 'servers are launched by timers alone', missing: 'DRSJobStarted' },
  'groundswell-run-actions-reports': {
    scenario: 'what workers report is lost, and their tasks run into their time-outs',
  },
  'groundswell-clean-up-drill': { scenario: 'clean-ups begin by the reconciler alone' },
  'groundswell-reverse-replication': { scenario: 'a failback is begun by the reconciler alone' },
  'groundswell-retire-servers': { scenario: 'what was recovered is retired by the reconciler alone' },
  'groundswell-advance-execution-hints': {
    scenario: 'that calendars are open again is told by the reconciler alone',
  },
  'groundswell-clean-up-drill-hints': {
    scenario: 'the end of an instance in the hub is seen by timers alone',
  },
  'groundswell-clean-up-drill-forwarded-hints': { scenario: 'that in a target is seen by timers alone' },
  'groundswell-run-actions': { scenario: 'runbooks are started by timers alone', missing: 'ActionStarted' },
  'groundswell-watch-jobs': { scenario: 'jobs are watched by hints and timers alone' },
  'groundswell-watch-jobs-hints': { scenario: 'launches in the hub are seen by timers alone' },
  'groundswell-watch-jobs-forwarded-hints': { scenario: 'launches in a target are seen by timers alone' },
  'groundswell-run-actions-hints': {
    scenario: 'the end of a runbook, and an alarm, are seen by timers alone',
  },
  'groundswell-run-actions-forwarded-hints': { scenario: 'those in a target are seen by timers alone' },
  'groundswell-reconcile-schedule': { scenario: 'nobody looks for what is stuck' },
  'groundswell-redrive-dead-letters-schedule': { scenario: 'dead letters stay where they are' },
  'groundswell-schedule-drills': { scenario: 'drills that are due are not held' },
  'groundswell-schedule-drills-schedule': { scenario: 'what schedules could not say is not said again' },
  'groundswell-notify': { scenario: 'nobody is told' },
  'groundswell-notify-schedule': { scenario: 'what a receiver did not take is not tried again' },
  'groundswell-record-audit': { scenario: 'no replay is recorded' },
};

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
const whole = deployment();
const isInRole = ({ targets }: DeployedRule): boolean => targets.some(({ roleArn }) => roleArn !== undefined);
/** Those to a function, or to a queue from which a function takes: the target's own policy lets them in. */
const rulesOfFunctions = whole.rules.filter((rule) => !isInRole(rule));
/** Those that hand over to another bus, in a role. */
const forwardingRules = whole.rules.filter(isInRole);

/** What a rule does with a target. */
const actionOn = (targetArn: string): string =>
  targetArn.startsWith('arn:aws:sqs:') ? 'sqs:SendMessage' : 'lambda:InvokeFunction';

/** Rules that may not reach their targets just now. */
const withheld = new Set<string>();
const isWithheld = ({ conditions }: Policy['statements'][number]): boolean =>
  conditions.some(
    ({ key, values }) => /^aws:SourceArn$/i.test(key) && values.some((arn) => withheld.has(arn)),
  );

/** The deployment, in which what is withheld changes while it is enforced. */
const changing = (): Deployment => {
  const targetArns = new Set(rulesOfFunctions.flatMap(({ targets }) => targets.map(({ arn }) => arn)));
  const policies = new Map<string, Policy>(
    [...whole.resourcePolicies].map(([arn, policy]) => [
      arn,
      targetArns.has(arn)
        ? {
            ...policy,
            get statements() {
              return policy.statements.filter((statement) => !isWithheld(statement));
            },
          }
        : policy,
    ]),
  );
  const forwarders = new Map(
    forwardingRules.flatMap(({ arn, targets }) => targets.map(({ roleArn }) => [roleArn, arn] as const)),
  );
  const roles = whole.roles.map((role) => ({
    ...role,
    get policies() {
      return withheld.has(forwarders.get(role.arn) ?? '') ? [] : role.policies;
    },
  }));
  return { ...whole, roles, resourcePolicies: policies };
};

const tiersOf = (index: number) => ({ home: `home-${index}`, there: `there-${index}` });
/** The servers of as many drills, one at home and one in the target each. */
const serversOf = (place: 'home' | 'there', count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: tiersOf(index)[place],
    tags: { Tier: tiersOf(index)[place] },
  }));
const timings = { snapshotWaitSeconds: 5, conversionSeconds: 20, launchSeconds: 30 };
const drillsMax = whole.rules.length + 1;
const scenario = scenarioSchema.parse({
  ssm: { calendars: { freeze: changeCalendar('DEFAULT_OPEN') } },
  drs: { servers: serversOf('home', drillsMax), timings },
  targets: {
    [`${target.account}/${target.region}`]: { drs: { servers: serversOf('there', drillsMax), timings } },
  },
});

const runbook = (actionId: string) =>
  ({ kind: 'automation', actionId, document: 'Groundswell-HealthCheck' }) as const;

/** Two waves side by side, at home and in the target, each with a runbook before. */
const planOf = (index: number): WrittenPlan => ({
  planId: `drill-${index}`,
  cleanUp: { policy: 'auto', afterMinutes: 0 },
  targets: { there: { ...target, role: targetRole, externalId } },
  waves: [
    {
      waveId: 'home',
      servers: { tags: { Tier: tiersOf(index).home }, minimum: 1 },
      before: [runbook('check-home')],
    },
    {
      waveId: 'there',
      target: 'there',
      servers: { tags: { Tier: tiersOf(index).there }, minimum: 1 },
      before: [runbook('check-there')],
    },
  ],
});

/** Withheld all along: one would take up the letters that are looked for, the other find what is stuck. */
const menders = rulesOfFunctions.flatMap(({ arn }) =>
  /-(redrive-dead-letters|reconcile)-schedule$/.test(arn) ? [arn] : [],
);
const ssmOf = ({ endpoint, region }: OperatedRuntime['runtime']): SSMClient =>
  new SSMClient({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'x' } });
let operated: OperatedRuntime;
let drills = 0;
const judged: Judged[] = [];

/** Asks for a drill, and waits for no answer: there may be nobody to give one. */
const startDrill = async (): Promise<string> => {
  const plan = planOf(drills++);
  await operated.store(plan);
  const { endpoint, region } = operated.runtime;
  const ports = { busName: 'groundswell', tableName: 'groundswell-state' };
  const requestId = `of-${plan.planId}`;
  const { say } = awsOperatorPorts({ ...ports, endpoint, region });
  // Nobody asked for it: it is parked where it arrives.
  await say('TaskReported', {
    ...{ taskId: '00000000-0000-5000-8000-000000000000', token: 'x'.repeat(43), outcome: 'heartbeat' },
  });
  // Whoever waits for it hears of it.
  for (const type of ['DEFAULT_CLOSED', 'DEFAULT_OPEN'] as const)
    await ssmOf(operated.runtime).send(
      new UpdateDocumentCommand({
        Name: 'freeze',
        Content: changeCalendar(type),
        DocumentVersion: '$LATEST',
      }),
    );
  // It has no such schedule, and leaves EventBridge Scheduler as it is.
  await say('ScheduleChanged', { scheduleId: 'none', by: 'ops' });
  await say('ExecutionRequested', {
    ...{ requestId, planId: plan.planId, mode: 'DRILL', requestedBy: 'ops' },
  });
  return executionIdOf(requestId);
};

/** What the rule was refused, and on what. */
const refusedTo = (ruleArn: string): readonly string[] =>
  judged
    .filter(({ decision, context }) => !decision.allowed && context['aws:SourceArn'] === ruleArn)
    .map(({ access }) => `${access.action} ${access.resource}`);

/** What the facts of a type followed from. */
const causesOf = (id: string, type: DomainEvent['type']): readonly string[] =>
  operated.all(id, type).map(({ metadata }) => metadata.causationId);
const isTimer = (cause: string): boolean => cause.startsWith('timer:');

const letters: Message[] = [];
/** Reads the dead-letter queue until the rule has left a letter there. */
const letterOf = async (ruleArn: string, queueArn: string): Promise<Message> => {
  const { endpoint, region, account } = operated.runtime;
  const sqs = new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'x' },
  });
  const QueueUrl = `${endpoint}/${account}/${queueArn.split(':').at(-1)}`;
  const found = () =>
    letters.find(({ MessageAttributes = {} }) => MessageAttributes['RULE_ARN']?.StringValue === ruleArn);
  const receive = async (): Promise<Message | undefined> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    letters.push(...Messages);
    return found();
  };
  await expect.poll(receive, { timeout: patienceMs, interval: 50 }).toBeDefined();
  return found() ?? expect.fail('it was there');
};

const pass = (simulatedMs: number): Promise<void> =>
  new Promise((resolve) => void operated.runtime.after(simulatedMs, resolve));

beforeAll(async () => {
  for (const ruleArn of menders) withheld.add(ruleArn);
  operated = await operateRuntime({
    ...{ speed: 300, scenario },
    iam: { deployment: changing(), onJudged: (each) => void judged.push(each) },
  });
}, patienceMs);
afterAll(() => operated.close());
afterEach(() => {
  for (const ruleArn of withheld) if (!menders.includes(ruleArn)) withheld.delete(ruleArn);
});

describe('a rule without its permission', { timeout: 3 * patienceMs }, () => {
  it('is told from one with it: then nothing is missing, and only what is withheld is refused', async () => {
    expect(Object.keys(losses).toSorted()).toEqual(rulesOfFunctions.map(({ arn }) => nameOf(arn)).toSorted());
    const id = await startDrill();
    await operated.said(id, 'ExecutionCompleted');
    for (const { missing } of Object.values(losses))
      if (missing !== undefined) {
        expect(causesOf(id, missing), missing).not.toEqual([]);
        expect(causesOf(id, missing).filter(isTimer), missing).toEqual([]);
      }
    const refused = judged.filter(
      ({ decision, context }) => !decision.allowed && !menders.includes(String(context['aws:SourceArn'])),
    );
    expect(refused.map(({ access }) => access)).toEqual([]);
  });

  it.each(
    rulesOfFunctions.flatMap(({ arn: ruleArn, targets }) =>
      targets.map((to) => ({ ruleArn, to, name: nameOf(ruleArn), ...losses[nameOf(ruleArn)] })),
    ),
  )('$name: $scenario', async ({ ruleArn, to, missing }) => {
    withheld.add(ruleArn);
    const from = operated.runtime.now();
    const id = await startDrill();
    const letter = await letterOf(ruleArn, to.deadLetterArn ?? '');
    expect(letter.MessageAttributes).toMatchObject({
      TARGET_ARN: { StringValue: to.arn },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
    expect(refusedTo(ruleArn)).toContain(`${actionOn(to.arn)} ${to.arn}`);
    expect(refusedTo(ruleArn)).not.toContain(`sqs:SendMessage ${to.deadLetterArn}`);
    await pass(Math.max(0, 60_000 - (operated.runtime.now() - from)));
    if (missing !== undefined) expect(causesOf(id, missing).filter((cause) => !isTimer(cause))).toEqual([]);
  });

  it.each(forwardingRules.flatMap(({ arn, targets }) => targets.map((to) => ({ ruleArn: arn, to }))))(
    '$ruleArn: no news of a target reach the hub',
    async ({ ruleArn, to }) => {
      withheld.add(ruleArn);
      const from = judged.length;
      await operated.said(await startDrill(), 'ExecutionCompleted');
      const forwarding = judged
        .slice(from)
        .filter(({ access }) => access.resource === to.arn)
        .filter(({ principal }) => principal.kind === 'session' && principal.roleArn === to.roleArn);
      expect(forwarding.map(({ decision }) => decision.allowed)).toContain(false);
      expect(forwarding.map(({ decision }) => decision.allowed)).not.toContain(true);
    },
  );
});

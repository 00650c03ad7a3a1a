import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { isAbout, type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const tiers = ['hanging', 'endless', 'declined', 'approved', 'late', 'open'];
const scenario = scenarioSchema.parse({
  drs: { servers: tiers.map((name) => ({ name: `${name}-1`, windowSeconds: 60, tags: { Tier: name } })) },
  ssm: {
    documents: {
      'Groundswell-HealthCheck': {
        cancelSeconds: 45,
        outcomes: [{ result: 'NeverEnds' }, { result: 'Success' }],
      },
      'Groundswell-WarmCache': { outcomes: [{ result: 'NeverEnds' }] },
    },
  },
});

/** A wave of the one server of its tier. */
const wave = (waveId: string, more: object) => ({
  ...{ waveId, servers: { tags: { Tier: waveId }, minimum: 1 }, ...more },
});
const approval = (actionId: string, more: object = {}) => ({ kind: 'approval' as const, actionId, ...more });

const runbook = { kind: 'automation' as const, timeoutMinutes: 2, triesMax: 2 };
const slowActions = {
  planId: 'slow-actions',
  waves: [
    wave('hanging', {
      before: [{ ...runbook, actionId: 'check', document: 'Groundswell-HealthCheck' }],
    }),
    wave('endless', {
      onFailure: 'continue',
      before: [{ ...runbook, actionId: 'warm', document: 'Groundswell-WarmCache' }],
    }),
    wave('declined', {
      onFailure: 'continue',
      before: [approval('go-ahead', { timeoutMinutes: 2, onTimeout: 'decline' })],
    }),
    wave('approved', {
      before: [approval('go-ahead', { timeoutMinutes: 2, onTimeout: 'approve' })],
    }),
  ],
};
const lateWave = {
  planId: 'late-wave',
  waves: [wave('late', { timeoutMinutes: 30, before: [{ kind: 'wait', actionId: 'rest', minutes: 40 }] })],
};
const lateExecution = {
  planId: 'late-execution',
  timeoutMinutes: 30,
  // Its own time-out is far, however long the others take.
  waves: [
    wave('open', { timeoutMinutes: 10_080, before: [approval('go-live', { timeoutMinutes: 10_080 })] }),
  ],
};

let operated: OperatedRuntime;
/** The executions run side by side: most of each is waiting. */
const asked = {} as { slowActions: string; lateWave: string; lateExecution: string };

beforeAll(async () => {
  operated = await operateRuntime({ speed: 300, scenario });
}, patienceMs);
beforeAll(async () => {
  asked.lateWave = await operated.drill(lateWave);
  asked.lateExecution = await operated.drill(lateExecution);
  asked.slowActions = await operated.drill(slowActions);
}, patienceMs);
afterAll(() => operated.close());

const patience = { timeout: patienceMs / 2 };

/** What the stream of an execution or wave says of its actions and time-outs. */
const told = (executionId: string, waveId?: string) =>
  operated.stream(executionId, waveId).flatMap(({ type, data }) => {
    if (type === 'TimeoutNear') return [`TimeoutNear ${data.about}`];
    if (type === 'ActionStarted' || type === 'ActionCompleted') return [`${type} ${data.tryNumber}`];
    if (type === 'ActionFailed')
      return [`ActionFailed ${data.tryNumber}: ${data.cause}${data.final ? ', final' : ''}`];
    return type === 'OperatorNeeded' ? [`OperatorNeeded ${data.about}`] : [];
  });

/** Each automation that an action started, as SSM itself says it is. */
const automationsOf = (executionId: string, waveId: string) =>
  Promise.all(
    operated
      .all(executionId, 'ActionStarted')
      .filter(({ data }) => isAbout(waveId)(data))
      .toSorted((a, b) => a.metadata.version - b.metadata.version)
      .map(({ data }) => operated.automation(data.automationExecutionId)),
  );

describe('time-out of an action', { timeout: patienceMs }, () => {
  let executionId: string;
  beforeAll(async () => {
    executionId = asked.slowActions;
    await operated.said(executionId, 'ExecutionCompleted');
  }, patienceMs);

  it('really stops the runbook, which is started again once it has finished', async () => {
    await expect
      .poll(() => told(executionId, 'hanging').filter((text) => !text.startsWith('TimeoutNear')), patience)
      .toEqual(['ActionStarted 1', 'ActionFailed 1: timed-out', 'ActionStarted 2', 'ActionCompleted 2']);
    const automations = await automationsOf(executionId, 'hanging');
    const statuses = automations.map(({ AutomationExecutionStatus: status }) => status);
    expect(statuses).toEqual(['Cancelled', 'Success']);
    const [stopped, again] = automations;
    const ranMs = Number(stopped?.ExecutionEndTime) - Number(stopped?.ExecutionStartTime);
    expect(ranMs).toBeGreaterThanOrEqual((120 + 45) * 1_000);
    expect(Number(again?.ExecutionStartTime)).toBeGreaterThanOrEqual(Number(stopped?.ExecutionEndTime));
    const { servers } = await operated.said(executionId, 'WaveCompleted', isAbout('hanging'));
    expect(servers).toMatchObject([{ launchResult: 'LAUNCHED' }]);
  });

  it('fails the wave when no attempt is left, before anything of it is recovered', async () => {
    await expect
      .poll(() => told(executionId, 'endless').filter((text) => !text.startsWith('TimeoutNear')), patience)
      .toEqual([
        ...['ActionStarted 1', 'ActionFailed 1: timed-out'],
        ...['ActionStarted 2', 'ActionFailed 2: timed-out, final'],
      ]);
    const automations = await automationsOf(executionId, 'endless');
    const statuses = automations.map(({ AutomationExecutionStatus: status }) => status);
    expect(statuses).toEqual(['Cancelled', 'Cancelled']);
    expect(await operated.said(executionId, 'WaveFailed', isAbout('endless'))).toMatchObject({
      reasons: ['action warm: the automation took too long and was stopped'],
    });
    expect(operated.all(executionId, 'DRSJobClaimed').filter(({ data }) => isAbout('endless')(data))).toEqual(
      [],
    );
  });

  it('means no where the plan says that silence declines', async () => {
    await expect
      .poll(() => told(executionId, 'declined').filter((text) => !text.startsWith('TimeoutNear')), patience)
      .toEqual(['ActionStarted 1', 'ActionFailed 1: timed-out, final']);
    expect(await operated.said(executionId, 'WaveFailed', isAbout('declined'))).toMatchObject({
      reasons: ['action go-ahead: no approval in time'],
    });
  });

  it('means yes where the plan says that silence approves', async () => {
    await expect
      .poll(() => told(executionId, 'approved').filter((text) => !text.startsWith('TimeoutNear')), patience)
      .toEqual(['ActionStarted 1', 'ActionCompleted 1']);
    const completed = await operated.said(executionId, 'ActionCompleted', isAbout('approved'));
    expect(completed).toMatchObject({ reason: 'no answer in time; the plan says to approve' });
    expect(completed).not.toHaveProperty('by');
    expect(await operated.said(executionId, 'WaveCompleted', isAbout('approved'))).toMatchObject({
      servers: [{ launchResult: 'LAUNCHED' }],
    });
  });

  it('leaves an end that says what became of each wave', async () => {
    expect(await operated.said(executionId, 'ExecutionCompleted')).toMatchObject({
      outcome: 'PARTIAL',
      waves: { completed: 2, partial: 0, failed: 2, skipped: 0 },
    });
  });
});

/** In the last fifth of half an hour, before the time-out strikes. */
const expectWarning = async (executionId: string, about: 'wave' | 'execution'): Promise<void> => {
  const { endsBy } = await operated.said(executionId, 'TimeoutNear', (data) => data.about === about);
  const near = operated.all(executionId, 'TimeoutNear').find(({ data }) => data.about === about);
  const at = Date.parse(near?.metadata.emittedAt ?? '');
  expect(at).toBeLessThan(Date.parse(endsBy));
  expect(at).toBeGreaterThanOrEqual(Date.parse(endsBy) - 6 * 60_000);
};

describe('time-out of a wave', { timeout: patienceMs }, () => {
  it('is warned of before it strikes, and then aborts nothing: an operator is asked', async () => {
    const executionId = asked.lateWave;
    await expectWarning(executionId, 'wave');
    expect(await operated.said(executionId, 'OperatorNeeded')).toEqual({
      ...{ waveId: 'late', about: 'wave-timed-out', choices: ['wait', 'cancel'] },
      why: 'wave late runs for more than 30 minutes',
    });
    expect(await operated.said(executionId, 'ExecutionCompleted')).toMatchObject({ outcome: 'COMPLETED' });
    await expect
      .poll(() => told(executionId), patience)
      .toEqual(['TimeoutNear wave', 'OperatorNeeded wave-timed-out']);
  });
});

describe('time-out of an execution', { timeout: patienceMs }, () => {
  it('is warned of before it strikes, and leaves it to an operator to wait or to cancel', async () => {
    const executionId = asked.lateExecution;
    await expectWarning(executionId, 'execution');
    expect(await operated.said(executionId, 'OperatorNeeded')).toEqual({
      ...{ about: 'execution-timed-out', choices: ['wait', 'cancel'] },
      why: 'the execution runs for more than 30 minutes',
    });
    await operated.groundswell(
      'cancel',
      executionId,
      '--by',
      'ops',
      '--reason',
      'nobody comes',
      ...['--confirm', 'late-execution'],
    );
    await operated.said(executionId, 'ExecutionCancelled');
    await expect
      .poll(() => told(executionId), patience)
      .toEqual(['TimeoutNear execution', 'OperatorNeeded execution-timed-out']);
  });
});

import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { deployment, externalId, hub, target, targetRole } from '../support/enforced-deployment.ts';
import {
  type OperatedRuntime,
  operateRuntime,
  patienceMs,
  type WrittenPlan,
} from '../support/operated-runtime.ts';

const servers = (...names: string[]) => names.map((name) => ({ name, tags: { Tier: name } }));
const alarms = (...names: string[]) => names.map((name) => ({ name }));
const timings = { snapshotWaitSeconds: 5, conversionSeconds: 20, launchSeconds: 30 };
const scenario = scenarioSchema.parse({
  drs: { servers: servers('home', 'stopped', 'cancelled', 'real'), timings },
  cloudwatch: { alarms: alarms('gate', 'smoke', 'heat') },
  targets: {
    [`${target.account}/${target.region}`]: {
      drs: { servers: servers('there') },
      cloudwatch: { alarms: alarms('gate', 'fire') },
    },
  },
});

let operated: OperatedRuntime;
beforeAll(async () => {
  // So slow that the timer behind a hint takes seconds.
  operated = await operateRuntime({ speed: 10, scenario, iam: { deployment: deployment() } });
}, patienceMs);
afterAll(() => operated.close());

/** CloudWatch is told by hand how an alarm is. */
const setAlarm = async (
  { account, region }: typeof hub,
  AlarmName: string,
  StateValue: 'OK' | 'ALARM',
): Promise<void> => {
  const cloudwatch = new CloudWatchClient({
    ...{ endpoint: operated.runtime.endpoint, region },
    credentials: { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' },
  });
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'as the test says' }));
};

const gated = (tier: 'home' | 'there'): WrittenPlan => ({
  planId: `gated-${tier}`,
  targets: { there: { ...target, role: targetRole, externalId } },
  waves: [
    {
      waveId: 'tier',
      ...(tier === 'there' && { target: 'there' }),
      servers: { tags: { Tier: tier }, minimum: 1 },
      before: [{ kind: 'alarm', actionId: 'green', alarms: ['gate'], okMinutes: 0 }],
    },
  ],
});

describe('an alarm that changes its state', { timeout: patienceMs }, () => {
  it.each([
    ['in the hub', 'home', hub],
    ['in a target, which forwards it,', 'there', target],
  ] as const)('%s wakes the gate that waits for it at once', async (_, tier, place) => {
    await setAlarm(place, 'gate', 'ALARM');
    const id = await operated.drill(gated(tier));
    await operated.said(id, 'ActionProgressed', ({ message }) => message === 'gate is ALARM');
    await setAlarm(place, 'gate', 'OK');
    await operated.said(id, 'ActionCompleted');
    const [completed] = operated.all(id, 'ActionCompleted');
    expect(completed?.metadata.causationId).not.toMatch(/^timer:/);
  });
});

/** A wave that waits for an approval, so that its execution runs for as long as a test wants. */
const stopping = (tier: string, stopWhen: NonNullable<WrittenPlan['stopWhen']>): WrittenPlan => ({
  planId: `stopping-${tier}`,
  targets: { there: { ...target, role: targetRole, externalId } },
  stopWhen,
  waves: [
    {
      waveId: 'tier',
      servers: { tags: { Tier: tier }, minimum: 1 },
      before: [{ kind: 'approval', actionId: 'go', prompt: 'Go?' }],
    },
  ],
});

describe('an alarm that stands for a whole execution', { timeout: patienceMs }, () => {
  it('pauses a drill, refuses the next, and does not stop who resumes', async () => {
    const { said, all, groundswell, drill } = operated;
    const id = await drill(stopping('stopped', [{ alarms: ['smoke'] }]));
    await said(id, 'ActionStarted');
    await setAlarm(hub, 'smoke', 'ALARM');
    const { by, reason } = await said(id, 'ExecutionPaused');
    expect(by).toBe('groundswell');
    expect(reason).toMatch(
      new RegExp(`^alarm smoke in ${hub.account}/${hub.region} went to ALARM at \\d{4}-.*Z$`),
    );
    expect(await said(id, 'AlarmRaised')).toMatchObject({
      alarms: [{ name: 'smoke', account: hub.account, region: hub.region }],
      consequence: 'pause',
    });
    expect(await groundswell('status', id)).toContain('alarm smoke');
    const next = await drill(stopping('cancelled', [{ alarms: ['smoke'] }]));
    const { faults } = await said(next, 'ExecutionRejected');
    expect(faults).toMatchObject([
      { path: 'stopWhen[0].alarms', message: expect.stringContaining('smoke in') },
    ]);
    await groundswell('resume', id, '--reason', 'it is a known alarm');
    await groundswell('approve', id, 'tier', 'go');
    await said(id, 'ExecutionCompleted');
    expect(all(id, 'ExecutionPaused')).toHaveLength(1);
    // The audit hears of it a moment later.
    await expect.poll(() => groundswell('report', id), { timeout: patienceMs / 2 }).toContain('smoke');
  });

  it('cancels a drill where the plan says so, also from a target', async () => {
    const id = await operated.drill({
      ...stopping('cancelled', [{ alarms: ['fire'], target: 'there', do: 'cancel' }]),
      planId: 'cancelling',
    });
    await operated.said(id, 'ActionStarted');
    await setAlarm(target, 'fire', 'ALARM');
    expect(await operated.said(id, 'ExecutionCancelling')).toMatchObject({ by: 'groundswell' });
    await operated.said(id, 'ExecutionCancelled');
  });

  it('is only said of a real recovery, which goes on', async () => {
    const { said, all, groundswell, store } = operated;
    const plan = stopping('real', [{ alarms: ['heat'], do: 'cancel' }]);
    await store(plan);
    const sure = ['--confirm', plan.planId, '--reason', 'the Region is down'];
    const id = await groundswell(
      'request',
      plan.planId,
      '--mode',
      'recovery',
      ...sure,
      '--request-id',
      'real',
    );
    await said(id, 'ActionStarted');
    await setAlarm(hub, 'heat', 'ALARM');
    expect(await said(id, 'AlarmRaised')).toMatchObject({ consequence: 'none' });
    await groundswell('approve', id, 'tier', 'go');
    await said(id, 'ExecutionCompleted');
    expect([...all(id, 'ExecutionPaused'), ...all(id, 'ExecutionCancelling')]).toEqual([]);
    expect(all(id, 'AlarmRaised')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { ActionSteps } from '../../../../contracts/action.ts';
import { closingWaveIds, planSchema, type Plan } from '../../../../contracts/plan.ts';
import { readCleanUp } from '../../../../services/core/streams/clean-up-stream.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { readStreams } from '../../../../services/core/streams/audit-trail.ts';
import { verify } from '../../../../services/core/domain/audit/verify.ts';
import type { AutomationModel } from '../../../memory/automation-service.ts';
import {
  createDeployment,
  home,
  type Cost,
  type DeploymentOptions,
} from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const minute = 60_000;
const hour = 60 * minute;
const { beforeCleanUp: waveId } = closingWaveIds;

const succeeds: AutomationModel = () => ({
  endsAfterMs: 2 * minute,
  end: { status: 'succeeded', ssmStatus: 'Success', outputs: {} },
});
const fails: AutomationModel = () => ({
  endsAfterMs: minute,
  end: { status: 'failed', ssmStatus: 'Failed', outputs: {}, failure: 'the directory is locked' },
});

const runbook = (actionId: string, more: object = {}) => ({
  ...{ kind: 'automation' as const, actionId, document: 'Leave', triesMax: 1, ...more },
});
const question = { kind: 'approval', actionId: 'sure', prompt: 'Sure?', timeoutMinutes: 600 } as const;

const plan = (beforeCleanUp: unknown): Plan =>
  planSchema.parse({
    ...widePlan(1, 3),
    cleanUp: { policy: 'auto', afterMinutes: 10 },
    beforeCleanUp: beforeCleanUp as ActionSteps,
  });

/** A drill that has ended, whose clean-up is due in ten minutes. */
const endedDrill = async (
  beforeCleanUp: unknown,
  automations: AutomationModel,
  more: Partial<DeploymentOptions> = {},
) => {
  const calls: string[] = [];
  const deployment = createDeployment({
    model: wideModel(3),
    automations,
    cleanUpSees: (recovery) => ({
      ...recovery,
      terminateRecoveryInstances: (target, ids) => {
        calls.push(...ids);
        return recovery.terminateRecoveryInstances(target, ids);
      },
    }),
    ...more,
  });
  const executionId = await deployment.request(plan(beforeCleanUp));
  while ((await readExecution(deployment.store, executionId)).endedAt === 0) await deployment.pass(1_000);
  const said = (type: string) => deployment.events.filter((event) => event.type === type);
  const saidAt = (type: string): number => Date.parse(said(type)[0]?.metadata.emittedAt ?? '');
  const decide = (
    type: 'CleanUpRequested' | 'KeepDrillRequested' | 'ApproveRequested' | 'DeclineRequested',
    data: object = {},
  ) =>
    deployment.decide(type, {
      ...{ executionId, decisionId: `${type}-${deployment.now()}`, by: 'ada', reason: 'because' },
      ...data,
    });
  const ids = [1, 2, 3].map(serverId);
  return {
    ...{ deployment, executionId, calls, said, saidAt, decide },
    alive: async () => (await deployment.recovery.describeRecoveryInstances(home, ids)).length,
    started: () => deployment.automation.startedAutomations().length,
    cleanUp: () => readCleanUp(deployment.store, executionId),
    audit: async () =>
      verify({
        events: deployment.events.map(({ type, ...detail }) => ({ type, detail })),
        stored: await readStreams(deployment.store, executionId),
      }),
  };
};

describe('actions before a clean-up', () => {
  it('run first, and no instance is ended before the last of them has succeeded', async () => {
    const drill = await endedDrill([runbook('leave'), question], succeeds);
    await drill.deployment.pass(hour);
    expect(drill.calls).toEqual([]);
    expect(await drill.cleanUp()).toMatchObject({ status: 'RUNNING', actions: { status: 'STARTED' } });
    drill.decide('ApproveRequested', { waveId, actionId: 'sure' });
    await drill.deployment.pass(30 * minute);
    expect(drill.calls).toHaveLength(3);
    expect(await drill.alive()).toBe(0);
    expect(drill.said('CleanUpStarted')).toMatchObject([{ data: { run: 1, actions: 'first' } }]);
    expect(drill.said('CleanUpActionsEnded')).toMatchObject([{ data: { run: 1, outcome: 'COMPLETED' } }]);
    expect(drill.saidAt('TerminationClaimed')).toBeGreaterThanOrEqual(drill.saidAt('CleanUpActionsEnded'));
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 3 } }]);
    expect(drill.deployment.failures).toEqual([]);
    expect(await drill.audit()).toMatchObject({ sound: true, unfolded: [] });
  });

  it('that fail end nothing and ask; what has succeeded is not done again when it is asked for again', async () => {
    let isLocked = true;
    const drill = await endedDrill(
      [runbook('dns', { document: 'Dns' }), runbook('leave')],
      (target, request, nth) =>
        (request.document === 'Leave' && isLocked ? fails : succeeds)(target, request, nth),
    );
    await drill.deployment.pass(hour);
    expect(drill.calls).toEqual([]);
    expect(drill.said('CleanUpFailed')).toMatchObject([
      { data: { reason: expect.stringContaining('the directory is locked') as string } },
    ]);
    expect(drill.said('OperatorNeeded')).toMatchObject([
      { data: { about: 'clean-up-failed', choices: ['clean-up', 'keep'] } },
    ]);
    isLocked = false;
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(30 * minute);
    expect(await drill.alive()).toBe(0);
    const documents = drill.deployment.automation.startedAutomations().map(({ document }) => document);
    expect(documents).toEqual(['Dns', 'Leave', 'Leave']);
    expect(await drill.audit()).toMatchObject({ sound: true });
  });

  it('that are optional may fail', async () => {
    const drill = await endedDrill([runbook('leave', { optional: true })], fails);
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toBe(0);
  });

  it('are left out where a person says so', async () => {
    const drill = await endedDrill([runbook('leave')], fails);
    await drill.deployment.pass(hour);
    drill.decide('CleanUpRequested', { skipActions: true });
    await drill.deployment.pass(30 * minute);
    expect(await drill.alive()).toBe(0);
    expect(drill.started()).toBe(1);
    expect(drill.said('CleanUpStarted')[1]).toMatchObject({ data: { run: 2, actions: 'skipped' } });
    expect(await drill.audit()).toMatchObject({ sound: true });
  });

  it('are stopped by who keeps the instances, and nothing is ended', async () => {
    const drill = await endedDrill([runbook('leave'), runbook('more')], () => ({
      ...{ endsAfterMs: Infinity, end: { status: 'failed', ssmStatus: 'Failed', outputs: {} } },
    }));
    await drill.deployment.pass(12 * minute);
    expect(drill.started()).toBe(1);
    drill.decide('KeepDrillRequested');
    await drill.deployment.pass(hour);
    expect(await drill.cleanUp()).toMatchObject({ status: 'KEPT', keptBy: 'ada' });
    expect(drill.said('CleanUpActionsEnded')).toMatchObject([{ data: { outcome: 'STOPPED' } }]);
    expect(drill.said('ActionFailed')).toMatchObject([{ data: { actionId: 'leave', cause: 'stopped' } }]);
    expect([drill.started(), drill.calls]).toEqual([1, []]);
    expect(await drill.audit()).toMatchObject({ sound: true });
  });

  it('never begin where somebody keeps the instances before', async () => {
    const drill = await endedDrill([runbook('leave')], succeeds);
    drill.decide('KeepDrillRequested');
    await drill.deployment.pass(2 * hour);
    expect([drill.started(), drill.calls]).toEqual([0, []]);
  });

  it('go on where somebody keeps one instance, which alone stays', async () => {
    const drill = await endedDrill([runbook('leave')], succeeds);
    const state = await drill.deployment.recovery.describeRecoveryInstances(home, [serverId(1)]);
    drill.decide('KeepDrillRequested', { instances: state.map(({ instanceId }) => instanceId) });
    await drill.deployment.pass(hour);
    expect([drill.started(), await drill.alive()]).toEqual([1, 1]);
  });

  it('are stopped when a real recovery takes the servers, which waits for nothing', async () => {
    const drill = await endedDrill([question, runbook('leave')], succeeds);
    await drill.deployment.pass(12 * minute);
    const recovery = await drill.deployment.request(plan([]), 'RECOVERY', 'real');
    const asked = drill.deployment.now();
    await drill.deployment.pass(minute);
    drill.decide('ApproveRequested', { waveId, actionId: 'sure' });
    const ended = await drill.deployment.run(recovery, 5 * hour);
    expect(ended.status).toBe('COMPLETED');
    expect(ended.startedAt - asked).toBeLessThan(10_000);
    await drill.deployment.pass(10 * minute);
    expect([drill.started(), drill.calls, await drill.alive()]).toEqual([0, [], 3]);
    expect(drill.said('CleanUpFailed')).toMatchObject([
      { data: { reason: expect.stringContaining('another execution has taken s-') as string } },
    ]);
    // They act on what the recovery uses by now: whoever asks again is refused with the reason.
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(10 * minute);
    expect(drill.said('CleanUpFailed')[1]).toMatchObject({
      data: { reason: expect.stringMatching(/not begun: other machines run for its servers: i-/) as string },
    });
    expect([drill.started(), await drill.alive()]).toEqual([0, 3]);
  });

  it('belong to drills alone', async () => {
    const deployment = createDeployment({ model: wideModel(3), automations: fails });
    const executionId = await deployment.request(plan([runbook('leave')]), 'RECOVERY');
    await deployment.run(executionId, hour);
    expect(await readExecution(deployment.store, executionId)).not.toHaveProperty('beforeCleanUp');
    expect(deployment.automation.startedAutomations()).toEqual([]);
  });
});

describe('a death on the line after any save', () => {
  it('starts nothing twice, ends nothing early and loses nothing', async () => {
    const counts = new Set<number>();
    for (const service of ['clean-up-drill', 'run-actions'] as const)
      for (let nth = 1; ; nth++) {
        let writes = 0;
        const death = { isOver: false };
        const dies = (cost: Cost): boolean => {
          if (cost.service !== service || death.isOver || ++writes < nth) return false;
          return (death.isOver = true);
        };
        const told = { parameters: { Ids: ['${servers.instanceIds}'] } };
        const drill = await endedDrill([runbook('leave', told)], succeeds, { dies });
        for (let sweeps = 0; sweeps < 12; sweeps++) {
          await drill.deployment.sweep();
          await drill.deployment.pass(10 * minute);
        }
        if (!death.isOver) break;
        counts.add(nth);
        const what = `${service} died after write ${nth}`;
        expect([what, await drill.alive(), drill.started()]).toEqual([what, 0, 1]);
        expect(drill.saidAt('TerminationClaimed'), what).toBeGreaterThanOrEqual(
          drill.saidAt('ActionCompleted'),
        );
        expect(await drill.audit(), what).toMatchObject({ sound: true });
      }
    expect(counts.size).toBeGreaterThan(5);
  });
});

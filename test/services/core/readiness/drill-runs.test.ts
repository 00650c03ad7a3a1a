import { describe, expect, it } from 'vitest';
import type { CleanUp, Plan } from '../../../../contracts/plan.ts';
import type { RecoveryService } from '../../../../services/core/ports/recovery-service.ts';
import { readDrillRuns } from '../../../../services/core/readiness/drill-runs.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const hour = 3_600_000;

const open = async (cleanUp?: CleanUp, mode: 'DRILL' | 'RECOVERY' = 'DRILL') => {
  const deployment = createDeployment({ model: wideModel(3) });
  const plan: Plan = { ...widePlan(1, 2), ...(cleanUp && { cleanUp }) };
  const executionId = await deployment.request(plan, mode);
  const untilEnd = async () => {
    while ((await readExecution(deployment.store, executionId)).endedAt === 0) await deployment.pass(1_000);
  };
  const look = (recovery: RecoveryService = deployment.recovery) =>
    readDrillRuns({ store: deployment.store, recovery, home, clock: { now: deployment.now } });
  return { deployment, executionId, untilEnd, look };
};

/** DRS with one more instance than the deployment knows of. */
const withForeign = (recovery: RecoveryService, isDrill: boolean): RecoveryService => ({
  ...recovery,
  describeRecoveryInstances: async (target, ids) => [
    ...(await recovery.describeRecoveryInstances(target, ids)),
    {
      ...{ sourceServerId: serverId(3), instanceId: 'i-00000000000000099', state: 'RUNNING' },
      ...{ isDrill, jobId: 'drsjob-00000000000000099' },
    },
  ],
});

describe('what runs from drills', () => {
  it('is nothing before there was one', async () => {
    const { look } = await open();
    expect(await look()).toEqual({
      ...{ drills: [], instanceHours: 0, faults: [] },
      places: [{ account: home.account, region: home.region }],
    });
  });

  it('names the drill, who asked for it, since when it runs and when it is ended', async () => {
    const { deployment, executionId, untilEnd, look } = await open({ policy: 'auto', afterMinutes: 180 });
    await untilEnd();
    await deployment.pass(2 * hour);
    const { drills, instanceHours } = await look();
    expect(drills).toHaveLength(2);
    const { endedAt } = await readExecution(deployment.store, executionId);
    for (const each of drills)
      expect(each).toMatchObject({
        ...{ state: 'RUNNING', fate: 'due', at: new Date(endedAt + 3 * hour).toISOString() },
        execution: { executionId, planId: 'wide', status: 'COMPLETED' },
      });
    const [first] = drills;
    expect(first?.instanceHours).toBeCloseTo((deployment.now() - Date.parse(first?.since ?? '')) / hour, 1);
    expect(instanceHours).toBeCloseTo(2 * (first?.instanceHours ?? 0), 1);
    await deployment.pass(2 * hour);
    expect((await look()).drills).toEqual([]);
  });

  it.each([
    ['asked', { policy: 'ask', afterMinutes: 180 } as const],
    ['runs-on', undefined],
  ])('is %s where the plan says %j', async (fate, cleanUp) => {
    const { untilEnd, look } = await open(cleanUp);
    await untilEnd();
    expect((await look()).drills).toMatchObject([{ fate }, { fate }]);
  });

  it('says who keeps it', async () => {
    const { deployment, executionId, untilEnd, look } = await open({ policy: 'auto', afterMinutes: 60 });
    await untilEnd();
    const [first] = (await look()).drills;
    deployment.decide('KeepDrillRequested', {
      ...{ executionId, decisionId: 'keep-1', by: 'ada', reason: 'inspection' },
      instances: [first?.instanceId ?? ''],
    });
    await deployment.pass(60_000);
    const kept = (await look()).drills.find(({ instanceId }) => instanceId === first?.instanceId);
    expect(kept).toMatchObject({ fate: 'kept', reason: 'ada keeps it' });
  });

  it('shows the instances of a drill that has not ended as its own', async () => {
    const { deployment, executionId, look } = await open();
    let { drills } = await look();
    while (drills.length === 0) {
      await deployment.pass(1_000);
      ({ drills } = await look());
    }
    expect(drills[0]).toMatchObject({ fate: 'in-drill', execution: { executionId, status: 'RUNNING' } });
  });

  it('reports a drill’s instance that no execution launched, and nothing of a real recovery', async () => {
    const { deployment, look } = await open();
    const { drills } = await look(withForeign(deployment.recovery, true));
    expect(drills).toEqual([
      {
        ...{ instanceId: 'i-00000000000000099', sourceServerId: serverId(3), state: 'RUNNING' },
        ...{ account: home.account, region: home.region, jobId: 'drsjob-00000000000000099' },
        ...{ serverName: 'server-3', instanceHours: 0, fate: 'unknown' },
      },
    ]);
    expect((await look(withForeign(deployment.recovery, false))).drills).toEqual([]);
  });

  it('leaves out what our own real recovery launched', async () => {
    const { untilEnd, look } = await open(undefined, 'RECOVERY');
    await untilEnd();
    expect((await look()).drills).toEqual([]);
  });

  it('names a place that may not be read, and throws what asking again may fix', async () => {
    const { deployment, look } = await open();
    const failing = (name: string): RecoveryService => ({
      ...deployment.recovery,
      describeSourceServers: async () => Promise.reject(Object.assign(new Error('no'), { name })),
    });
    const { faults, drills } = await look(failing('AccessDeniedException'));
    expect(drills).toEqual([]);
    expect(faults).toMatchObject([{ message: expect.stringContaining('AccessDeniedException') as string }]);
    await expect(look(failing('ThrottlingException'))).rejects.toThrow('no');
  });
});

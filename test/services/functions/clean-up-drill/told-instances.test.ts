import { describe, expect, it } from 'vitest';
import { planSchema, type Plan } from '../../../../contracts/plan.ts';
import type { RecoveryService } from '../../../../services/core/ports/recovery-service.ts';
import { readStreams } from '../../../../services/core/streams/audit-trail.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { verify } from '../../../../services/core/domain/audit/verify.ts';
import { createDeployment, home, type DeploymentOptions } from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const minute = 60_000;
const hour = 60 * minute;
const ids = [1, 2, 3].map(serverId);

const telling = (actionId: string, parameters: Record<string, string[]>) => ({
  ...{ kind: 'automation' as const, actionId, document: 'Leave', triesMax: 1, parameters },
});
const leave = telling('leave', { Ids: ['${servers.instanceIds}'], Names: ['${servers.names}'] });

const plan = (beforeCleanUp: Plan['beforeCleanUp'] | readonly (typeof leave)[]): Plan =>
  planSchema.parse({
    ...widePlan(2, 3),
    cleanUp: { policy: 'auto', afterMinutes: 10 },
    beforeCleanUp: beforeCleanUp as Plan['beforeCleanUp'],
  });

/** A drill of two waves that has ended, whose clean-up is due in ten minutes. */
const endedDrill = async (
  beforeCleanUp: readonly (typeof leave)[] = [leave],
  more: Partial<DeploymentOptions> = {},
) => {
  const deployment = createDeployment({
    model: wideModel(3),
    automations: () => ({
      endsAfterMs: 2 * minute,
      end: { status: 'succeeded', ssmStatus: 'Success', outputs: {} },
    }),
    ...more,
  });
  const executionId = await deployment.request(plan(beforeCleanUp));
  while ((await readExecution(deployment.store, executionId)).endedAt === 0) await deployment.pass(1_000);
  const said = (type: string) => deployment.events.filter((event) => event.type === type);
  const alive = async () =>
    (await deployment.recovery.describeRecoveryInstances(home, ids)).map(({ instanceId }) => instanceId);
  const decide = (type: 'CleanUpRequested' | 'KeepDrillRequested', data: object = {}) =>
    deployment.decide(type, {
      ...{ executionId, decisionId: `${type}-${deployment.now()}`, by: 'ada', reason: 'because' },
      ...data,
    });
  return {
    ...{ deployment, executionId, said, alive, decide },
    told: () => deployment.automation.startedAutomations().map(({ parameters }) => parameters),
    isSound: async () =>
      verify({
        events: deployment.events.map(({ type, ...detail }) => ({ type, detail })),
        stored: await readStreams(deployment.store, executionId),
      }).sound,
  };
};

/** Sees DRS and EC2 without an instance of this server while `isHidden` says so. */
const without =
  (server: string, isHidden: () => boolean) =>
  (recovery: RecoveryService): RecoveryService => {
    const others = (servers: readonly string[] | undefined) =>
      servers?.filter((id) => id !== server || !isHidden());
    return {
      ...recovery,
      describeRecoveryInstances: (target, servers) =>
        recovery.describeRecoveryInstances(target, others(servers)),
      describeMachinesOf: (target, servers) => recovery.describeMachinesOf(target, others(servers) ?? []),
      describeMachines: async (target, instanceIds) => {
        const machines = await recovery.describeMachines(target, instanceIds);
        return machines.filter(({ tags }) => !isHidden() || !Object.values(tags).includes(server));
      },
    };
  };

describe('what actions before a clean-up are told', () => {
  it('is the instances that are to be ended, of all waves, without those that are kept', async () => {
    const drill = await endedDrill();
    const [first = '', second = '', third = ''] = await drill.alive();
    drill.decide('KeepDrillRequested', { instances: [second] });
    await drill.deployment.pass(hour);
    const [given] = drill.told();
    expect(given?.['Ids']?.toSorted()).toEqual([first, third].toSorted());
    expect(given?.['Names']?.toSorted()).toEqual(['server-1', 'server-3']);
    expect(await drill.alive()).toEqual([second]);
    expect(drill.said('CleanUpActionsStarted')).toMatchObject([
      { data: { instances: expect.toSatisfy((each: unknown[]) => each.length === 2) } },
    ]);
    expect(await drill.isSound()).toBe(true);
  });

  it('is fixed before the first of them starts: one that a person keeps meanwhile is told to the next all the same', async () => {
    const drill = await endedDrill([leave, leave].map((each, n) => ({ ...each, actionId: `leave-${n}` })));
    const [kept = ''] = await drill.alive();
    await drill.deployment.pass(11 * minute);
    expect(drill.told()).toHaveLength(1);
    drill.decide('KeepDrillRequested', { instances: [kept] });
    await drill.deployment.pass(hour);
    const [first, next] = drill.told();
    expect(next).toEqual(first);
    expect(next?.['Ids']).toHaveLength(3);
    expect(await drill.alive()).toEqual([kept]);
  });

  it('is all that the run ends: what was not seen then runs on, and a person is asked', async () => {
    let isHidden = true;
    const drill = await endedDrill([leave], { cleanUpSees: without(serverId(3), () => isHidden) });
    const last = (await drill.deployment.recovery.describeRecoveryInstances(home, [serverId(3)]))[0];
    await drill.deployment.pass(12 * minute);
    expect(drill.told()[0]?.['Ids']).toHaveLength(2);
    isHidden = false;
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual([last?.instanceId]);
    const why = 'it was not seen when the actions before were told what is ended';
    expect(drill.said('CleanUpFailed')).toMatchObject([
      { data: { terminated: 2, left: [{ instanceId: last?.instanceId, reason: why }] } },
    ]);
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(hour);
    expect([await drill.alive(), drill.told().length]).toEqual([[], 1]);
    expect(await drill.isSound()).toBe(true);
  });

  it('is waited for while EC2 does not show an instance that DRS lists', async () => {
    let isHidden = true;
    const hides = without(serverId(3), () => isHidden);
    const drill = await endedDrill([leave], {
      cleanUpSees: (recovery) => ({
        ...hides(recovery),
        describeRecoveryInstances: recovery.describeRecoveryInstances,
      }),
    });
    while (drill.said('CleanUpStarted').length === 0) await drill.deployment.pass(1_000);
    await drill.deployment.pass(minute);
    expect(drill.said('CleanUpActionsStarted')).toEqual([]);
    isHidden = false;
    await drill.deployment.pass(minute);
    expect(drill.told()[0]?.['Ids']).toHaveLength(3);
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toEqual([]);
  });

  it('is never nothing: where nothing is to be ended the action is not started, and a person is asked', async () => {
    const drill = await endedDrill();
    const instances = await drill.alive();
    await drill.deployment.recovery.terminateRecoveryInstances(home, instances);
    await drill.deployment.pass(2 * hour);
    expect(drill.told()).toEqual([]);
    expect(drill.said('ActionFailed')).toMatchObject([
      {
        data: {
          cause: 'refused',
          message: `not started, since neither DRS nor EC2 says of any instance in ${home.account}/${home.region} that it is to be ended`,
        },
      },
    ]);
    drill.decide('CleanUpRequested', { skipActions: true });
    await drill.deployment.pass(hour);
    expect(drill.said('CleanUpCompleted')).toHaveLength(1);
  });

  it('is left out of the record where no action asks for it', async () => {
    const drill = await endedDrill([{ ...leave, parameters: { Ids: ['${plan.id}'], Names: [] } }]);
    await drill.deployment.pass(hour);
    expect(drill.said('CleanUpActionsStarted')[0]?.data).not.toHaveProperty('instances');
    expect(await drill.alive()).toEqual([]);
  });
});

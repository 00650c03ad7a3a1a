import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import type { CleanUp, Plan } from '../../../../contracts/plan.ts';
import type { RecoveryService } from '../../../../services/core/ports/recovery-service.ts';
import { readCleanUp } from '../../../../services/core/streams/clean-up-stream.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { cleanUpText } from '../../../../services/core/view/clean-up-text.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { requestedView } from '../../../../services/core/view/planned-view.ts';
import type { RecoveryModel } from '../../../memory/recovery-service.ts';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const minute = 60_000;
const hour = 60 * minute;

interface Situation {
  readonly cleanUp?: CleanUp;
  readonly servers?: number;
  readonly model?: Partial<RecoveryModel>;
  readonly cleanUpSees?: (recovery: RecoveryService) => RecoveryService;
  readonly mode?: 'DRILL' | 'RECOVERY';
}

/** A drill that has ended, and each call that ended instances since. */
const endedDrill = async ({
  cleanUp,
  servers = 3,
  model = {},
  cleanUpSees = (recovery) => recovery,
  mode = 'DRILL',
}: Situation) => {
  const calls: (readonly string[])[] = [];
  const deployment = createDeployment({
    model: { ...wideModel(servers), ...model },
    cleanUpSees: (recovery) => {
      const seen = cleanUpSees(recovery);
      return {
        ...seen,
        terminateRecoveryInstances: (target, ids) => {
          calls.push(ids);
          return seen.terminateRecoveryInstances(target, ids);
        },
      };
    },
  });
  const plan: Plan = { ...widePlan(1, servers), ...(cleanUp && { cleanUp }) };
  const executionId = await deployment.request(plan, mode);
  // By the second: `run` looks only now and then, and would let time pass after the end.
  let execution = await readExecution(deployment.store, executionId);
  while (execution.endedAt === 0) {
    await deployment.pass(1_000);
    execution = await readExecution(deployment.store, executionId);
  }
  const ids = Array.from({ length: servers }, (_, n) => serverId(n + 1));
  const alive = async () => {
    const instances = await deployment.recovery.describeRecoveryInstances(home, ids);
    return instances.map(({ instanceId }) => instanceId);
  };
  const said = (type: string) => deployment.events.filter((event) => event.type === type);
  return {
    ...{ deployment, execution, executionId, calls, alive, said, plan },
    cleanUp: () => readCleanUp(deployment.store, executionId),
    decide: (type: 'CleanUpRequested' | 'ExtendDrillRequested' | 'KeepDrillRequested', more: object = {}) =>
      deployment.decide(type, {
        ...{ executionId, decisionId: `${type}-${deployment.now()}`, by: 'ada', reason: 'because' },
        ...more,
      }),
  };
};

const auto: CleanUp = { policy: 'auto', afterMinutes: 60 };

describe('the clean-up of a drill', () => {
  it('ends nothing where the plan says nothing of it', async () => {
    const drill = await endedDrill({});
    await drill.deployment.pass(72 * hour);
    expect(await drill.alive()).toHaveLength(3);
    expect((await drill.cleanUp()).status).toBe('NONE');
    expect(drill.calls).toEqual([]);
  });

  it('ends what the drill launched once its time is over, and says how long it ran', async () => {
    const drill = await endedDrill({ cleanUp: auto });
    expect(drill.execution.status).toBe('COMPLETED');
    await drill.deployment.pass(55 * minute);
    expect(await drill.alive()).toHaveLength(3);
    expect(drill.said('TimeoutNear')).toMatchObject([{ data: { about: 'clean-up' } }]);
    await drill.deployment.pass(30 * minute);
    expect(await drill.alive()).toEqual([]);
    expect(drill.calls).toHaveLength(1);
    expect(drill.said('InstanceTerminated')).toHaveLength(3);
    const [completed] = drill.said('CleanUpCompleted');
    expect(completed?.data).toMatchObject({ run: 1, terminated: 3, kept: 0, sparedCount: 0 });
    const { instanceHours } = { instanceHours: 0, ...(completed?.data as object) };
    expect(instanceHours).toBeGreaterThan(3);
    expect(drill.deployment.failures).toEqual([]);
  });

  it('asks an operator once where the plan wants that, and ends nothing by itself', async () => {
    const drill = await endedDrill({ cleanUp: { policy: 'ask', afterMinutes: 30 } });
    await drill.deployment.pass(10 * hour);
    expect(drill.said('OperatorNeeded')).toMatchObject([
      { data: { about: 'clean-up-due', choices: ['clean-up', 'extend', 'keep'] } },
    ]);
    expect(await drill.alive()).toHaveLength(3);
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(5 * minute);
    expect(await drill.alive()).toEqual([]);
    expect(drill.said('CleanUpStarted')).toMatchObject([{ data: { decidedBy: { by: 'ada' } } }]);
  });

  it('asks after a drill that failed, so that it can be looked into, although its plan says auto', async () => {
    const { courseOf } = wideModel(3);
    const drill = await endedDrill({
      cleanUp: auto,
      model: {
        courseOf: (target, request, nth) => {
          const course = courseOf(target, request, nth);
          const [first, ...rest] = course.servers;
          return first === undefined
            ? course
            : { ...course, servers: [{ ...first, launchStatus: 'FAILED' as const }, ...rest] };
        },
      },
    });
    expect(drill.execution.status).toBe('FAILED');
    await drill.deployment.pass(10 * hour);
    expect(await drill.alive()).toHaveLength(2);
    expect(drill.said('OperatorNeeded')).toMatchObject([{ data: { about: 'clean-up-due' } }]);
  });

  it('never ends what a real recovery launched, and refuses who asks for it', async () => {
    const drill = await endedDrill({ mode: 'RECOVERY', cleanUp: auto });
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(10 * hour);
    expect(drill.calls).toEqual([]);
    expect(await drill.alive()).toHaveLength(3);
    expect(drill.said('DecisionRefused')).toMatchObject([
      { data: { reason: 'it is a real recovery, and only what a drill launched is ended' } },
    ]);
  });

  it('waits for longer when a person extends it, and ends nothing that a person keeps', async () => {
    const drill = await endedDrill({ cleanUp: auto });
    const [kept = ''] = await drill.alive();
    await drill.deployment.pass(50 * minute);
    drill.decide('ExtendDrillRequested', { minutes: 120 });
    drill.decide('KeepDrillRequested', { instances: [kept] });
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toHaveLength(3);
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toEqual([kept]);
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 2, kept: 1 } }]);
  });

  it('refuses to keep what the drill did not launch, since a mistyped id would be ended', async () => {
    const drill = await endedDrill({ cleanUp: auto });
    drill.decide('KeepDrillRequested', { instances: ['i-0123456789abcdef0'] });
    await drill.deployment.pass(minute);
    expect(drill.said('DrillKept')).toEqual([]);
    expect(drill.said('DecisionRefused')).toMatchObject([
      { data: { reason: expect.stringContaining('the drill did not launch i-0123456789abcdef0') } },
    ]);
  });

  it('ends nothing of a drill that a person keeps, until somebody asks for that expressly', async () => {
    const drill = await endedDrill({ cleanUp: auto });
    drill.decide('KeepDrillRequested');
    await drill.deployment.pass(5 * hour);
    expect(await drill.alive()).toHaveLength(3);
    expect((await drill.cleanUp()).status).toBe('KEPT');
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toHaveLength(3);
    drill.decide('CleanUpRequested', { includeKept: true });
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toEqual([]);
  });

  it('calls for at most 100 instances at a time, one job after the other in a place', async () => {
    const drill = await endedDrill({ cleanUp: { policy: 'auto', afterMinutes: 0 }, servers: 230 });
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toEqual([]);
    expect(drill.calls.map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 230 } }]);
    expect(drill.deployment.failures).toEqual([]);
  });

  it('gives up on what resists, after trying it again, and asks with the reason', async () => {
    const resisting = 'i-00000000000000002';
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      model: { terminationOf: () => ({ goneAfterMs: 20_000, endsAfterMs: 30_000, left: [resisting] }) },
      cleanUpSees: (recovery) => ({
        ...recovery,
        describeProtection: async () => ({ againstTermination: true, againstStop: false }),
      }),
    });
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual([resisting]);
    expect(drill.calls.length).toBeGreaterThan(2);
    expect(drill.calls.slice(1).every((ids) => ids.join() === resisting)).toBe(true);
    expect(drill.said('CleanUpFailed')).toMatchObject([
      {
        data: {
          terminated: 2,
          leftCount: 1,
          left: [
            {
              instanceId: resisting,
              reason: 'it is protected against termination',
              command: `aws ec2 modify-instance-attribute --instance-id ${resisting} --no-disable-api-termination --region eu-west-1`,
            },
          ],
        },
      },
    ]);
    expect(drill.said('OperatorNeeded')).toMatchObject([{ data: { about: 'clean-up-failed' } }]);
  });

  it.each([
    ['is not a drill’s', { isDrill: false }],
    ['another job launched', { jobId: 'drsjob-00000000000000abc' }],
    ['fails back', { failback: 'FAILBACK_IN_PROGRESS' }],
    ['replicates', { replication: 'CONTINUOUS' }],
  ])('never touches an instance that %s', async (_, shown) => {
    const spared = 'i-00000000000000001';
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      model: { shownAs: (each) => (each.instanceId === spared ? { ...each, ...shown } : each) },
    });
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual([spared]);
    expect(drill.calls.flat()).not.toContain(spared);
    const told = [...drill.said('CleanUpCompleted'), ...drill.said('CleanUpFailed')];
    expect(JSON.stringify(told)).toContain(spared);
  });

  it.each([
    ['has the tag of a machine that launches go into', { AWSDRS: 'AllowLaunchingIntoThisInstance' }],
    ['has another job in its tag', { 'drs.amazonaws.com-job': 'drsjob-00000000000000abc' }],
    ['somebody tagged to be kept', { 'groundswell:keep': 'forensics' }],
  ])('never touches an instance that %s in EC2', async (_, tags) => {
    const spared = 'i-00000000000000001';
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        describeMachinesOf: async (target, ids) =>
          (await recovery.describeMachinesOf(target, ids)).map((machine) =>
            machine.instanceId === spared ? { ...machine, tags: { ...machine.tags, ...tags } } : machine,
          ),
      }),
    });
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual([spared]);
    expect(drill.calls.flat()).not.toContain(spared);
  });

  it('never touches a machine into which a launch went', async () => {
    const spared = 'i-00000000000000001';
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        describeLaunchConfiguration: async (_target, id) => ({
          ...(id === serverId(1) && { intoInstanceId: spared }),
          ...{ copiesPrivateAddress: false, copiesTags: false },
        }),
      }),
    });
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual([spared]);
    expect(drill.calls.flat()).not.toContain(spared);
  });

  it('repeats a call whose answer was lost only after asking again, and ends nothing else by it', async () => {
    let isLost = true;
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        terminateRecoveryInstances: async (target, ids) => {
          if (!isLost) return recovery.terminateRecoveryInstances(target, ids);
          isLost = false;
          return { status: 'unknown', message: 'no answer' };
        },
      }),
    });
    await drill.deployment.pass(hour);
    expect(drill.calls).toHaveLength(2);
    expect(drill.calls[1]).toEqual(drill.calls[0]);
    expect(await drill.alive()).toEqual([]);
    expect(drill.said('TerminationEnded')).toMatchObject([
      { data: { cause: 'no-effect' } },
      { data: { cause: 'done' } },
    ]);
  });

  it('takes the effect of a call without an answer as it shows at the instances', async () => {
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        terminateRecoveryInstances: async (target, ids) => {
          await recovery.terminateRecoveryInstances(target, ids);
          return { status: 'unknown', message: 'no answer' };
        },
      }),
    });
    await drill.deployment.pass(hour);
    expect(drill.calls).toHaveLength(1);
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 3 } }]);
  });

  it('says once for each wait that it waits for the DRS quota, and goes on when it has its place', async () => {
    const drill = await endedDrill({ cleanUp: { policy: 'ask', afterMinutes: 0 }, model: wideModel(40) });
    for (let n = 0; n < 20; n++)
      await drill.deployment.recovery.startRecovery(home, {
        ...{ isDrill: true, tags: { owner: 'another tool' } },
        servers: [{ sourceServerId: serverId(40 - n) }],
      });
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(3 * minute);
    expect(drill.said('TerminationEnded')).toMatchObject([{ data: { cause: 'quota' } }]);
    const { account, region } = home;
    const others = { jobs: 20, servers: 20 };
    expect(drill.said('CleanUpQueued').map(({ data }) => data)).toEqual([
      { run: 1, account, region, instances: 3, ahead: 0, others },
    ]);
    expect((await drill.cleanUp()).queuedIn).toEqual([`${account}/${region}`]);
    const planned = requestedView(drill.executionId, { planId: 'wide', mode: 'DRILL', requestedBy: 'ops' });
    const shown = (): string | undefined =>
      cleanUpText(viewOf(planned, drill.deployment.events as readonly DomainEvent[]));
    expect(shown()).toBe(
      `The instances are being terminated: 0 instances so far. Their end waits for the DRS quota of ${account}/${region}.`,
    );
    await drill.deployment.pass(hour);
    expect(await drill.alive()).toEqual([]);
    expect(drill.said('CleanUpQueued')).toHaveLength(1);
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 3 } }]);
    expect((await drill.cleanUp()).queuedIn).toBeUndefined();
    expect(shown()).toBe('Cleaned up: 3 instances terminated.');
  });

  it('is looked at within seconds of a hint that an instance has ended, once for many, and not for a clean-up that is over', async () => {
    const looks: number[] = [];
    let now = (): number => 0;
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        describeRecoveryInstances: (target, ids) => {
          looks.push(now());
          return recovery.describeRecoveryInstances(target, ids);
        },
      }),
    });
    now = () => drill.deployment.now();
    while (drill.said('TerminationStarted').length === 0) await drill.deployment.pass(100);
    await drill.deployment.pass(3_000);
    const stored = await drill.deployment.store.read({ kind: 'instance', id: 'i-00000000000000001' });
    expect(stored?.body).toEqual({ executionId: drill.executionId });
    looks.length = 0;
    const hintedAt = drill.deployment.now();
    for (let count = 0; count < 50; count++) await drill.deployment.hintOfEnd(drill.executionId);
    await drill.deployment.pass(5_000);
    expect(looks).toEqual([hintedAt + 2_000]);
    await drill.deployment.pass(hour);
    expect(drill.said('CleanUpCompleted')).toHaveLength(1);
    looks.length = 0;
    await drill.deployment.hintOfEnd(drill.executionId);
    await drill.deployment.pass(hour);
    expect(looks).toEqual([]);
  });

  it('ends the others where one is busy in a job of somebody else', async () => {
    let now = (): number => 0;
    const drill = await endedDrill({
      cleanUp: { policy: 'ask', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        terminateRecoveryInstances: async (target, ids) =>
          ids.includes('i-00000000000000001')
            ? { status: 'conflict', message: 'ConflictException' }
            : recovery.terminateRecoveryInstances(target, ids),
        describeJobsSince: async (target, since) => [
          ...(await recovery.describeJobsSince(target, since)),
          {
            ...{ jobId: 'drsjob-0000000000000ffff', type: 'LAUNCH', isDrill: true, tags: {} },
            ...{ status: 'STARTED' as const, createdAt: now() },
            servers: [{ sourceServerId: serverId(1), launchStatus: 'IN_PROGRESS' }],
          },
        ],
      }),
    });
    now = drill.deployment.now;
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(2 * hour);
    expect(await drill.alive()).toEqual(['i-00000000000000001']);
    expect(drill.said('CleanUpFailed')).toMatchObject([
      { data: { left: [{ reason: `${serverId(1)} is in drsjob-0000000000000ffff` }] } },
    ]);
  });

  it('ends nothing where EC2 may not be asked, and says so at once', async () => {
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      cleanUpSees: (recovery) => ({
        ...recovery,
        describeMachinesOf: () =>
          Promise.reject(Object.assign(new Error('not authorized'), { name: 'UnauthorizedOperation' })),
      }),
    });
    await drill.deployment.pass(hour);
    expect(drill.calls).toEqual([]);
    expect(drill.said('CleanUpFailed')).toMatchObject([
      { data: { reason: 'UnauthorizedOperation: not authorized' } },
    ]);
    expect(drill.said('OperatorNeeded')).toHaveLength(1);
  });

  it('refuses a new drill of its servers while it runs, with the reason, and no longer', async () => {
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      model: { terminationOf: () => ({ goneAfterMs: 5 * minute, endsAfterMs: 6 * minute, left: [] }) },
    });
    await drill.deployment.pass(minute);
    expect((await drill.cleanUp()).status).toBe('RUNNING');
    const refused = await drill.deployment.request(drill.plan, 'DRILL', 'second');
    await drill.deployment.pass(minute);
    expect(drill.said('ExecutionRejected')).toMatchObject([
      {
        metadata: { executionId: refused },
        data: {
          faults: [
            { message: `${serverId(1)} is being cleaned up after drill ${drill.executionId}` },
            { message: `${serverId(2)} is being cleaned up after drill ${drill.executionId}` },
            { message: `${serverId(3)} is being cleaned up after drill ${drill.executionId}` },
          ],
        },
      },
    ]);
    await drill.deployment.pass(10 * minute);
    const third = await drill.deployment.request(drill.plan, 'DRILL', 'third');
    expect((await drill.deployment.run(third, 5 * hour)).status).toBe('COMPLETED');
  });

  it('lets a real recovery of its servers start at once, which waits for DRS alone', async () => {
    const drill = await endedDrill({
      cleanUp: { policy: 'auto', afterMinutes: 0 },
      model: { terminationOf: () => ({ goneAfterMs: 5 * minute, endsAfterMs: 6 * minute, left: [] }) },
    });
    await drill.deployment.pass(minute);
    const recovery = await drill.deployment.request(drill.plan, 'RECOVERY', 'real');
    const ended = await drill.deployment.run(recovery, 5 * hour);
    expect(ended.status).toBe('COMPLETED');
    expect(await drill.alive()).toHaveLength(3);
    const recovered = await drill.deployment.recovery.describeRecoveryInstances(home, [serverId(1)]);
    expect(recovered).toMatchObject([{ isDrill: false }]);
    await drill.deployment.pass(5 * hour);
    expect(await drill.alive()).toHaveLength(3);
  });

  it('leaves the servers alone that a later execution holds', async () => {
    const drill = await endedDrill({ cleanUp: { policy: 'ask', afterMinutes: 600 } });
    const second = await drill.deployment.request(drill.plan, 'DRILL', 'second');
    await drill.deployment.pass(minute);
    drill.decide('CleanUpRequested');
    await drill.deployment.pass(minute);
    expect(drill.calls).toEqual([]);
    expect((await drill.deployment.run(second, 5 * hour)).status).toBe('COMPLETED');
    await drill.deployment.pass(5 * minute);
    expect(drill.calls).toEqual([]);
    expect(drill.said('CleanUpCompleted')).toMatchObject([{ data: { terminated: 0 } }]);
    expect(await drill.alive()).toHaveLength(3);
  });
});

import {
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DrsClient,
} from '@aws-sdk/client-drs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { readSample } from '../support/enforced-samples.ts';
import { type OperatedRuntime, operateRuntime, type WrittenPlan } from '../support/operated-runtime.ts';
import {
  account,
  credentials,
  homewardPlan,
  machinesIn,
  origin,
  recovery,
  tiers,
} from '../support/small-there-and-back.ts';

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const sample = scenarioSchema.parse(readSample('there-and-back.scenario.yaml'));
/** The tiers in their graph, the other way round; and the shipped plan that has them all in one wave. */
const inOrder: WrittenPlan = homewardPlan(tiers);
const atOnce = readSample('home-unattended.yaml') as WrittenPlan;

let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({ speed: 2_400, scenario: sample });
  for (const plan of [readSample('there-and-back.yaml') as WrittenPlan, inOrder, atOnce])
    await operated.store(plan);
});
afterAll(() => operated.close());

const machines = (region: string) => machinesIn(operated.runtime.endpoint, region);
const written = async (region: string, ids: readonly string[]) =>
  (await machines(region).look(ids)).map((machine) => machine.written);
const statesOf = async (region: string, ids: readonly string[]) =>
  (await machines(region).look(ids)).map(({ state }) => state);

/** What stands in a place once nothing is under way. */
const standing = async (region: string) => {
  const drs = new DrsClient({ endpoint: operated.runtime.endpoint, region, credentials });
  const { items: servers = [] } = await drs.send(new DescribeSourceServersCommand({ filters: {} }));
  const { items: records = [] } = await drs.send(new DescribeRecoveryInstancesCommand({ filters: {} }));
  return {
    servers: servers.map(
      ({ sourceServerID, dataReplicationInfo }) =>
        `${sourceServerID} ${dataReplicationInfo?.dataReplicationState}`,
    ),
    records: records
      .filter(({ ec2InstanceState }) => ec2InstanceState !== 'TERMINATED')
      .map(
        ({ recoveryInstanceID, ec2InstanceState, dataReplicationInfo }) =>
          `${recoveryInstanceID} ${ec2InstanceState} ${dataReplicationInfo?.dataReplicationState ?? ''}`,
      ),
  };
};

const run = (planId: string, requestId: string, ...options: readonly string[]): Promise<string> =>
  operated.groundswell('request', planId, '--request-id', requestId, ...options);
const recover = (planId: string, requestId: string): Promise<string> =>
  run(
    ...([planId, requestId, '--mode', 'recovery', '--confirm', planId] as const),
    ...['--reason', 'the Region is down'],
  );

/** The instances of an execution by server, as the results of its waves name them. */
const launchedIn = (executionId: string): readonly string[] => {
  const results = operated
    .all(executionId, 'WaveCompleted')
    .filter(({ data }) => data.phase === undefined)
    .flatMap(({ data }) => data.servers);
  return tiers.flatMap(
    ({ id }) => results.find(({ sourceServerId }) => sourceServerId === id)?.instanceId ?? [],
  );
};

/** What `failback plan` prints of a recovery: the same waves the other way round, which people review. */
const printed = async (executionId: string, ...options: readonly string[]) =>
  parse(await operated.groundswell('failback', 'plan', executionId, ...options)) as WrittenPlan;

/** Its events are replayed from the archive and verified, and its report tells of the way home. */
const proven = async (executionId: string): Promise<void> => {
  const replay = () => operated.groundswell('audit', 'replay', executionId).catch(String);
  await expect.poll(replay, { timeout: 60_000 }).toContain('audit-');
  const report = await operated.groundswell('report', executionId, '--format', 'md');
  expect(report).toContain('## The way home');
};

const each = <T>(value: T): readonly T[] => tiers.map(() => value);

it('three tiers go over and come home by a plan, and a drill of it before leaves everything as it was', async () => {
  let atHome: readonly string[] = tiers.map(({ machine }) => machine);
  for (const [cycle, plan] of [
    ['first', inOrder],
    ['second', atOnce],
  ] as const) {
    for (const machine of atHome) await machines(origin).write(machine, `${cycle} out`);
    const out = await recover('there-and-back', `out-${cycle}`);
    await operated.said(out, 'ExecutionCompleted');
    await machines(origin).stop(atHome);
    const away = launchedIn(out);
    expect(await written(recovery, away)).toEqual(each(`${cycle} out`));
    for (const machine of away) await machines(recovery).write(machine, `${cycle} back`);
    const before = [await standing(origin), await standing(recovery)];
    expect(before).toEqual([
      { servers: [], records: [] },
      {
        // Their machines are stopped, and send nothing.
        servers: tiers.map(({ id }) => `${id} STALLED`),
        records: away.map((id) => `${id} RUNNING NOT_STARTED`),
      },
    ]);
    if (cycle === 'first') {
      const { waves, home, direction, targets } = await printed(out);
      expect({ waves, direction }).toEqual({ waves: inOrder.waves, direction: 'failback' });
      expect(targets).toEqual({ [String(home)]: { account, region: origin } });
      const same = await printed(out, '--order', 'same', '--plan-id', 'same-way');
      expect([same.planId, ...same.waves.map(({ waveId }) => waveId)]).toEqual([
        ...['same-way', 'database', 'application', 'web'],
      ]);
      const drill = await run(atOnce.planId, 'drill', '--mode', 'drill');
      await operated.said(drill, 'ExecutionCompleted');
      await operated.said(drill, 'CleanUpUndoEnded', ({ outcome }) => outcome === 'COMPLETED');
      await operated.said(drill, 'CleanUpCompleted');
      await proven(drill);
      expect(await statesOf(origin, launchedIn(drill))).toEqual(each('terminated'));
      expect(await statesOf(origin, atHome)).toEqual(each('stopped'));
      expect([await standing(origin), await standing(recovery)]).toEqual(before);
      await operated.ending(2, 'failback', 'plan', 'exec-00000000000000000000');
    }
    const home = await recover(plan.planId, `home-${cycle}`);
    await operated.said(home, 'ExecutionCompleted', ({ outcome }) => outcome === 'COMPLETED');
    if (cycle === 'second') await proven(home);
    const originals = atHome;
    atHome = launchedIn(home);
    expect(await written(origin, atHome)).toEqual(each(`${cycle} back`));
    expect(await statesOf(origin, atHome)).toEqual(each('running'));
    expect(await statesOf(recovery, away)).toEqual(each('terminated'));
    expect(await statesOf(origin, originals)).toEqual(each('stopped'));
    expect(await standing(origin)).toEqual({ servers: [], records: [] });
    expect(await standing(recovery)).toEqual({
      servers: tiers.map(({ id }) => `${id} CONTINUOUS`),
      records: [],
    });
  }
});

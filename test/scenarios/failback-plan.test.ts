import {
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DrsClient,
} from '@aws-sdk/client-drs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import { readSample } from '../support/enforced-samples.ts';
import { type OperatedRuntime, operateRuntime, type WrittenPlan } from '../support/operated-runtime.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const account = '111122223333';
const [origin, recovery] = ['us-east-1', 'eu-west-1'] as const;
const sample = scenarioSchema.parse(readSample('there-and-back.scenario.yaml'));
const tiers = sample.drs.servers.map(({ id, name, awsInstanceID: machine = '' }) => ({ id, name, machine }));
const itself = { begins: 'by-itself' as const };
const homeward: WrittenPlan = {
  planId: 'home-again',
  direction: 'failback',
  home: 'origin',
  targets: { origin: { account, region: origin } },
  phases: { reverse: itself, launch: itself, protect: itself, retire: itself },
  cleanUp: { policy: 'auto', afterMinutes: 0 },
  waves: [
    { waveId: 'web', servers: [{ sourceServerId: tiers[2]!.id! }] },
    { waveId: 'application', dependsOn: ['web'], servers: [{ sourceServerId: tiers[1]!.id! }] },
    { waveId: 'database', dependsOn: ['application'], servers: [{ sourceServerId: tiers[0]!.id! }] },
  ],
};

let operated: OperatedRuntime;
const credentials = { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' };
beforeAll(async () => {
  operated = await operateRuntime({ speed: 600, scenario: sample });
  await operated.store(readSample('there-and-back.yaml') as WrittenPlan);
  await operated.store(homeward);
});
afterAll(() => operated.close());

const drsIn = (region: string) => new DrsClient({ endpoint: operated.runtime.endpoint, region, credentials });
const ec2In = (region: string, fields: Readonly<Record<string, string>>): Promise<string> =>
  createSignedCall(operated.runtime.endpoint)({
    ...{ region, credentials, service: 'ec2' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Version: '2016-11-15', ...fields }).toString(),
  });
const marker = 'simulated-aws:disk/marker';
const write = (region: string, machine: string, text: string) =>
  ec2In(region, {
    ...{ Action: 'CreateTags', 'ResourceId.1': machine, 'Tag.1.Key': marker, 'Tag.1.Value': text },
  });
const instances = (region: string, ids: readonly string[]): Promise<string> =>
  ec2In(region, {
    Action: 'DescribeInstances',
    ...Object.fromEntries(ids.map((id, at) => [`InstanceId.${at + 1}`, id])),
  });
const read = async (region: string, machine: string): Promise<string | undefined> =>
  new RegExp(`<key>${marker}</key><value>([^<]*)<`).exec(await instances(region, [machine]))?.[1];
const stateOf = async (region: string, machine: string): Promise<string | undefined> =>
  /<instanceState>.*?<name>([^<]*)</.exec(await instances(region, [machine]))?.[1];
const stop = (region: string, machines: readonly string[]) =>
  ec2In(region, {
    Action: 'StopInstances',
    ...Object.fromEntries(machines.map((machine, at) => [`InstanceId.${at + 1}`, machine])),
  });

/** What stands in a place once nothing is under way. */
const standing = async (region: string) => {
  const drs = drsIn(region);
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

const sure = (planId: string): readonly string[] => [
  ...['--mode', 'recovery', '--confirm', planId, '--reason', 'the Region is down'],
];
const run = (planId: string, requestId: string, ...options: readonly string[]): Promise<string> =>
  operated.groundswell('request', planId, '--request-id', requestId, ...options);

/** The instances of an execution's waves by server, as their results name them. */
const launchedIn = (executionId: string): readonly string[] =>
  ['database', 'application', 'web'].flatMap((waveId) =>
    operated
      .all(executionId, 'WaveCompleted')
      .filter(({ data }) => data.waveId === waveId)
      .flatMap(({ data }) => data.servers.map(({ instanceId = '' }) => instanceId)),
  );

const inSync = tiers.map(({ id }) => `${id} CONTINUOUS`);

it('three tiers go over and come home by a plan, and a drill of it before leaves everything as it was', async () => {
  let machines: readonly string[] = tiers.map(({ machine }) => machine);
  for (const cycle of ['first', 'second']) {
    for (const machine of machines) await write(origin, machine, `${cycle} out`);
    const out = await run('there-and-back', `out-${cycle}`, ...sure('there-and-back'));
    await operated.said(out, 'ExecutionCompleted');
    await stop(origin, machines);
    const away = launchedIn(out);
    for (const machine of away) {
      expect(await read(recovery, machine)).toBe(`${cycle} out`);
      await write(recovery, machine, `${cycle} back`);
    }
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
      const drill = await run('home-again', 'drill', '--mode', 'drill');
      await operated.said(drill, 'ExecutionCompleted');
      await operated.said(drill, 'CleanUpUndoEnded', ({ outcome }) => outcome === 'COMPLETED');
      await operated.said(drill, 'CleanUpCompleted');
      for (const id of launchedIn(drill)) expect(await stateOf(origin, id)).toBe('terminated');
      expect([await standing(origin), await standing(recovery)]).toEqual(before);
    }
    const home = await run('home-again', `home-${cycle}`, ...sure('home-again'));
    await operated.said(home, 'ExecutionCompleted', ({ outcome }) => outcome === 'COMPLETED');
    const originals = machines;
    machines = launchedIn(home);
    for (const machine of machines) {
      expect(await read(origin, machine)).toBe(`${cycle} back`);
      expect(await stateOf(origin, machine)).toBe('running');
    }
    for (const machine of away) expect(await stateOf(recovery, machine)).toBe('terminated');
    for (const machine of originals) expect(await stateOf(origin, machine)).toBe('stopped');
    expect(await standing(origin)).toEqual({ servers: [], records: [] });
    expect(await standing(recovery)).toEqual({ servers: inSync, records: [] });
  }
});

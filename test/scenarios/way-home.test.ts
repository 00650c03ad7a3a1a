import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteRecoveryInstanceCommand,
  DeleteSourceServerCommand,
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DisconnectSourceServerCommand,
  DrsClient,
  ReverseReplicationCommand,
  StartRecoveryCommand,
  StopReplicationCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseDrsScenario } from '../../infra/simulated-aws/drs/scenario.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import type { HomewardServer, WaysHome } from '../../services/core/readiness/ways-home.ts';
import { readSample } from '../support/enforced-samples.ts';
import { type OperatedRuntime, operateRuntime } from '../support/operated-runtime.ts';
import { runCommand } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const account = '111122223333';
const elsewhere = '444455556666';
const [origin, recovery] = ['us-east-1', 'eu-west-1'] as const;
const ledger = 's-0000000000000000f';
const sample = scenarioSchema.parse(readSample('there-and-back.scenario.yaml'));
const tiers = sample.drs.servers.map(({ name, awsInstanceID: machine = '' }) => ({ name, machine }));
const scenario = {
  ...sample,
  drs: parseDrsScenario({
    ...sample.drs,
    servers: [
      ...sample.drs.servers,
      {
        ...{ name: 'ledger', id: ledger, windowSeconds: 60 },
        origin: { account: elsewhere, region: origin, availabilityZone: `${origin}a` },
      },
    ],
  }),
};
const ledgerPlan = {
  planId: 'ledger',
  waves: [{ waveId: 'ledger', servers: [{ sourceServerId: ledger }] }],
};

let operated: OperatedRuntime;
const credentials = { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' };
beforeAll(async () => {
  operated = await operateRuntime({ speed: 600, scenario });
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  for (const each of [readSample('there-and-back.yaml'), ledgerPlan]) {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(each));
    await operated.groundswell('plan', 'put', join(folder, 'plan.json'));
  }
  rmSync(folder, { recursive: true });
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
const read = async (region: string, machine: string): Promise<string | undefined> => {
  const body = await ec2In(region, { Action: 'DescribeInstances', 'InstanceId.1': machine });
  return new RegExp(`<key>${marker}</key><value>([^<]*)<`).exec(body)?.[1];
};

/** A command line that may fail, with what it prints. */
const run = async (...args: string[]): Promise<{ readonly code: number; readonly out: string }> => {
  const { code, text } = await runCommand(...args, '--endpoint', operated.runtime.endpoint);
  return { code, out: text };
};

const look = async (executionId: string): Promise<readonly HomewardServer[]> => {
  const { out } = await run('failback', 'status', executionId, '--json');
  const { servers, faults } = JSON.parse(out) as WaysHome;
  expect(faults).toEqual([]);
  return servers;
};

const make = async ({ next }: HomewardServer): Promise<void> => {
  if (next === undefined) return;
  const { operation, where, id } = next;
  const drs = drsIn(where === 'home' ? origin : recovery);
  const calls = {
    ReverseReplication: () => drs.send(new ReverseReplicationCommand({ recoveryInstanceID: id })),
    StartRecovery: () => drs.send(new StartRecoveryCommand({ sourceServers: [{ sourceServerID: id }] })),
    StopReplication: () => drs.send(new StopReplicationCommand({ sourceServerID: id })),
    TerminateRecoveryInstances: () =>
      drs.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs: [id] })),
    DeleteRecoveryInstance: () => drs.send(new DeleteRecoveryInstanceCommand({ recoveryInstanceID: id })),
    DisconnectSourceServer: () => drs.send(new DisconnectSourceServerCommand({ sourceServerID: id })),
    DeleteSourceServer: () => drs.send(new DeleteSourceServerCommand({ sourceServerID: id })),
  };
  await calls[operation]();
};

/** Brings all servers to a stage, by the calls that each look says come next, and by nothing else. */
const bringTo = async (executionId: string, stage: string): Promise<readonly HomewardServer[]> => {
  let servers = await look(executionId);
  const isThere = () => servers.every((server) => server.stage === stage);
  for (let tries = 0; tries < 1_000 && !isThere(); tries++) {
    for (const server of servers) if (server.stage !== stage) await make(server);
    await new Promise((resolve) => setTimeout(resolve, 50));
    servers = await look(executionId);
  }
  expect(servers.map((server) => server.stage)).toEqual(tiers.map(() => stage));
  return servers;
};

const recovered = async (planId: string, requestId: string): Promise<string> => {
  const sure = ['--mode', 'recovery', '--confirm', planId, '--reason', 'the Region is down'];
  const executionId = await operated.groundswell('request', planId, '--request-id', requestId, ...sure);
  await operated.said(executionId, 'ExecutionCompleted');
  return executionId;
};

const stop = (machines: readonly string[]) =>
  ec2In(origin, {
    Action: 'StopInstances',
    ...Object.fromEntries(machines.map((machine, at) => [`InstanceId.${at + 1}`, machine])),
  });

const standing = async (region: string) => {
  const drs = drsIn(region);
  const { items: servers = [] } = await drs.send(new DescribeSourceServersCommand({ filters: {} }));
  const { items: records = [] } = await drs.send(new DescribeRecoveryInstancesCommand({ filters: {} }));
  return {
    servers: servers.map(
      ({ tags, dataReplicationInfo }) => `${tags?.['Name']} ${dataReplicationInfo?.dataReplicationState}`,
    ),
    records: records.filter(({ ec2InstanceState }) => ec2InstanceState !== 'TERMINATED').length,
  };
};

it('tiers that a plan has recovered come home by what each look says, go over by the same plan, and come home again', async () => {
  let machines: readonly string[] = tiers.map(({ machine }) => machine);
  for (const cycle of ['first', 'second']) {
    for (const machine of machines) await write(origin, machine, `${cycle} out`);
    const executionId = await recovered('there-and-back', `recovery-${cycle}`);
    await stop(machines);
    const away = await look(executionId);
    expect(away.map(({ stage, name }) => [name, stage])).toEqual(tiers.map(({ name }) => [name, 'AWAY']));
    for (const { machineAway } of away) {
      expect(await read(recovery, machineAway)).toBe(`${cycle} out`);
      await write(recovery, machineAway, `${cycle} back`);
    }
    const back = await bringTo(executionId, 'LAUNCHED');
    machines = back.map(({ machineAtHome }) => machineAtHome ?? '');
    for (const machine of machines) expect(await read(origin, machine)).toBe(`${cycle} back`);
    await bringTo(executionId, 'HOME');
    expect(await standing(origin)).toEqual({ servers: [], records: 0 });
    await expect
      .poll(() => standing(recovery), { timeout: 60_000 })
      .toEqual({
        servers: [...tiers.map(({ name }) => name), 'ledger'].map((name) => `${name} CONTINUOUS`),
        records: 0,
      });
  }
});

it('a person is told where each server is, what is in the way, and what to type next', async () => {
  const executionId = await recovered('there-and-back', 'recovery-shown');
  const { code, out } = await run('failback', 'status', executionId);
  expect(code).toBe(0);
  const [{ machineAway }] = (await look(executionId)) as [HomewardServer];
  expect(out).toContain(`${account}/${recovery} → ${account}/${origin}`);
  expect(out).toMatch(new RegExp(`^ {2}db-1 +database +AWAY +– +${machineAway} +– +–$`, 'm'));
  expect(out).toContain('has no instance profile');
  expect(out).toContain('next for 3 servers: replicate back to where it came from');
  expect(out).toContain(
    `  aws drs reverse-replication --recovery-instance-id ${machineAway} --region ${recovery}`,
  );
  expect(out.split('\n').at(-1)).toBe('3 servers: 3 AWAY. Times in UTC.');
});

it('there is no way home from a drill, from nothing, or from what is not there', async () => {
  const drilled = await operated.groundswell(
    'request',
    'there-and-back',
    '--request-id',
    'drill',
    '--mode',
    'drill',
    '--allow-drill-over-recovery',
  );
  expect(await run('failback', 'status', drilled)).toEqual({
    code: 2,
    out: `${drilled} has no way home: it is a drill, and only what a real recovery launched comes home.`,
  });
  expect((await run('failback', 'status', 'exec-00000000000000000000')).code).toBe(2);
});

it('a place of another account is a fault, until a role opens it', async () => {
  const executionId = await recovered('ledger', 'recovery-of-ledger');
  const closed = await run('failback', 'status', executionId);
  expect(closed.code).toBe(1);
  expect(closed.out).toContain(`${elsewhere}/${origin} cannot be read: UnreachableTargetError`);
  const role = `arn:aws:iam::${elsewhere}:role/groundswell`;
  const open = await run('failback', 'status', executionId, '--home-role', role);
  expect(open.code).toBe(0);
  expect(open.out).toContain('1 server: 1 AWAY. Times in UTC.');
});

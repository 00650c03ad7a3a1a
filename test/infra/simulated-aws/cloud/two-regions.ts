import {
  DeleteRecoveryInstanceCommand,
  DeleteSourceServerCommand,
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DisconnectSourceServerCommand,
  DrsClient,
  ReverseReplicationCommand,
  StartRecoveryCommand,
  StopFailbackCommand,
  StopReplicationCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import {
  createRecoveryServices,
  type RecoveryOptions,
  type RecoveryServices,
} from '../../../../infra/simulated-aws/cloud/recovery-services.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import { ssmScenario } from '../../../../infra/simulated-aws/ssm/scenario.ts';
import { createJournals } from '../../../../infra/simulated-aws/state/journals.ts';
import { startAt } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

export const account = '111122223333';
export const [origin, recovery] = ['us-east-1', 'eu-west-1'] as const;

export const minuteMs = 60_000;

/** The machines of three tiers, and the source servers by which they are replicated. */
export const tiers = [
  { name: 'db-1', id: 's-0000000000000000d', machine: 'i-0000000000000000d' },
  { name: 'app-1', id: 's-0000000000000000a', machine: 'i-0000000000000000a' },
  { name: 'app-2', id: 's-0000000000000000b', machine: 'i-0000000000000000b' },
  { name: 'web-1', id: 's-0000000000000000e', machine: 'i-0000000000000000e' },
] as const;

export interface RegionsOptions {
  /** What the scenario of DRS in either Region says beside its servers. */
  readonly drs?: object;
  readonly ec2?: object;
  /** What it says of each server. */
  readonly server?: object;
  /** A machine in the Region of the recovery that launches may go into. */
  readonly standby?: string;
  readonly folder?: string;
  readonly now?: number;
  readonly mayForward?: RecoveryOptions['mayForward'];
}

const scenarioOf = (region: string, { drs = {}, ec2 = {}, server = {}, standby }: RegionsOptions) => ({
  drs: parseDrsScenario({
    ...drs,
    servers:
      region === recovery
        ? tiers.map(({ name, id, machine: awsInstanceID }) => ({
            ...{ name, id, awsInstanceID, tags: { Tier: name.split('-')[0] } },
            origin: { account, region: origin, availabilityZone: `${origin}a` },
            ...server,
          }))
        : [],
  }),
  ssm: ssmScenario.parse({}),
  ec2: ec2Scenario.parse({
    ...ec2,
    instances:
      region === origin
        ? tiers.map(({ name, machine: id }) => ({
            ...{ id, state: 'running' },
            tags: { Name: name, AWSDRS: 'AllowLaunchingIntoThisInstance' },
          }))
        : [standby].flatMap((id) =>
            id === undefined ? [] : [{ id, tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' } }],
          ),
  }),
});

/** A Region of DRS and EC2 as its clients have it. */
const regionOf = (services: RecoveryServices) => {
  const drs = new DrsClient(clientOptions(services.drs.service));
  const ec2 = services.services.find(({ signingName }) => signingName === 'ec2')!;
  const call = async (Action: string, form: Record<string, string> = {}): Promise<string> => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', ...form }).toString();
    return (await ec2.handle({ method: 'POST', path: '/', query: {}, headers: {}, body })).body;
  };
  const tagsOf = async (instanceId: string): Promise<Readonly<Record<string, string>>> => {
    const body = await call('DescribeInstances', { 'InstanceId.1': instanceId });
    const items = body.matchAll(/<item><key>([^<]*)<\/key><value>([^<]*)<\/value><\/item>/g);
    return Object.fromEntries([...items].map(([, key = '', value = '']) => [key, value]));
  };
  return {
    ...{ services, drs, call, tagsOf },
    async servers() {
      return (await drs.send(new DescribeSourceServersCommand({}))).items ?? [];
    },
    /** The recovery instances that DRS lists and that are not terminated. */
    async instances() {
      const { items = [] } = await drs.send(new DescribeRecoveryInstancesCommand({}));
      return items.filter(({ ec2InstanceState }) => ec2InstanceState !== 'TERMINATED');
    },
    async stateOf(instanceId: string) {
      const body = await call('DescribeInstances', { 'InstanceId.1': instanceId });
      return /<instanceState><code>\d+<\/code><name>([a-z-]+)</.exec(body)?.[1];
    },
    /** Writes a file to the disks of a machine, as somebody who is signed in there would. */
    write: (instanceId: string, name: string, text: string) =>
      call('CreateTags', {
        'ResourceId.1': instanceId,
        ...{ 'Tag.1.Key': `simulated-aws:disk/${name}`, 'Tag.1.Value': text },
      }),
    async read(instanceId: string, name: string) {
      return (await tagsOf(instanceId))[`simulated-aws:disk/${name}`];
    },
    reverse: (recoveryInstanceID: string) => drs.send(new ReverseReplicationCommand({ recoveryInstanceID })),
    launch: (ids: readonly string[], isDrill = false) =>
      drs.send(
        new StartRecoveryCommand({
          isDrill,
          sourceServers: ids.map((sourceServerID) => ({ sourceServerID })),
        }),
      ),
    stopReplication: (sourceServerID: string) => drs.send(new StopReplicationCommand({ sourceServerID })),
    stopFailback: (recoveryInstanceID: string) => drs.send(new StopFailbackCommand({ recoveryInstanceID })),
    terminate: (recoveryInstanceIDs: string[]) =>
      drs.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs })),
    deleteRecord: (recoveryInstanceID: string) =>
      drs.send(new DeleteRecoveryInstanceCommand({ recoveryInstanceID })),
    disconnect: (sourceServerID: string) => drs.send(new DisconnectSourceServerCommand({ sourceServerID })),
    deleteServer: (sourceServerID: string) => drs.send(new DeleteSourceServerCommand({ sourceServerID })),
  };
};

/** Two Regions of one account on one clock: tiers that run in the one and are replicated to the other. */
export const twoRegions = (options: RegionsOptions = {}) => {
  const clock = createManualClock(options.now ?? startAt);
  const journals = createJournals(options.folder, () => undefined);
  const services: Record<string, RecoveryServices> = Object.fromEntries(
    [origin, recovery].map((region, at) => [
      region,
      createRecoveryServices({
        ...{ account, region, clock, journals, random: seededRandom(11 + at) },
        mayForward: options.mayForward,
        scenario: scenarioOf(region, options),
        emit: () => undefined,
        beside: () => undefined,
        peer: (_account, there) => services[there]!.drs,
      }),
    ]),
  );
  return {
    clock,
    minutes: (count: number) => clock.advance(count * minuteMs),
    home: regionOf(services[origin]!),
    away: regionOf(services[recovery]!),
  };
};

export type Regions = ReturnType<typeof twoRegions>;

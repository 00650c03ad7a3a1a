import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';

export const account = '111122223333';
export const [origin, recovery] = ['us-east-1', 'eu-west-1'] as const;

/** A server of EC2 that is replicated from one Region to the other. */
export interface Tier {
  readonly waveId: string;
  readonly id: string;
  readonly machine: string;
}

/** Three tiers, in the order in which they are recovered. */
export const tiers: readonly Tier[] = [
  { waveId: 'database', id: 's-00000000000000d01', machine: 'i-00000000000000d01' },
  { waveId: 'application', id: 's-00000000000000a01', machine: 'i-00000000000000a01' },
  { waveId: 'web', id: 's-00000000000000e01', machine: 'i-00000000000000e01' },
];

/** Both Regions as a scenario: disks are small and jobs short, so that a way over and home takes minutes. */
export const smallScenario = (some: readonly Tier[]) => ({
  drs: {
    resyncSeconds: 60,
    servers: some.map(({ waveId, id, machine }) => ({
      ...{ name: waveId, id, awsInstanceID: machine, windowSeconds: 60 },
      disks: [{ deviceName: '/dev/sda1', gib: 2 }],
      origin: { account, region: origin, availabilityZone: `${origin}a` },
    })),
  },
  targets: {
    [`${account}/${origin}`]: {
      drs: { resyncSeconds: 60 },
      ec2: {
        instances: some.map(({ waveId, machine }) => ({
          ...{ id: machine, state: 'running', tags: { Name: waveId } },
        })),
      },
    },
  },
});

const wavesOf = (some: readonly Tier[]) =>
  some.map(({ waveId, id }, at) => ({
    waveId,
    ...(at > 0 && { dependsOn: [some[at - 1]?.waveId ?? ''] }),
    servers: [{ sourceServerId: id }],
  }));

export const outwardPlan = (some: readonly Tier[]) => ({ planId: 'out', waves: wavesOf(some) });

const itself = { begins: 'by-itself' as const };

/** The same the other way round, without anybody being asked. */
export const homewardPlan = (some: readonly Tier[]) => ({
  ...{ planId: 'home', direction: 'failback' as const, home: 'origin' },
  targets: { origin: { account, region: origin } },
  phases: { reverse: itself, launch: itself, protect: itself, retire: itself },
  cleanUp: { policy: 'auto' as const, afterMinutes: 0 },
  waves: wavesOf(some.toReversed()),
});

export const credentials = { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' };

const marker = 'simulated-aws:disk/marker';
const named = (ids: readonly string[]) =>
  Object.fromEntries(ids.map((id, at) => [`InstanceId.${at + 1}`, id] as const));

/** EC2 of a Region, as whoever works on its machines has it. */
export const machinesIn = (endpoint: string, region: string) => {
  const call = (fields: Readonly<Record<string, string>>): Promise<string> =>
    createSignedCall(endpoint)({
      ...{ region, credentials, service: 'ec2' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Version: '2016-11-15', ...fields }).toString(),
    });
  return {
    /** Writes a file to the disks of a machine. */
    write: (id: string, text: string) =>
      call({ Action: 'CreateTags', 'ResourceId.1': id, 'Tag.1.Key': marker, 'Tag.1.Value': text }),
    stop: (ids: readonly string[]) => call({ Action: 'StopInstances', ...named(ids) }),
    /** What is written on a machine, and its state, by its id. */
    async look(ids: readonly string[]) {
      const body = await call({ Action: 'DescribeInstances', ...named(ids) });
      return ids.map((id) => {
        const [, own = ''] = body.split(`<instanceId>${id}</instanceId>`);
        const [item = ''] = own.split('<instanceId>');
        return {
          state: /<instanceState>.*?<name>([^<]*)</.exec(item)?.[1],
          written: new RegExp(`<key>${marker}</key><value>([^<]*)<`).exec(item)?.[1],
        };
      });
    },
  };
};

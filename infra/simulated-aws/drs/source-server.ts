import { createHash } from 'node:crypto';
import type { DrsScenario } from './scenario.ts';
import type { ServerScenario } from './scenario-servers.ts';

/** A source server as it stands before anything is done to it. */
export interface SourceServer extends Omit<ServerScenario, 'id' | 'hostname' | 'privateIp'> {
  readonly sourceServerID: string;
  /** Position among all servers of the account and Region, from 0. */
  readonly index: number;
  readonly hostname: string;
  readonly privateIp: string;
  /** Epoch ms; servers of the scenario were added long before the simulation was opened. */
  readonly addedAt?: number;
  readonly replicationDirection: 'FAILOVER' | 'FAILBACK';
  /** Of a server that replicates back: the instance in which it ran before. */
  readonly originalInstanceID?: string;
  /** The source server in the other place from whose recovery instance it replicates. */
  readonly counterpartID?: string;
  readonly stagingSourceServerArn?: string;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The same name in the same place has the same id, so that a plan written once fits every later start. */
export const sourceServerIdOf = (place: Place, name: string): string =>
  `s-${createHash('sha256').update(`${place.account}/${place.region}/${name}`).digest('hex').slice(0, 17)}`;

const digestOf = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** The machine itself: an instance for a server that runs in EC2, a virtual machine of a vCenter for any other. */
export const hardwareOf = (
  place: Place,
  server: Pick<SourceServer, 'sourceServerID' | 'origin' | 'awsInstanceID' | 'vmWareUuid'>,
): { readonly awsInstanceID?: string; readonly vmWareUuid?: string } => {
  const { sourceServerID, origin, awsInstanceID, vmWareUuid } = server;
  const digest = digestOf(`${place.account}/${place.region}/${sourceServerID}/hardware`, 32);
  if (origin !== undefined || awsInstanceID !== undefined)
    return { awsInstanceID: awsInstanceID ?? `i-${digest.slice(0, 17)}` };
  const parts = [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ] as const;
  return { vmWareUuid: vmWareUuid ?? parts.map(([from, to]) => digest.slice(from, to)).join('-') };
};

/** An address that nobody else administers. */
export const macAddressOf = ({ sourceServerID }: Pick<SourceServer, 'sourceServerID'>): string =>
  `02:${(digestOf(`${sourceServerID}/mac`, 10).match(/../g) ?? []).join(':')}`;

const addressOf = (index: number): string => `10.0.${Math.floor(index / 250) % 256}.${(index % 250) + 4}`;

const numbered = (text: string, n: number): string => text.replaceAll('{n}', String(n));

export const sourceServerFrom = (
  place: Place,
  entry: ServerScenario,
  n: number,
  index: number,
): SourceServer => {
  const { id, hostname, privateIp, ...rest } = entry;
  const name = numbered(entry.name, n);
  const tags = Object.entries(entry.tags).map(([key, value]) => [key, numbered(value, n)] as const);
  return {
    ...rest,
    name,
    tags: { Name: name, ...Object.fromEntries(tags) },
    index,
    sourceServerID: id ?? sourceServerIdOf(place, name),
    hostname: hostname === undefined ? name : numbered(hostname, n),
    privateIp: privateIp ?? addressOf(index),
    replicationDirection: 'FAILOVER',
  };
};

const oneToCount = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

/** All servers of a scenario; throws an Error if two have the same name or id. */
export const sourceServersOf = (place: Place, scenario: DrsScenario): readonly SourceServer[] => {
  const pairs = scenario.servers.flatMap((entry) => oneToCount(entry.count).map((n) => ({ entry, n })));
  const servers = pairs.map(({ entry, n }, index) => sourceServerFrom(place, entry, n, index));
  const ids = new Set(servers.map((server) => server.sourceServerID));
  const names = new Set(servers.map((server) => server.name));
  if (ids.size < servers.length || names.size < servers.length)
    throw new Error(
      'Two source servers of the DRS scenario have the same name or id; a name with a count needs {n}.',
    );
  return servers;
};

/** Scenarios refer to a server by its name or its id. */
export const isNamed = (reference: string | undefined, server: SourceServer): boolean =>
  reference === undefined || reference === server.name || reference === server.sourceServerID;

import type { Random } from '../identifiers.ts';
import type { Job } from './job.ts';
import type { Replication } from './replication-state.ts';
import type { DrsScenario } from './scenario.ts';
import type { Place, SourceServer } from './source-server.ts';
import { sourceServersOf } from './source-server.ts';
import type { DrsState } from './state.ts';

/** What does not change while the simulation runs. */
export interface DrsSetting {
  readonly place: Place;
  readonly scenario: DrsScenario;
  readonly servers: Readonly<Record<string, SourceServer>>;
}

export const createSetting = (place: Place, scenario: DrsScenario): DrsSetting => ({
  place,
  scenario,
  servers: Object.fromEntries(
    sourceServersOf(place, scenario).map((server) => [server.sourceServerID, server]),
  ),
});

/** An instance that was there before DRS launched anything. */
export interface ExistingInstance {
  readonly state: 'RUNNING' | 'STOPPED' | 'TERMINATED';
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: 'windows' | 'linux';
  readonly architecture: string;
  readonly virtualizationType: string;
  readonly rootDeviceType: string;
  readonly bootMode: string;
  readonly privateIp: string;
  readonly availabilityZone: string;
}

/** What stands on the disks of a machine, by the names of the files. */
export type Files = Readonly<Record<string, string>>;

/** What a launch takes from a launch template. */
export interface TemplateSettings {
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly privateIp?: string;
  readonly instanceProfile?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** EC2 as DRS sees it. */
export interface Ec2View {
  readonly existing: (instanceID: string) => ExistingInstance | undefined;
  /** What people did to an instance; epoch ms. */
  readonly byHand: (
    instanceID: string,
  ) => { readonly state: ExistingInstance['state']; readonly at: number } | undefined;
  readonly isProtected: (instanceID: string) => boolean;
  /** What the default version of a launch template says; nothing if people made none. */
  readonly template: (templateID: string) => TemplateSettings | undefined;
  readonly zoneOfSubnet: (subnetID: string) => string | undefined;
  /** Whether there is a network for what names none. */
  readonly hasDefaultVpc: boolean;
  /** What stood on the disks of a machine at a time, epoch ms. */
  readonly filesAt: (instanceID: string, at: number) => Files;
}

export const emptyEc2: Ec2View = {
  existing: () => undefined,
  byHand: () => undefined,
  isProtected: () => false,
  template: () => undefined,
  zoneOfSubnet: () => undefined,
  hasDefaultVpc: true,
  filesAt: () => ({}),
};

/** A source server that replicates from an instance of another place. */
export interface Fed {
  readonly server: SourceServer;
  readonly replication: Replication;
  /** Epoch ms. */
  readonly since: number;
}

/** What the DRS of an account and Region tells that of another. */
export interface Elsewhere {
  readonly isInitialized: () => boolean;
  /** Whether a source server is there, by its id. */
  readonly has: (sourceServerID: string) => boolean;
  /** The source server there that came to be when the replication of another, given by its id, was reversed. */
  readonly reversedOf: (sourceServerID: string) => string | undefined;
  /** The server there that replicates from an instance, if that began after a time, epoch ms. */
  readonly fedBy: (instanceID: string, after: number) => Fed | undefined;
  /**
   * Since when, epoch ms, nothing comes any more from a machine there that was replicated from since a time: it does
   * not run, or runs from other volumes. Undefined while it does, and for a machine that EC2 does not know.
   */
  readonly silentSince: (instanceID: string, after: number) => number | undefined;
  /** What stood on the disks of a machine there at a time, epoch ms. */
  readonly filesAt: (instanceID: string, at: number) => Files;
  /** Why a reversed server cannot join there. */
  readonly troubleWith: (server: SourceServer) => string | undefined;
}

/** All that an operation may look at. */
export interface World {
  readonly setting: DrsSetting;
  readonly state: DrsState;
  /** Epoch ms. */
  readonly now: number;
  readonly random: Random;
  readonly ec2: Ec2View;
  /** DRS in another account and Region, or in this one for a server that only changes its zone. */
  readonly elsewhere: (place: Place) => Elsewhere | undefined;
  /** The caller lacks what DRS does in its name: a job is accepted, and fails without a reason. */
  readonly lacksPermissions?: boolean;
}

export const serverById = ({ setting, state }: World, id: string): SourceServer | undefined => {
  const { isDeleted = false, machine } = state.serverChanges[id] ?? {};
  const server = isDeleted ? undefined : (state.addedServers[id] ?? setting.servers[id]);
  if (server?.origin === undefined || machine === undefined) return server;
  const { instanceID: awsInstanceID, availabilityZone } = machine;
  return { ...server, awsInstanceID, origin: { ...server.origin, availabilityZone } };
};

export const allServers = (world: World): readonly SourceServer[] =>
  Object.keys({ ...world.setting.servers, ...world.state.addedServers }).flatMap(
    (id) => serverById(world, id) ?? [],
  );

export const jobsOf = ({ state }: World, sourceServerID: string): readonly Job[] =>
  (state.history[sourceServerID] ?? []).flatMap((jobID) => state.jobs[jobID] ?? []);

/** Whether a clean-up leaves an instance running, since it is protected against termination. */
export const isSpared = ({ setting, ec2 }: World, instanceID: string): boolean =>
  setting.scenario.terminationProtection === 'SPARES' && ec2.isProtected(instanceID);

export const arnOf = ({ setting: { place } }: World, kind: string, id: string): string =>
  `arn:aws:drs:${place.region}:${place.account}:${kind}/${id}`;

export const tagsOf = (
  world: World,
  arn: string,
  initial: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => world.state.tags[arn] ?? initial;

/** Seconds since the simulation was first opened, the time in which scenarios place stalls and outages. */
export const sinceOpened = ({ state }: World, at: number): number => (at - state.openedAt) / 1000;

export const within = (seconds: number, { fromSeconds, untilSeconds }: Window): boolean =>
  seconds >= fromSeconds && (untilSeconds === undefined || seconds < untilSeconds);

interface Window {
  readonly fromSeconds: number;
  readonly untilSeconds?: number | undefined;
}

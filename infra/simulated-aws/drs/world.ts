import type { Random } from '../identifiers.ts';
import type { Job } from './job.ts';
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

/** What a launch takes from a launch template. */
export interface TemplateSettings {
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly privateIp?: string;
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
}

export const emptyEc2: Ec2View = {
  existing: () => undefined,
  byHand: () => undefined,
  isProtected: () => false,
  template: () => undefined,
  zoneOfSubnet: () => undefined,
};

/** All that an operation may look at. */
export interface World {
  readonly setting: DrsSetting;
  readonly state: DrsState;
  /** Epoch ms. */
  readonly now: number;
  readonly random: Random;
  readonly ec2: Ec2View;
  /** The caller lacks what DRS does in its name: a job is accepted, and fails without a reason. */
  readonly lacksPermissions?: boolean;
}

export const serverById = ({ setting, state }: World, id: string): SourceServer | undefined =>
  state.serverChanges[id]?.isDeleted === true ? undefined : (state.addedServers[id] ?? setting.servers[id]);

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

import type { LocalClock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { filesAfter, filesIn, withoutFiles } from './disk-files.ts';
import type { Ec2Instance } from './instance.ts';
import type { Ec2Scenario, InstanceScenario } from './scenario.ts';
import { type GivenTemplate, type LaunchTemplate, templateFrom } from './launch-template.ts';
import { type LaunchTemplates, templateById } from './launch-templates.ts';
import { passedThrough } from './state-change.ts';
import {
  type Ec2Record,
  type Ec2State,
  evolveEc2,
  initialEc2State,
  type InstanceChange,
  type TemplateRecord,
} from './state.ts';

export interface InstancesDeps {
  readonly region: string;
  readonly clock: Pick<LocalClock, 'now'>;
  readonly journal: Journal<Ec2Record>;
  readonly scenario: Ec2Scenario;
  /** The instances that DRS has launched, or launched into, as they are now. */
  readonly launched: () => readonly Ec2Instance[];
  /** The launch templates that DRS made. Default: none. */
  readonly templates?: () => readonly GivenTemplate[];
  /** Called with each state that an instance comes to by what people do. */
  readonly onState?: (instanceId: string, state: string) => void;
}

export const protectionAttributes = ['disableApiTermination', 'disableApiStop'] as const;
export type ProtectionAttribute = (typeof protectionAttributes)[number];

export interface Instances {
  /** All of them as they are now. */
  readonly all: () => readonly Ec2Instance[];
  /** The instance, or InvalidInstanceID.NotFound. */
  readonly named: (instanceId: string) => Ec2Instance;
  /** What people did to an instance. */
  readonly changeOf: (instanceId: string) => InstanceChange | undefined;
  /** An instance that was there before DRS launched anything, as people left it. */
  readonly existing: (instanceId: string) => Ec2Instance | undefined;
  readonly isProtected: (instanceId: string, attribute: ProtectionAttribute) => boolean;
  /** Writes down what people do to an instance. */
  readonly remember: (instanceId: string, change: InstanceChange) => void;
  /** Writes files to the disks of an instance. */
  readonly write: (instanceId: string, files: Readonly<Record<string, string>>) => void;
  /** What stands, or stood, on the disks of an instance at a time, epoch ms. */
  readonly filesAt: (instanceId: string, at: number) => Readonly<Record<string, string>>;
  readonly templates: LaunchTemplates;
}

export const notFound = (id: string): ServiceError =>
  new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);

const existingOf = (
  { region, scenario }: Pick<InstancesDeps, 'region' | 'scenario'>,
  { openedAt, changes }: Ec2State,
  id: string,
): Ec2Instance | undefined => {
  const entry = scenario.instances.find((each) => each.id === id);
  return entry && instanceFrom(entry, changes[id], openedAt, region);
};

const instanceFrom = (
  entry: InstanceScenario,
  change: InstanceChange | undefined,
  openedAt: number,
  region: string,
): Ec2Instance => ({
  instanceId: entry.id,
  privateIpAddress: entry.privateIp,
  availabilityZone: `${region}a`,
  state: change?.state?.name ?? entry.state,
  launchedAt:
    change?.state?.name === 'running' ? change.state.at : openedAt - entry.startedSecondsAgo * 1_000,
  imageId: entry.imageId,
  ...(entry.subnetId !== undefined && { subnetId: entry.subnetId }),
  securityGroupIds: entry.securityGroupIds,
  instanceType: entry.instanceType,
  tags: { ...withoutFiles(entry.tags), ...change?.tags },
  ...(entry.instanceProfile !== undefined && { instanceProfile: entry.instanceProfile }),
  platform: entry.platform,
  architecture: entry.architecture,
  virtualizationType: entry.virtualizationType,
  rootDeviceType: entry.rootDeviceType,
  bootMode: entry.bootMode,
  volumeId: `vol-${entry.id.slice(2)}`,
});

/** The launch templates that DRS made, with what people did to them. */
const templatesOf = (
  { clock, templates: given = () => [] }: Pick<InstancesDeps, 'clock' | 'templates'>,
  stateNow: () => Ec2State,
  write: (record: TemplateRecord) => void,
): LaunchTemplates => {
  const all = (): readonly LaunchTemplate[] =>
    given().map((template) => templateFrom(template, stateNow().templates[template.id]));
  const after = ({ id }: LaunchTemplate, record: TemplateRecord): LaunchTemplate => {
    write(record);
    return templateById(templates, id);
  };
  const templates: LaunchTemplates = {
    all,
    madeDefault(id) {
      const change = stateNow().templates[id];
      return change?.versions?.find(({ number }) => number === change.defaultVersion)?.data;
    },
    addVersion(template, version) {
      const number = (template.versions.at(-1)?.number ?? 0) + 1;
      const added = { ...version, number, createdAt: clock.now() };
      return after(template, { kind: 'TemplateVersionAdded', templateId: template.id, version: added });
    },
    setDefault: (template, version) =>
      after(template, { kind: 'TemplateDefaultSet', templateId: template.id, version }),
  };
  return templates;
};

type Disks = Pick<InstancesDeps, 'scenario' | 'launched'>;

const launchedIn = ({ launched }: Disks, id: string): Ec2Instance | undefined =>
  launched().find(({ instanceId }) => instanceId === id);

/** What stands on the disks of an instance at a time: of one that DRS launched, since then what it was launched with. */
const filesOf = (
  { scenario }: Disks,
  { writings }: Ec2State,
  id: string,
  at: number,
  launched: Ec2Instance | undefined,
): Readonly<Record<string, string>> => {
  const { launchedAt: begin = -Infinity, files = {} } = launched ?? {};
  const tags = scenario.instances.find((each) => each.id === id)?.tags ?? {};
  const isOlder = launched === undefined || begin > at;
  const beginning = isOlder ? { begin: -Infinity, files: filesIn(tags) } : { begin, files };
  return filesAfter(beginning, writings[id] ?? [], at);
};

/** The instances of one account and Region: those that DRS launched, and those that were there before. */
export const createInstances = (deps: InstancesDeps): Instances => {
  const { clock, journal, scenario } = deps;
  if (journal.records.length === 0) journal.append({ kind: 'Opened', at: clock.now() });
  let state: Ec2State = (
    journal.records.length === 0 ? [{ kind: 'Opened' as const, at: clock.now() }] : journal.records
  ).reduce(evolveEc2, initialEc2State);

  const write = (record: Ec2Record): void => {
    journal.append(record);
    state = evolveEc2(state, record);
  };
  const remember = (instanceId: string, change: InstanceChange): void => {
    write({ kind: 'Changed', instanceId, change });
    const name = change.state?.name;
    if (name === undefined) return;
    deps.onState?.(instanceId, passedThrough[name]);
    deps.onState?.(instanceId, name);
  };
  const existing = (id: string): Ec2Instance | undefined => existingOf(deps, state, id);
  const isProtected: Instances['isProtected'] = (id, attribute) =>
    state.changes[id]?.[attribute] ?? scenario.instances.find((each) => each.id === id)?.[attribute] ?? false;
  /** A machine that DRS has launched into is shown as it is since then, with the tags that it had before. */
  const all = (): readonly Ec2Instance[] => {
    const launched = deps.launched().map((instance) => ({
      ...existing(instance.instanceId),
      ...instance,
      tags: {
        ...existing(instance.instanceId)?.tags,
        ...instance.tags,
        ...state.changes[instance.instanceId]?.tags,
        ...filesOf(deps, state, instance.instanceId, clock.now(), instance),
      },
    }));
    const known = new Set(launched.map(({ instanceId }) => instanceId));
    const others = scenario.instances.flatMap(({ id }) => {
      const instance = known.has(id) ? undefined : existing(id);
      if (instance === undefined) return [];
      return [
        { ...instance, tags: { ...instance.tags, ...filesOf(deps, state, id, clock.now(), undefined) } },
      ];
    });
    return [...launched, ...others];
  };
  const named = (id: string): Ec2Instance => {
    const instance = all().find(({ instanceId }) => instanceId === id);
    if (instance === undefined) throw notFound(id);
    return instance;
  };

  const templates = templatesOf(deps, () => state, write);
  return {
    ...{ all, named, existing, isProtected, remember, templates },
    changeOf: (id) => state.changes[id],
    write: (instanceId, files) => write({ kind: 'Written', instanceId, writing: { at: clock.now(), files } }),
    filesAt: (id, at) => filesOf(deps, state, id, at, launchedIn(deps, id)),
  };
};

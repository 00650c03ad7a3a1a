import type { LocalClock } from '../clock.ts';
import { createLocalDrs, type DrsPeer, type LaunchedInstance, type LocalDrs } from '../drs/local-drs.ts';
import type { ForwardedWork } from '../drs/forwarded-work.ts';
import type { ServerTemplate } from '../drs/ec2-launch-template.ts';
import type { DrsRecord } from '../drs/state.ts';
import type { Ec2View, ExistingInstance } from '../drs/world.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import type { GivenTemplate } from '../ec2/launch-template.ts';
import { createLocalEc2, type LocalEc2 } from '../ec2/local-ec2.ts';
import type { Ec2Record } from '../ec2/state.ts';
import type { Access } from '../iam/access.ts';
import { launchAccess, reversalAccess, terminationAccess } from '../iam/on-behalf.ts';
import type { FormTree } from '../protocols/form.ts';
import type { Random } from '../identifiers.ts';
import { createLocalServiceQuotas } from '../servicequotas/local-servicequotas.ts';
import { createLocalSsm, type LocalSsm } from '../ssm/local-ssm.ts';
import type { AutomationPermissions } from '../ssm/runner.ts';
import type { SsmRecord } from '../ssm/store.ts';
import type { LocalService, WireRequest } from '../wire.ts';
import type { Journals } from '../state/journals.ts';
import type { Scenario } from '../scenario.ts';

/** An event of an AWS service, as it enters a bus. */
export interface ForeignEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface RecoveryOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journals: Journals;
  readonly scenario: Pick<Scenario, 'drs' | 'ssm' | 'ec2'>;
  readonly emit: (event: ForeignEvent) => void;
  /** The other services of this account and Region. */
  readonly beside: (signingName: string) => LocalService | undefined;
  readonly peer: (account: string, region: string) => DrsPeer;
  /** Whether the caller of a request may do all this by way of DRS; absent where IAM is not enforced. */
  readonly mayForward?: ((request: WireRequest, all: readonly Access[]) => boolean) | undefined;
  /** What runbooks may do; absent where IAM is not enforced. */
  readonly automations?: AutomationPermissions | undefined;
}

/** What servers live in: the services of one account and Region that a recovery calls. */
export interface RecoveryServices {
  readonly drs: LocalDrs;
  readonly ssm: LocalSsm;
  readonly services: readonly LocalService[];
  close(): void;
}

const stateOf: Readonly<Record<LaunchedInstance['state'], Ec2Instance['state']>> = {
  RUNNING: 'running',
  STOPPED: 'stopped',
  'SHUTTING-DOWN': 'shutting-down',
  TERMINATED: 'terminated',
};

/** The image from which DRS launches every machine, whose volumes it then attaches. */
const imageId = 'ami-0d125000000000000';

const treeOf = (items: readonly FormTree[]): FormTree =>
  Object.fromEntries(items.map((item, at) => [String(at + 1), item]));

/** A server's launch template as EC2 keeps it: with no subnet, group or profile, until people set them. */
const givenTemplateOf = ({ instanceType, instanceTags, ...template }: ServerTemplate): GivenTemplate => ({
  ...template,
  data: {
    InstanceType: instanceType,
    NetworkInterface: treeOf([{ DeviceIndex: '0', DeleteOnTermination: 'true' }]),
    TagSpecification: treeOf([
      {
        ResourceType: 'instance',
        Tag: treeOf(Object.entries(instanceTags).map(([Key, Value]) => ({ Key, Value }))),
      },
    ]),
  },
});

const ec2InstanceOf = (instance: LaunchedInstance): Ec2Instance => ({
  instanceId: instance.instanceID,
  privateIpAddress: instance.privateIp,
  availabilityZone: instance.availabilityZone,
  state: stateOf[instance.state],
  launchedAt: instance.launchedAt,
  instanceType: instance.instanceType,
  imageId,
  ...(instance.subnetId !== undefined && { subnetId: instance.subnetId }),
  ...(instance.securityGroupIds !== undefined && { securityGroupIds: instance.securityGroupIds }),
  ...(instance.instanceProfile !== undefined && { instanceProfile: instance.instanceProfile }),
  files: instance.files ?? {},
  tags: instance.tags,
  platform: instance.platform,
  ...{ architecture: 'x86_64', virtualizationType: 'hvm', rootDeviceType: 'ebs', bootMode: 'legacy-bios' },
  volumeId: `vol-${instance.jobID.slice(-17)}`,
});

const drsStates = { running: 'RUNNING', stopped: 'STOPPED', terminated: 'TERMINATED' } as const;

const existingOf = (instance: Ec2Instance): ExistingInstance => ({
  // People start, stop and end an instance; nothing else happens to it before DRS launches into it.
  state: drsStates[instance.state as keyof typeof drsStates],
  tags: instance.tags ?? {},
  platform: instance.platform ?? 'linux',
  architecture: instance.architecture ?? '',
  virtualizationType: instance.virtualizationType ?? '',
  rootDeviceType: instance.rootDeviceType ?? '',
  bootMode: instance.bootMode ?? '',
  privateIp: instance.privateIpAddress,
  availabilityZone: instance.availabilityZone,
});

/** EC2 as DRS sees it. */
const viewOf = (ec2: Omit<LocalEc2, 'service'>, scenario: Scenario['ec2']): Ec2View => ({
  existing(id) {
    const instance = ec2.existing(id);
    return instance && existingOf(instance);
  },
  byHand(id) {
    const change = ec2.changeOf(id)?.state;
    return change && { state: drsStates[change.name], at: change.at };
  },
  isProtected: (id) => ec2.isProtected(id, 'disableApiTermination'),
  template: (id) => ec2.settingsOfTemplate(id),
  zoneOfSubnet: (id) => ec2.zoneOfSubnet(id),
  hasDefaultVpc: scenario.defaultVpc,
  filesAt: (id, at) => ec2.filesAt(id, at),
});

/** Quota codes of DRS ("AWS Elastic Disaster Recovery endpoints and quotas"). */
const quotaValues = ({ quotas }: Scenario['drs']): Readonly<Record<string, number>> => ({
  'L-D88FAC3A': quotas.jobsInProgress,
  'L-B827C881': quotas.serversPerJob,
  'L-05AFA8C6': quotas.serversInJobs,
});

/** What DRS does in the name of whoever asks for some work. */
const accessOf = (
  place: Pick<RecoveryOptions, 'account' | 'region'>,
  work: ForwardedWork,
): readonly Access[] => {
  if (work.kind === 'reversal') return reversalAccess();
  return work.kind === 'launch' ? launchAccess(place, work.sourceServerIds) : terminationAccess(place);
};

export const createRecoveryServices = (options: RecoveryOptions): RecoveryServices => {
  const { account, region, clock, random, journals, scenario, emit, peer, mayForward } = options;
  const base = { clock, random, account, region, emit };
  const folder = `${account}-${region}`;
  const ec2 = createLocalEc2({
    ...{ account, region, random, clock, emit, scenario: scenario.ec2 },
    journal: journals.open<Ec2Record>(`${folder}/ec2`),
    launched: () => drs.instances().map(ec2InstanceOf),
    templates: () => drs.templates().map(givenTemplateOf),
  });
  const drsJournal = journals.open<DrsRecord>(`${folder}/drs`);
  const drs: LocalDrs = createLocalDrs({
    ...{ ...base, journal: drsJournal, scenario: scenario.drs, peer },
    ec2: viewOf(ec2, scenario.ec2),
    onInstance: ec2.tell,
    mayAct: mayForward && ((request, work) => mayForward(request, accessOf({ account, region }, work))),
  });
  const ssmJournal = journals.open<SsmRecord>(`${folder}/ssm`);
  const find = (name: string): LocalService | undefined =>
    [drs.service, ec2.service, quotas.service].find(({ signingName }) => signingName === name) ??
    options.beside(name);
  const ssm = createLocalSsm({
    ...{ ...base, journal: ssmJournal, scenario: scenario.ssm, find },
    permissions: options.automations,
  });
  const quotas = createLocalServiceQuotas({ account, region, values: quotaValues(scenario.drs) });
  return {
    drs,
    ssm,
    services: [drs.service, ssm.service, ec2.service, quotas.service],
    close() {
      drs.close();
      ssm.close();
    },
  };
};

import { type FormTree, listOf } from '../protocols/form.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';

/** The members of RequestLaunchTemplateData, as requests name them. */
const members = new Set(
  [
    'KernelId EbsOptimized IamInstanceProfile BlockDeviceMapping NetworkInterface ImageId InstanceType KeyName',
    'Monitoring Placement RamDiskId DisableApiTermination InstanceInitiatedShutdownBehavior UserData',
    'TagSpecification ElasticGpuSpecification ElasticInferenceAccelerator SecurityGroupId SecurityGroup',
    'InstanceMarketOptions CreditSpecification CpuOptions CapacityReservationSpecification LicenseSpecification',
    'HibernationOptions MetadataOptions EnclaveOptions InstanceRequirements PrivateDnsNameOptions',
    'MaintenanceOptions DisableApiStop',
  ].flatMap((names) => names.split(' ')),
);

/** Throws for what is no member of a launch template, and for names of resources that are none. */
export const checkTemplateData = (data: FormTree): void => {
  const unknown = Object.keys(data).find((name) => !members.has(name));
  if (unknown !== undefined)
    throw new ServiceError(
      'UnknownParameter',
      `The parameter LaunchTemplateData.${unknown} is not recognized`,
    );
  for (const networkInterface of listOf(data['NetworkInterface'])) {
    const subnetId = typeof networkInterface === 'object' ? networkInterface['SubnetId'] : undefined;
    if (typeof subnetId === 'string' && !/^subnet-[0-9a-f]{8,17}$/.test(subnetId))
      throw new ServiceError('InvalidSubnetID.Malformed', `The subnet ID '${subnetId}' is malformed`);
  }
};

const lowered = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const isList = (tree: FormTree): boolean => Object.keys(tree).every((key) => /^\d+$/.test(key));

/** Lists whose names in answers are not those of requests with `Set` behind. */
const renamed: Readonly<Record<string, string>> = { LicenseSpecification: 'licenseSet' };

/** The security groups of a network interface are written as groups, those of the instance as they are. */
const groupsOf = (tree: FormTree): Xml =>
  element(
    'groupSet',
    listOf(tree).flatMap((id) => (typeof id === 'string' ? [element('groupId', id)] : [])),
  );

const written = (name: string, value: string | FormTree, parent: string): Xml => {
  if (typeof value === 'string') return element(lowered(name), value);
  if (name === 'SecurityGroupId' && parent === 'NetworkInterface') return groupsOf(value);
  if (!isList(value)) return element(lowered(name), membersOf(value, name));
  const items = listOf(value).map((item) =>
    element('item', typeof item === 'string' ? item : membersOf(item, name)),
  );
  return element(renamed[name] ?? `${lowered(name)}Set`, items);
};

const membersOf = (tree: FormTree, parent: string): readonly Xml[] =>
  Object.entries(tree).map(([name, value]) => written(name, value, parent));

/** The ResponseLaunchTemplateData of what a request gave. */
export const templateDataItem = (data: FormTree): Xml => element('launchTemplateData', membersOf(data, ''));

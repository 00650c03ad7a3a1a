import type { FormTree } from '../protocols/form.ts';
import { listOf } from '../protocols/form.ts';

/** What a launch is given, in the form of a request: `NetworkInterface.1.SubnetId` and the like. */
export type LaunchTemplateData = FormTree;

export interface LaunchTemplateVersion {
  readonly number: number;
  readonly description?: string | undefined;
  readonly data: LaunchTemplateData;
  /** Epoch ms. */
  readonly createdAt: number;
}

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly defaultVersion: number;
  /** Oldest first. */
  readonly versions: readonly LaunchTemplateVersion[];
}

/** A template that DRS made for a source server, as it was at first. */
export interface GivenTemplate extends Omit<LaunchTemplate, 'defaultVersion' | 'versions'> {
  readonly data: LaunchTemplateData;
}

/** What people did to a template that was there. */
export interface TemplateChange {
  readonly defaultVersion?: number;
  readonly versions?: readonly LaunchTemplateVersion[];
}

export const templateFrom = (
  { data, ...given }: GivenTemplate,
  change: TemplateChange | undefined,
): LaunchTemplate => ({
  ...given,
  defaultVersion: change?.defaultVersion ?? 1,
  versions: [{ number: 1, data, createdAt: given.createdAt }, ...(change?.versions ?? [])],
});

/** A version by its number, `$Latest` or `$Default`. */
export const versionNamed = (template: LaunchTemplate, name: string): LaunchTemplateVersion | undefined => {
  if (name === '$Latest') return template.versions.at(-1);
  const number = name === '$Default' ? template.defaultVersion : Number(name);
  return template.versions.find((version) => version.number === number);
};

/** What a launch takes from a template. */
export interface LaunchSettings {
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly privateIp?: string;
  /** Its name or ARN. */
  readonly instanceProfile?: string;
  readonly tags: Readonly<Record<string, string>>;
}

const textIn = (tree: FormTree | undefined, name: string): string | undefined => {
  const value = tree?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const textsIn = (tree: FormTree | undefined, name: string): readonly string[] =>
  listOf(tree?.[name]).filter((value) => typeof value === 'string');

const treesIn = (tree: FormTree, name: string): readonly FormTree[] =>
  listOf(tree[name]).filter((value) => typeof value === 'object');

/** What a version has for its instance and the first network interface. */
export const settingsOf = (data: LaunchTemplateData): LaunchSettings => {
  const [networkInterface] = treesIn(data, 'NetworkInterface');
  const ofInstance = treesIn(data, 'TagSpecification').filter(
    (specification) => textIn(specification, 'ResourceType') === 'instance',
  );
  const tags = ofInstance
    .flatMap((specification) => treesIn(specification, 'Tag'))
    .map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? ''] as const);
  const [instanceType, subnetId, privateIp] = [
    textIn(data, 'InstanceType'),
    textIn(networkInterface, 'SubnetId'),
    textIn(networkInterface, 'PrivateIpAddress'),
  ];
  const profile = data['IamInstanceProfile'];
  const profileTree = typeof profile === 'object' ? profile : undefined;
  const instanceProfile = textIn(profileTree, 'Arn') ?? textIn(profileTree, 'Name');
  return {
    ...(instanceType !== undefined && { instanceType }),
    ...(subnetId !== undefined && { subnetId }),
    ...(privateIp !== undefined && { privateIp }),
    ...(instanceProfile !== undefined && { instanceProfile }),
    securityGroupIds: [...textsIn(networkInterface, 'SecurityGroupId'), ...textsIn(data, 'SecurityGroupId')],
    tags: Object.fromEntries(tags),
  };
};

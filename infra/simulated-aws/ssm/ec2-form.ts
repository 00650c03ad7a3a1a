/** EC2's form of an input: `InstanceIds` is written `InstanceId.1`, `Filters` as `Filter.1.Name` and `Filter.1.Value.1`. */
const singular: Readonly<Record<string, string>> = {
  InstanceIds: 'InstanceId',
  Filters: 'Filter',
  Values: 'Value',
  Tags: 'Tag',
  Resources: 'ResourceId',
  VolumeIds: 'VolumeId',
  SnapshotIds: 'SnapshotId',
  ImageIds: 'ImageId',
  SubnetIds: 'SubnetId',
  LaunchTemplateIds: 'LaunchTemplateId',
  LaunchTemplateNames: 'LaunchTemplateName',
  SecurityGroupIds: 'SecurityGroupId',
  NetworkInterfaces: 'NetworkInterface',
  TagSpecifications: 'TagSpecification',
  GroupIds: 'GroupId',
  Groups: 'SecurityGroupId',
  Versions: 'LaunchTemplateVersion',
};

const scalar: Readonly<Record<string, string>> = { DefaultVersion: 'SetDefaultVersion' };

const fields = (prefix: string, value: unknown): readonly (readonly [string, string])[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index) => fields(`${prefix}.${index + 1}`, each));
  if (typeof value !== 'object') return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, each]: readonly [string, unknown]) => {
    const written = Array.isArray(each) ? (singular[name] ?? name) : (scalar[name] ?? name);
    return fields(prefix === '' ? written : `${prefix}.${written}`, each);
  });
};

export const ec2Form = (api: string, input: Readonly<Record<string, unknown>>): string => {
  const form = new URLSearchParams({ Action: api, Version: '2016-11-15' });
  for (const [name, value] of fields('', input)) form.append(name, value);
  return form.toString();
};

/** Members of answers whose names in XML are not those of the service model. */
const renamed: Readonly<Record<string, string>> = {
  reservationSet: 'Reservations',
  instancesSet: 'Instances',
  instanceState: 'State',
  tagSet: 'Tags',
  groupSet: 'SecurityGroups',
  networkInterfaceSet: 'NetworkInterfaces',
  instanceStatusSet: 'InstanceStatuses',
  blockDeviceMapping: 'BlockDeviceMappings',
  volumeSet: 'Volumes',
  imagesSet: 'Images',
  subnetSet: 'Subnets',
  securityGroupInfo: 'SecurityGroups',
  launchTemplateVersionSet: 'LaunchTemplateVersions',
  startingInstances: 'StartingInstances',
};

const modelName = (name: string): string => renamed[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#13;', '\r')
    .replaceAll('&amp;', '&');

interface Node {
  readonly name: string;
  readonly children: Node[];
  text: string;
}

/** Reads XML as the simulated EC2 writes it: elements and text, and attributes on the root alone. */
const rootOf = (xml: string): Node => {
  const document: Node = { name: '', children: [], text: '' };
  const open = [document];
  for (const [, close, name = '', text = ''] of xml
    .replace(/<\?[^>]*\?>/g, '')
    .matchAll(/<(\/?)([\w-]+)[^>]*>([^<]*)/g)) {
    if (close === '/') {
      open.pop();
      continue;
    }
    const node: Node = { name, children: [], text: unescaped(text) };
    open.at(-1)?.children.push(node);
    open.push(node);
  }
  return document;
};

const isList = ({ name, children }: Node): boolean =>
  children.length > 0 ? children.every((child) => child.name === 'item') : name.endsWith('Set');

const numbers = new Set(['code', 'currentState', 'previousState']);

const valueOf = (node: Node): unknown => {
  if (isList(node)) return node.children.map(valueOf);
  if (node.children.length > 0)
    return Object.fromEntries(node.children.map((child) => [modelName(child.name), valueOf(child)]));
  if (numbers.has(node.name)) return Number(node.text);
  if (node.text === 'true' || node.text === 'false') return node.text === 'true';
  return node.text;
};

/** EC2's answer as the service model has it. */
export const ec2Output = (api: string, xml: string): unknown => {
  const response = rootOf(xml).children.find(({ name }) => name === `${api}Response`);
  const members = (response?.children ?? []).filter(({ name }) => name !== 'requestId');
  return Object.fromEntries(
    members.map((member) => [
      /^(Start|Stop|Terminate)Instances$/.test(api) && member.name === 'instancesSet'
        ? `${api
            .replace(/Instances$/, '')
            .replace(/e$/, '')
            .replace(/p$/, 'pp')}ingInstances`
        : modelName(member.name),
      valueOf(member),
    ]),
  );
};

/** An instance as EC2 sees it, whether DRS launched it or it was there before. */
export interface Ec2Instance {
  /** `i-` and 17 hexadecimal digits. */
  readonly instanceId: string;
  readonly privateIpAddress: string;
  readonly availabilityZone: string;
  readonly state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  /** When it was last started, epoch ms. */
  readonly launchedAt?: number;
  readonly instanceType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly platform?: 'windows' | 'linux';
  readonly architecture?: string;
  readonly virtualizationType?: string;
  readonly rootDeviceType?: string;
  readonly bootMode?: string;
  /** Its root volume: another one after DRS has launched into it. */
  readonly volumeId?: string;
}

const codes: Readonly<Record<Ec2Instance['state'], number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const codeOf = (state: Ec2Instance['state']): number => codes[state];

export interface InstanceFilter {
  readonly name: string;
  readonly values: readonly string[];
}

const textsOf = (instance: Ec2Instance, name: string): readonly string[] | undefined => {
  if (name.startsWith('tag:')) return [instance.tags?.[name.slice(4)]].filter((value) => value !== undefined);
  switch (name) {
    case 'instance-id':
      return [instance.instanceId];
    case 'instance-state-name':
      return [instance.state];
    case 'private-ip-address':
      return [instance.privateIpAddress];
    case 'availability-zone':
      return [instance.availabilityZone];
    case 'instance-type':
      return instance.instanceType === undefined ? [] : [instance.instanceType];
    case 'tag-key':
      return Object.keys(instance.tags ?? {});
    default:
      return undefined;
  }
};

/** Filter values may hold `*` for any text and `?` for any one character. */
const patternOf = (value: string): RegExp => {
  const escaped = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's');
};

/** The first filter that is not simulated, by name. */
export const unknownFilter = (
  instance: Ec2Instance,
  filters: readonly InstanceFilter[],
): string | undefined => filters.find(({ name }) => textsOf(instance, name) === undefined)?.name;

export const matchesFilters = (instance: Ec2Instance, filters: readonly InstanceFilter[]): boolean =>
  filters.every(({ name, values }) => {
    const texts = textsOf(instance, name) ?? [];
    return values.some((value) => texts.some((text) => patternOf(value).test(text)));
  });

/** The instance that exists and that the launches of a source server go into: DRS replaces its volumes. */
export interface LaunchInto {
  readonly instanceId: string;
  /** Undefined where EC2 does not know it. */
  readonly machine: IntoMachine | undefined;
  readonly copiesPrivateAddress: boolean;
  readonly copiesTags: boolean;
  /** Other source servers whose launches go into it, too. */
  readonly sharedWith: readonly string[];
}

interface IntoMachine {
  readonly state: string;
  /** When EC2 last started it, epoch ms. */
  readonly launchedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: 'windows' | 'linux';
  readonly architecture?: string;
  readonly virtualization?: string;
  readonly rootDevice?: string;
  readonly bootMode?: string;
}

const allowance = { key: 'AWSDRS', value: 'AllowLaunchingIntoThisInstance' };

/** What DRS demands of the machine and of the launch configuration, and does not find: "Launch into instance". */
const demandsOf = (into: LaunchInto, platform: 'windows' | 'linux' | undefined): readonly string[] => {
  const { machine, copiesPrivateAddress, copiesTags } = into;
  if (machine === undefined) return ['EC2 does not know it; correct the launch configuration'];
  const { state, tags, architecture = 'x86_64', virtualization = 'hvm', rootDevice = 'ebs' } = machine;
  const failing: readonly (readonly [boolean, string])[] = [
    [state !== 'STOPPED', `it is ${state}; stop it`],
    [tags[allowance.key] !== allowance.value, `it lacks the tag ${allowance.key}=${allowance.value}`],
    [
      platform !== undefined && machine.platform !== platform,
      `it is a ${machine.platform} machine, and the server is of ${platform}`,
    ],
    [architecture !== 'x86_64', `its architecture is ${architecture}; DRS demands x86_64`],
    [virtualization !== 'hvm', `its virtualization is ${virtualization}; DRS demands hvm`],
    [rootDevice !== 'ebs', `its root device is ${rootDevice}; DRS demands ebs`],
    [
      machine.platform === 'linux' && machine.bootMode !== undefined && machine.bootMode.startsWith('uefi'),
      `it boots by ${machine.bootMode}; DRS demands legacy-bios for Linux`,
    ],
    [copiesPrivateAddress, 'the launch configuration copies the private IP; switch that off'],
    [copiesTags, 'the launch configuration transfers server tags; switch that off'],
  ];
  return failing.filter(([fails]) => fails).map(([, what]) => what);
};

/** Why DRS would refuse to launch a server into this machine, or must not be asked to. */
export const intoFaults = (
  id: string,
  into: LaunchInto,
  platform: 'windows' | 'linux' | undefined,
): readonly string[] => [
  ...demandsOf(into, platform).map((what) => `${id} is launched into ${into.instanceId}: ${what}`),
  ...(into.sharedWith.length === 0
    ? []
    : [
        `${id} is launched into ${into.instanceId}, and so is ${into.sharedWith.join(', ')}; give each a machine of its own`,
      ]),
];

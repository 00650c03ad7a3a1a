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
  readonly imageId?: string;
  /** Where it was launched; the default VPC's subnet of its zone if absent. */
  readonly subnetId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly platform?: 'windows' | 'linux';
  readonly architecture?: string;
  readonly virtualizationType?: string;
  readonly rootDeviceType?: string;
  readonly bootMode?: string;
  /** Its root volume: another one after DRS has launched into it. */
  readonly volumeId?: string;
  /** Its name or ARN. */
  readonly instanceProfile?: string;
  /** What stood on its disks when DRS launched it. */
  readonly files?: Readonly<Record<string, string>>;
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

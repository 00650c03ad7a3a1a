/** DRS: DataReplicationInfo, of a source server that a failback looks at. */
export interface Replication {
  /** dataReplicationState */
  readonly state: string;
  readonly lagSeconds?: number;
  /** dataReplicationError.error */
  readonly error?: string;
  /** The sums over all disks. */
  readonly totalBytes: number;
  readonly copiedBytes: number;
  readonly rescannedBytes: number;
  /** When DRS expects it to be in sync, epoch ms. */
  readonly etaAt?: number;
}

/** DRS: SourceServer, with the fields that say where its machine is. */
export interface ReplicatedServer {
  readonly sourceServerId: string;
  readonly name: string;
  readonly direction: 'FAILOVER' | 'FAILBACK';
  /** The EC2 instance from which it replicates; absent for a machine that is not in EC2. */
  readonly machineId?: string;
  /** Where that runs; absent for a machine that is not in AWS. */
  readonly origin?: Place;
  readonly replication: Replication;
  /**
   * The source server of the other direction that DRS names. It may be one of an earlier failback, long deleted, so
   * that it says nothing but whether that one is still there.
   */
  readonly reversedId?: string;
  /** Of its newest launch: PENDING, IN_PROGRESS, LAUNCHED, FAILED, TERMINATED; absent before the first. */
  readonly lastLaunch?: string;
  readonly platform?: 'windows' | 'linux';
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** DRS: RecoveryInstance. */
export interface RecordedMachine {
  readonly instanceId: string;
  readonly sourceServerId: string;
  /** ec2InstanceState */
  readonly state: string;
  readonly isDrill: boolean;
  /** The state of its own replication to where it came from; absent where that has not begun. */
  readonly replication?: string;
  /** The state of its failback, once that has begun. */
  readonly failback?: string;
}

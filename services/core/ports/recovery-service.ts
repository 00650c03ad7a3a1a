import type { Target } from '../../../contracts/plan.ts';
import type {
  JobLogEntry,
  PlannedLaunchAction,
  RecoveryInstance,
  RecoveryJob,
} from '../domain/recovery-job.ts';

/** DRS: StartRecovery. The answer is sorted by what is known of the effect, not by the error's name. */
export type StartAnswer =
  | { readonly status: 'accepted'; readonly jobId: string }
  /** ConflictException: a server of the call is in another job; this call started nothing. */
  | { readonly status: 'conflict'; readonly message: string }
  /** ServiceQuotaExceededException: this call started nothing. */
  | { readonly status: 'quota'; readonly message: string }
  /** The request can never succeed as it is; it started nothing. */
  | { readonly status: 'invalid'; readonly message: string }
  /** Time-out, lost answer, throttling, internal error: the job may or may not have been made. */
  | { readonly status: 'unknown'; readonly message: string };

/** DRS: TerminateRecoveryInstances, sorted like the answer of StartRecovery. */
export type TerminateAnswer = StartAnswer;

export interface StartRequest {
  readonly isDrill: boolean;
  readonly servers: readonly { readonly sourceServerId: string; readonly snapshotId?: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

/** DRS: SourceServer, with the fields that a readiness check needs. */
export interface SourceServer {
  readonly sourceServerId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly replicationState: string;
  readonly lagSeconds?: number;
  readonly volumesMissing: boolean;
  readonly lastJobId?: string;
  /** The account in which it replicates, for an extended source server; absent where that is its own. */
  readonly stagingAccount?: string;
  /** Why DRS cannot reach the source server in the staging account, where it cannot. */
  readonly extensionError?: string;
  /** It replicates back to where it came from, after a reversal; absent for the usual direction, FAILOVER. */
  readonly direction?: 'FAILBACK';
  /** Absent where DRS does not know its operating system. */
  readonly platform?: Platform;
}

export type Platform = 'windows' | 'linux';

/** DRS: LaunchConfiguration, with the fields that a readiness check needs. */
export interface LaunchConfiguration {
  /** The EC2 instance that exists and whose volumes a launch replaces, instead of making an instance. */
  readonly intoInstanceId?: string;
  readonly copiesPrivateAddress: boolean;
  readonly copiesTags: boolean;
}

/** EC2: Instance, with the fields that say whose it is and whether DRS can launch into it. */
export interface Machine {
  readonly instanceId: string;
  /** As DRS writes it: RUNNING, STOPPED, SHUTTING-DOWN … */
  readonly state: string;
  /** When it was last started, epoch ms. */
  readonly launchedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: Platform;
  readonly architecture?: string;
  readonly virtualization?: string;
  readonly rootDevice?: string;
  readonly bootMode?: string;
  /** The ARN of its instance profile; absent where it has none. */
  readonly instanceProfile?: string;
}

/** EC2: what keeps an instance from being ended or stopped. */
export interface Protection {
  readonly againstTermination: boolean;
  readonly againstStop: boolean;
}

export interface RecoverySnapshot {
  readonly snapshotId: string;
  readonly takenAt: number;
}

/** AWS Elastic Disaster Recovery in one account and Region, as seen through a target's role. Reads throw to be retried. */
export interface RecoveryService {
  /** Calls StartRecovery at most once: no retry of any kind, since a repeat can destroy what the first one launched. */
  startRecovery(target: Target, request: StartRequest): Promise<StartAnswer>;
  /**
   * Calls TerminateRecoveryInstances once for 1 to 200 recovery instances. `conflict` and the like refuse all of them.
   * The ids of launched instances are never used again, so that a repeat for the same ones ends nothing else.
   */
  terminateRecoveryInstances(target: Target, instanceIds: readonly string[]): Promise<TerminateAnswer>;
  /** All pages. Jobs that do not exist, or are not visible yet, are missing from the answer. */
  describeJobs(target: Target, jobIds: readonly string[]): Promise<readonly RecoveryJob[]>;
  /** All pages of the jobs created since, newest first. A job may take a minute to become visible. */
  describeJobsSince(target: Target, since: number): Promise<readonly RecoveryJob[]>;
  /** All pages, in the order of the log. */
  describeJobLog(target: Target, jobId: string): Promise<readonly JobLogEntry[]>;
  /** All pages; every source server of the account and Region, also those extended from staging accounts. */
  describeSourceServers(target: Target): Promise<readonly SourceServer[]>;
  /** The recovery instances of these source servers, 200 a call; without any named, all of the account and Region. */
  describeRecoveryInstances(
    target: Target,
    sourceServerIds?: readonly string[],
  ): Promise<readonly RecoveryInstance[]>;
  /** Points in time of a server, newest first. */
  describeRecoverySnapshots(target: Target, sourceServerId: string): Promise<readonly RecoverySnapshot[]>;
  /** Undefined where the server has none. */
  describeLaunchConfiguration(
    target: Target,
    sourceServerId: string,
  ): Promise<LaunchConfiguration | undefined>;
  /**
   * The launch actions that DRS is to run on a server, in their order: the active ones, and none where its launch
   * configuration has them off or is not there. `denied` where the caller may not read that.
   */
  launchActions(target: Target, sourceServerId: string): Promise<readonly PlannedLaunchAction[] | 'denied'>;
  /** Service Quotas for DRS, or AWS's defaults where they cannot be read. */
  quotas(target: Target): Promise<RecoveryQuotas>;
  /** EC2: private address and Availability Zone of instances. */
  describeInstances(target: Target, instanceIds: readonly string[]): Promise<readonly InstanceFacts[]>;
  /** EC2: these instances. Those that do not exist are missing from the answer. */
  describeMachines(target: Target, instanceIds: readonly string[]): Promise<readonly Machine[]>;
  /**
   * EC2: the instances that carry the tag of one of these source servers and are not terminated, each once: also
   * those whose record in DRS is deleted.
   */
  describeMachinesOf(target: Target, sourceServerIds: readonly string[]): Promise<readonly Machine[]>;
  /** EC2: the protection of an instance that exists. */
  describeProtection(target: Target, instanceId: string): Promise<Protection>;
}

export interface RecoveryQuotas {
  readonly jobsMax: number;
  readonly serversPerJobMax: number;
  readonly serversInJobsMax: number;
}

export interface InstanceFacts {
  readonly instanceId: string;
  readonly privateAddress?: string;
  readonly availabilityZone?: string;
}

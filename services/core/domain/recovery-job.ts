/** DRS: Job, with the fields that decisions need. Instants in epoch ms. */
export interface RecoveryJob {
  readonly jobId: string;
  readonly type: string;
  readonly isDrill: boolean;
  readonly status: 'PENDING' | 'STARTED' | 'COMPLETED';
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly servers: readonly ParticipatingServer[];
}

/** DRS: ParticipatingServer. */
export interface ParticipatingServer {
  readonly sourceServerId: string;
  readonly launchStatus: string;
  /** DRS: LaunchActionsStatus.runs, the launch actions that have begun, in their order; absent before the first. */
  readonly launchActions?: readonly LaunchActionRun[];
}

/** DRS: LaunchAction, with the fields that decisions need. */
export interface PlannedLaunchAction {
  readonly name: string;
  /** The SSM document that it runs. */
  readonly document: string;
  /** Its failure does not fail the launch. */
  readonly optional: boolean;
}

/** DRS: LaunchActionRun. A status that is not known has not ended. */
export interface LaunchActionRun extends PlannedLaunchAction {
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  readonly failureReason?: string;
}

/** DRS: JobLog. `event` is an open word: real jobs log events that the model does not list. */
export interface JobLogEntry {
  readonly at: number;
  readonly event: string;
  readonly sourceServerId?: string;
  readonly instanceId?: string;
  readonly error?: string;
}

/** DRS: RecoveryInstance. One that was terminated stays listed for a while. */
export interface RecoveryInstance {
  readonly sourceServerId: string;
  readonly instanceId: string;
  readonly state: string;
  readonly isDrill: boolean;
  readonly jobId: string;
  /** DRS: pointInTimeSnapshotDateTime, the time of the data that it was launched from. Epoch ms. */
  readonly pointInTime?: number;
  /** The state of its failback, once that has begun. */
  readonly failback?: string;
  /** The state of its own replication, back to where its server came from; absent where there never was one. */
  readonly replication?: string;
}

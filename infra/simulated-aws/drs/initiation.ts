/** The steps by which the agent of a source server is connected, in their order: DataReplicationInitiationStepName. */
export const initiationSteps = [
  'WAIT',
  'CREATE_SECURITY_GROUP',
  'LAUNCH_REPLICATION_SERVER',
  'BOOT_REPLICATION_SERVER',
  'AUTHENTICATE_WITH_SERVICE',
  'DOWNLOAD_REPLICATION_SOFTWARE',
  'CREATE_STAGING_DISKS',
  'ATTACH_STAGING_DISKS',
  'PAIR_REPLICATION_SERVER_WITH_AGENT',
  'CONNECT_AGENT_TO_REPLICATION_SERVER',
  'START_DATA_TRANSFER',
] as const;

export type InitiationStep = (typeof initiationSteps)[number];

/** How far the agent of a server is connected. */
export interface Initiation {
  /** Epoch ms. */
  readonly startedAt: number;
  /** The share of the steps that are done, from 0 to 1. */
  readonly done: number;
  readonly failedAt?: InitiationStep | undefined;
}

export interface StepStatus {
  readonly name: InitiationStep;
  readonly status: 'NOT_STARTED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
}

/** The steps as they stand: what comes behind one that failed never starts. */
export const stepsOf = ({ done, failedAt }: Initiation): readonly StepStatus[] => {
  const reached = Math.floor(done * initiationSteps.length);
  const stuckAt = failedAt === undefined ? Infinity : initiationSteps.indexOf(failedAt);
  return initiationSteps.map((name, at) => {
    if (at > stuckAt) return { name, status: 'NOT_STARTED' };
    if (at === stuckAt && done * initiationSteps.length > at) return { name, status: 'FAILED' };
    if (at < reached) return { name, status: 'SUCCEEDED' };
    return { name, status: at === reached ? 'IN_PROGRESS' : 'NOT_STARTED' };
  });
};

/** The error of dataReplicationError for a step that failed. */
export const initiationError = (step: InitiationStep): string => `FAILED_TO_${step}`;

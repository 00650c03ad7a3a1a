import type { Job } from './job.ts';
import type { RecoveryPlan } from './recovery-plan.ts';
import type { ReplicationConfiguration, ReplicationTemplate } from './replication-settings.ts';
import type { SourceServer } from './source-server.ts';

/** What was done to a source server since the simulation was opened. */
export interface ServerChange {
  readonly isDeleted?: boolean;
  readonly replication?: {
    readonly kind: 'STOPPED' | 'STARTED' | 'RETRIED' | 'DISCONNECTED' | 'REPOINTED';
    readonly at: number;
  };
  /** The machine from which it replicates since its replication was turned round once more. */
  readonly machine?: {
    readonly instanceID: string;
    readonly availabilityZone: string;
    /** Epoch ms. */
    readonly at: number;
  };
  readonly reversedArn?: string;
}

/**
 * What was done to a recovery instance. Times are epoch ms: what is older than the last launch into the machine
 * was done to the recovery instance that it was before.
 */
export interface InstanceChange {
  readonly disconnectedAt?: number;
  readonly deletedAt?: number;
  readonly failbackStoppedAt?: number;
  readonly reversedAt?: number;
}

export interface LaunchConfiguration {
  readonly name?: string | undefined;
  readonly launchDisposition?: 'STARTED' | 'STOPPED' | undefined;
  readonly targetInstanceTypeRightSizingMethod?: string | undefined;
  readonly copyPrivateIp?: boolean | undefined;
  readonly copyTags?: boolean | undefined;
  readonly licensing?: { readonly osByol?: boolean | undefined } | undefined;
  readonly postLaunchEnabled?: boolean | undefined;
  readonly launchIntoInstanceProperties?:
    { readonly launchIntoEC2InstanceID?: string | undefined } | undefined;
}

/** The launch configuration with which a server starts; an account has one at most. */
export interface LaunchTemplate extends Omit<LaunchConfiguration, 'name' | 'launchIntoInstanceProperties'> {
  readonly templateID: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly exportBucketArn?: string | undefined;
  /** Servers that return to where they came from are launched into the machine that they once were. */
  readonly launchIntoSourceInstance?: boolean | undefined;
}

/** A VPC elsewhere whose settings DRS keeps, to make it again here. */
export interface SourceNetwork {
  readonly sourceNetworkID: string;
  readonly vpcID: string;
  readonly originAccountID: string;
  readonly originRegion: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What was last asked of its replication; a new one is stopped. Epoch ms. */
  readonly replication: { readonly kind: 'STARTED' | 'STOPPED'; readonly at: number };
  readonly stackName?: string | undefined;
}

/** How a recovery instance replicates back. */
export interface FailbackConfiguration {
  readonly name?: string | undefined;
  readonly bandwidthThrottling?: number | undefined;
  readonly usePrivateIP?: boolean | undefined;
  readonly internetProtocol?: 'IPV4' | 'IPV6' | undefined;
}

/** A launch action of a source server or of the account's template, as PutLaunchAction gives it. */
export interface LaunchActionSetting {
  readonly actionID: string;
  readonly actionCode: string;
  readonly actionVersion: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly order: number;
  readonly active: boolean;
  readonly optional: boolean;
  readonly parameters: Readonly<Record<string, { readonly value: string; readonly type: string }>>;
}

/** What happened, in order. All that DRS answers follows from these, from the scenario and from the time. */
export type DrsRecord =
  | { readonly kind: 'Opened'; readonly at: number }
  | { readonly kind: 'ServiceInitialized' }
  | { readonly kind: 'OperationCalled'; readonly operation: string; readonly at: number }
  | { readonly kind: 'JobStarted'; readonly job: Job }
  | { readonly kind: 'JobDeleted'; readonly jobID: string }
  | { readonly kind: 'SourceServerAdded'; readonly server: SourceServer }
  | { readonly kind: 'SourceServerChanged'; readonly sourceServerID: string; readonly change: ServerChange }
  | { readonly kind: 'InstanceChanged'; readonly instanceID: string; readonly change: InstanceChange }
  | {
      readonly kind: 'LaunchConfigured';
      readonly sourceServerID: string;
      readonly configuration: LaunchConfiguration;
    }
  | {
      readonly kind: 'ReplicationConfigured';
      readonly sourceServerID: string;
      readonly configuration: ReplicationConfiguration;
    }
  | {
      readonly kind: 'FailbackConfigured';
      readonly instanceID: string;
      readonly configuration: FailbackConfiguration;
    }
  | { readonly kind: 'ReplicationTemplateSaved'; readonly template: ReplicationTemplate }
  | { readonly kind: 'LaunchTemplateSaved'; readonly template: LaunchTemplate }
  | { readonly kind: 'TemplateDeleted'; readonly templateID: string }
  | { readonly kind: 'SourceNetworkSaved'; readonly network: SourceNetwork }
  | { readonly kind: 'SourceNetworkDeleted'; readonly sourceNetworkID: string }
  | { readonly kind: 'RecoveryPlanSaved'; readonly plan: RecoveryPlan }
  | { readonly kind: 'RecoveryPlanDeleted'; readonly planID: string }
  | { readonly kind: 'LaunchActionPut'; readonly resourceID: string; readonly action: LaunchActionSetting }
  | { readonly kind: 'LaunchActionDeleted'; readonly resourceID: string; readonly actionID: string }
  | { readonly kind: 'Tagged'; readonly arn: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'Restored'; readonly state: DrsState };

type Table<T> = Readonly<Record<string, T>>;

export interface DrsState {
  readonly openedAt: number;
  readonly isInitialized: boolean;
  /** By id, oldest first. */
  readonly jobs: Table<Job>;
  /** Job ids of each source server, oldest first. */
  readonly history: Table<readonly string[]>;
  readonly deletedJobs: Table<true>;
  readonly addedServers: Table<SourceServer>;
  readonly serverChanges: Table<ServerChange>;
  readonly instanceChanges: Table<InstanceChange>;
  readonly launchConfigurations: Table<LaunchConfiguration>;
  readonly replicationConfigurations?: Table<ReplicationConfiguration>;
  /** By recovery instance. */
  readonly failbackConfigurations?: Table<FailbackConfiguration>;
  /** By id, oldest first; null for one that was deleted, as the one with which an account begins may be. */
  readonly replicationTemplates?: Table<ReplicationTemplate | null>;
  readonly sourceNetworks?: Table<SourceNetwork | null>;
  readonly recoveryPlans?: Table<RecoveryPlan | null>;
  readonly launchTemplates?: Table<LaunchTemplate | null>;
  /** By source server or launch configuration template, then by action; null for one of the scenario that was deleted. */
  readonly launchActions?: Table<Table<LaunchActionSetting | null>>;
  /** By ARN; replaces the tags with which the resource was made. */
  readonly tags: Table<Readonly<Record<string, string>>>;
  readonly calls: Table<number>;
  /** Times of the calls of the last second, by operation. */
  readonly recentCalls: Table<readonly number[]>;
}

export const initialState: DrsState = {
  openedAt: 0,
  isInitialized: false,
  jobs: {},
  history: {},
  deletedJobs: {},
  addedServers: {},
  serverChanges: {},
  instanceChanges: {},
  launchConfigurations: {},
  tags: {},
  calls: {},
  recentCalls: {},
};

const historyWith = (state: DrsState, job: Job): DrsState['history'] => {
  const grown = job.courses.map(
    ({ sourceServerID }) => [sourceServerID, [...(state.history[sourceServerID] ?? []), job.jobID]] as const,
  );
  return { ...state.history, ...Object.fromEntries(grown) };
};

const counted = (state: DrsState, operation: string, at: number): DrsState => ({
  ...state,
  calls: { ...state.calls, [operation]: (state.calls[operation] ?? 0) + 1 },
  recentCalls: {
    ...state.recentCalls,
    [operation]: [...(state.recentCalls[operation] ?? []).filter((earlier) => earlier > at - 1000), at],
  },
});

/** The state after a record. */
export const evolve = (state: DrsState, record: DrsRecord): DrsState => {
  switch (record.kind) {
    case 'Opened':
      return { ...state, openedAt: record.at };
    case 'ServiceInitialized':
      return { ...state, isInitialized: true };
    case 'OperationCalled':
      return counted(state, record.operation, record.at);
    case 'JobStarted':
      return {
        ...state,
        jobs: { ...state.jobs, [record.job.jobID]: record.job },
        history: historyWith(state, record.job),
      };
    case 'JobDeleted':
      return { ...state, deletedJobs: { ...state.deletedJobs, [record.jobID]: true } };
    case 'SourceServerAdded':
      return {
        ...state,
        addedServers: { ...state.addedServers, [record.server.sourceServerID]: record.server },
      };
    case 'SourceServerChanged':
      return { ...state, serverChanges: merged(state.serverChanges, record.sourceServerID, record.change) };
    case 'InstanceChanged':
      return { ...state, instanceChanges: merged(state.instanceChanges, record.instanceID, record.change) };
    case 'LaunchConfigured':
      return {
        ...state,
        launchConfigurations: merged(state.launchConfigurations, record.sourceServerID, record.configuration),
      };
    case 'ReplicationConfigured': {
      const { replicationConfigurations: before = {} } = state;
      const { sourceServerID, configuration } = record;
      return { ...state, replicationConfigurations: merged(before, sourceServerID, configuration) };
    }
    case 'FailbackConfigured': {
      const { failbackConfigurations: before = {} } = state;
      return {
        ...state,
        failbackConfigurations: merged(before, record.instanceID, record.configuration),
      };
    }
    case 'ReplicationTemplateSaved':
    case 'LaunchTemplateSaved':
    case 'TemplateDeleted':
      return withTemplate(state, record);
    case 'SourceNetworkSaved':
      return withNetwork(state, record.network.sourceNetworkID, record.network);
    case 'SourceNetworkDeleted':
      return withNetwork(state, record.sourceNetworkID, null);
    case 'RecoveryPlanSaved':
      return withPlan(state, record.plan.planID, record.plan);
    case 'RecoveryPlanDeleted':
      return withPlan(state, record.planID, null);
    case 'LaunchActionPut': {
      const { resourceID, action } = record;
      return withLaunchAction(state, resourceID, action.actionID, action);
    }
    case 'LaunchActionDeleted':
      return withLaunchAction(state, record.resourceID, record.actionID, null);
    case 'Tagged':
      return { ...state, tags: { ...state.tags, [record.arn]: record.tags } };
    case 'Restored':
      return record.state;
  }
};

const withNetwork = (state: DrsState, id: string, network: SourceNetwork | null): DrsState => ({
  ...state,
  sourceNetworks: { ...state.sourceNetworks, [id]: network },
});

const withPlan = (state: DrsState, planID: string, plan: RecoveryPlan | null): DrsState => ({
  ...state,
  recoveryPlans: { ...state.recoveryPlans, [planID]: plan },
});

const withTemplate = (
  state: DrsState,
  record: Extract<
    DrsRecord,
    { kind: 'ReplicationTemplateSaved' | 'LaunchTemplateSaved' | 'TemplateDeleted' }
  >,
): DrsState => {
  const { replicationTemplates = {}, launchTemplates = {} } = state;
  if (record.kind === 'ReplicationTemplateSaved') {
    const { template } = record;
    return { ...state, replicationTemplates: { ...replicationTemplates, [template.templateID]: template } };
  }
  if (record.kind === 'LaunchTemplateSaved') {
    const { template } = record;
    return { ...state, launchTemplates: { ...launchTemplates, [template.templateID]: template } };
  }
  const { templateID } = record;
  return templateID.startsWith('rct-')
    ? { ...state, replicationTemplates: { ...replicationTemplates, [templateID]: null } }
    : { ...state, launchTemplates: { ...launchTemplates, [templateID]: null } };
};

const withLaunchAction = (
  state: DrsState,
  resourceID: string,
  actionID: string,
  action: LaunchActionSetting | null,
): DrsState => ({
  ...state,
  launchActions: merged(state.launchActions ?? {}, resourceID, { [actionID]: action }),
});

const merged = <T extends object>(table: Table<T>, key: string, change: T): Table<T> => ({
  ...table,
  [key]: { ...table[key], ...change },
});

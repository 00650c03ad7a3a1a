import type { OperationName } from './operation-names.ts';
import {
  createExtendedSourceServer,
  listExtensibleSourceServers,
  listStagingAccounts,
} from './operations/extended-servers.ts';
import { reverseReplication, startFailbackLaunch, stopFailback } from './operations/failback.ts';
import { deleteJob, describeJobLogItems, describeJobs } from './operations/jobs.ts';
import { deleteLaunchAction, listLaunchActions, putLaunchAction } from './operations/launch-actions.ts';
import { getLaunchConfiguration, updateLaunchConfiguration } from './operations/launch-configuration.ts';
import {
  deleteRecoveryInstance,
  describeRecoveryInstances,
  disconnectRecoveryInstance,
  terminateRecoveryInstances,
} from './operations/recovery-instances.ts';
import { describeReplicationConfigurationTemplates, initializeService } from './operations/service.ts';
import {
  deleteSourceServer,
  describeRecoverySnapshots,
  describeSourceServers,
  retryDataReplication,
  startReplication,
  stopReplication,
} from './operations/source-servers.ts';
import { startRecovery } from './operations/start-recovery.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import type { Operation } from './outcome.ts';

export const operations: Readonly<Record<OperationName, Operation>> = {
  StartRecovery: startRecovery,
  TerminateRecoveryInstances: terminateRecoveryInstances,
  StartFailbackLaunch: startFailbackLaunch,
  StopFailback: stopFailback,
  ReverseReplication: reverseReplication,
  StartReplication: startReplication,
  StopReplication: stopReplication,
  RetryDataReplication: retryDataReplication,
  DisconnectRecoveryInstance: disconnectRecoveryInstance,
  DeleteRecoveryInstance: deleteRecoveryInstance,
  DeleteJob: deleteJob,
  DeleteSourceServer: deleteSourceServer,
  UpdateLaunchConfiguration: updateLaunchConfiguration,
  PutLaunchAction: putLaunchAction,
  DeleteLaunchAction: deleteLaunchAction,
  CreateExtendedSourceServer: createExtendedSourceServer,
  InitializeService: initializeService,
  TagResource: tagResource,
  UntagResource: untagResource,
  DescribeJobs: describeJobs,
  DescribeJobLogItems: describeJobLogItems,
  DescribeSourceServers: describeSourceServers,
  DescribeRecoveryInstances: describeRecoveryInstances,
  DescribeRecoverySnapshots: describeRecoverySnapshots,
  DescribeReplicationConfigurationTemplates: describeReplicationConfigurationTemplates,
  GetLaunchConfiguration: getLaunchConfiguration,
  ListLaunchActions: listLaunchActions,
  ListStagingAccounts: listStagingAccounts,
  ListExtensibleSourceServers: listExtensibleSourceServers,
  ListTagsForResource: listTagsForResource,
};

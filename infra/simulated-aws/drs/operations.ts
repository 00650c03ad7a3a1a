import type { OperationName } from './operation-names.ts';
import {
  createExtendedSourceServer,
  listExtensibleSourceServers,
  listStagingAccounts,
} from './operations/extended-servers.ts';
import {
  getFailbackReplicationConfiguration,
  updateFailbackReplicationConfiguration,
} from './operations/failback-configuration.ts';
import {
  createLaunchConfigurationTemplate,
  deleteLaunchConfigurationTemplate,
  describeLaunchConfigurationTemplates,
  updateLaunchConfigurationTemplate,
} from './operations/launch-templates.ts';
import {
  getReplicationConfiguration,
  updateReplicationConfiguration,
} from './operations/replication-configuration.ts';
import {
  createReplicationConfigurationTemplate,
  deleteReplicationConfigurationTemplate,
  describeReplicationConfigurationTemplates,
  updateReplicationConfigurationTemplate,
} from './operations/replication-templates.ts';
import { startFailbackLaunch, stopFailback } from './operations/failback.ts';
import { reverseReplication } from './operations/reverse-replication.ts';
import { deleteJob, describeJobLogItems, describeJobs } from './operations/jobs.ts';
import { deleteLaunchAction, listLaunchActions, putLaunchAction } from './operations/launch-actions.ts';
import { getLaunchConfiguration, updateLaunchConfiguration } from './operations/launch-configuration.ts';
import {
  deleteRecoveryInstance,
  describeRecoveryInstances,
  disconnectRecoveryInstance,
  terminateRecoveryInstances,
} from './operations/recovery-instances.ts';
import {
  createRecoveryPlan,
  updateRecoveryPlan,
  deleteRecoveryPlan,
  getRecoveryPlan,
  listRecoveryPlans,
} from './operations/recovery-plans.ts';
import {
  createRecoveryPlanStep,
  updateRecoveryPlanStep,
  deleteRecoveryPlanStep,
  reorderRecoveryPlanSteps,
  getRecoveryPlanStep,
  listRecoveryPlanSteps,
} from './operations/recovery-plan-steps.ts';
import { initializeService } from './operations/service.ts';
import {
  describeSourceNetworks,
  createSourceNetwork,
  deleteSourceNetwork,
  startSourceNetworkReplication,
  stopSourceNetworkReplication,
  startSourceNetworkRecovery,
} from './operations/source-networks.ts';
import {
  deleteSourceServer,
  describeRecoverySnapshots,
  describeSourceServers,
  disconnectSourceServer,
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
  CreateSourceNetwork: createSourceNetwork,
  DeleteSourceNetwork: deleteSourceNetwork,
  StartSourceNetworkReplication: startSourceNetworkReplication,
  StopSourceNetworkReplication: stopSourceNetworkReplication,
  StartSourceNetworkRecovery: startSourceNetworkRecovery,
  DisconnectSourceServer: disconnectSourceServer,
  UpdateReplicationConfiguration: updateReplicationConfiguration,
  UpdateFailbackReplicationConfiguration: updateFailbackReplicationConfiguration,
  CreateReplicationConfigurationTemplate: createReplicationConfigurationTemplate,
  UpdateReplicationConfigurationTemplate: updateReplicationConfigurationTemplate,
  DeleteReplicationConfigurationTemplate: deleteReplicationConfigurationTemplate,
  CreateLaunchConfigurationTemplate: createLaunchConfigurationTemplate,
  UpdateLaunchConfigurationTemplate: updateLaunchConfigurationTemplate,
  DeleteLaunchConfigurationTemplate: deleteLaunchConfigurationTemplate,
  PutLaunchAction: putLaunchAction,
  DeleteLaunchAction: deleteLaunchAction,
  CreateExtendedSourceServer: createExtendedSourceServer,
  CreateRecoveryPlan: createRecoveryPlan,
  UpdateRecoveryPlan: updateRecoveryPlan,
  DeleteRecoveryPlan: deleteRecoveryPlan,
  CreateRecoveryPlanStep: createRecoveryPlanStep,
  UpdateRecoveryPlanStep: updateRecoveryPlanStep,
  DeleteRecoveryPlanStep: deleteRecoveryPlanStep,
  ReorderRecoveryPlanSteps: reorderRecoveryPlanSteps,
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
  DescribeSourceNetworks: describeSourceNetworks,
  GetReplicationConfiguration: getReplicationConfiguration,
  GetFailbackReplicationConfiguration: getFailbackReplicationConfiguration,
  DescribeLaunchConfigurationTemplates: describeLaunchConfigurationTemplates,
  ListLaunchActions: listLaunchActions,
  ListStagingAccounts: listStagingAccounts,
  ListExtensibleSourceServers: listExtensibleSourceServers,
  GetRecoveryPlan: getRecoveryPlan,
  ListRecoveryPlans: listRecoveryPlans,
  GetRecoveryPlanStep: getRecoveryPlanStep,
  ListRecoveryPlanSteps: listRecoveryPlanSteps,
  ListTagsForResource: listTagsForResource,
};

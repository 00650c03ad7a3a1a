/** The operations that are simulated; the first group changes something, and is counted across restarts. */
export const changingOperations = [
  'StartRecovery',
  'TerminateRecoveryInstances',
  'StartFailbackLaunch',
  'StopFailback',
  'ReverseReplication',
  'StartReplication',
  'StopReplication',
  'RetryDataReplication',
  'DisconnectRecoveryInstance',
  'DeleteRecoveryInstance',
  'DeleteJob',
  'DeleteSourceServer',
  'UpdateLaunchConfiguration',
  'CreateSourceNetwork',
  'DeleteSourceNetwork',
  'StartSourceNetworkReplication',
  'StopSourceNetworkReplication',
  'StartSourceNetworkRecovery',
  'DisconnectSourceServer',
  'UpdateReplicationConfiguration',
  'UpdateFailbackReplicationConfiguration',
  'CreateReplicationConfigurationTemplate',
  'UpdateReplicationConfigurationTemplate',
  'DeleteReplicationConfigurationTemplate',
  'CreateLaunchConfigurationTemplate',
  'UpdateLaunchConfigurationTemplate',
  'DeleteLaunchConfigurationTemplate',
  'PutLaunchAction',
  'DeleteLaunchAction',
  'CreateExtendedSourceServer',
  'InitializeService',
  'TagResource',
  'UntagResource',
] as const;

export const operationNames = [
  ...changingOperations,
  'DescribeJobs',
  'DescribeJobLogItems',
  'DescribeSourceServers',
  'DescribeRecoveryInstances',
  'DescribeRecoverySnapshots',
  'DescribeReplicationConfigurationTemplates',
  'GetLaunchConfiguration',
  'DescribeSourceNetworks',
  'GetReplicationConfiguration',
  'GetFailbackReplicationConfiguration',
  'DescribeLaunchConfigurationTemplates',
  'ListLaunchActions',
  'ListStagingAccounts',
  'ListExtensibleSourceServers',
  'ListTagsForResource',
] as const;

export type OperationName = (typeof operationNames)[number];

const changing: readonly OperationName[] = changingOperations;

export const changesSomething = (operation: OperationName): boolean => changing.includes(operation);

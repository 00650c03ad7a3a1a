import {
  type Access,
  arnIn,
  type Input,
  listIn,
  onAll,
  onOne,
  type Place,
  recordIn,
  requestTags,
  type ServiceAccess,
  textIn,
  textsIn,
} from '../access.ts';

const arnOf = (place: Place, kind: string, id: string): string => arnIn('drs', place, `${kind}/${id}`);

const sourceServer = (input: Input, place: Place): string =>
  arnOf(place, 'source-server', textIn(input, 'sourceServerID'));
const recoveryInstance = (input: Input, place: Place): string =>
  arnOf(place, 'recovery-instance', textIn(input, 'recoveryInstanceID'));
const replicationTemplate = (input: Input, place: Place): string =>
  arnOf(place, 'replication-configuration-template', textIn(input, 'replicationConfigurationTemplateID'));
const launchTemplate = (input: Input, place: Place): string =>
  arnOf(place, 'launch-configuration-template', textIn(input, 'launchConfigurationTemplateID'));
const sourceNetwork = (input: Input, place: Place): string =>
  arnOf(place, 'source-network', textIn(input, 'sourceNetworkID'));
const job = (input: Input, place: Place): string => arnOf(place, 'job', textIn(input, 'jobID'));
/** Launch actions belong to a source server, or to the template of an account. */
const withLaunchActions = (input: Input, place: Place): string => {
  const id = textIn(input, 'resourceId');
  return arnOf(place, id.startsWith('lct-') ? 'launch-configuration-template' : 'source-server', id);
};
const recoveryPlan = (input: Input): string => textIn(input, 'recoveryPlanArn');
const recoveryPlanStep = (input: Input): string => textIn(input, 'recoveryPlanStepArn');
const tagged = (input: Input): string => textIn(input, 'resourceArn');

const recoveryInstances = (action: string, input: Input, place: Place): readonly Access[] =>
  textsIn(input, 'recoveryInstanceIDs').map((id) => ({
    action,
    resource: arnOf(place, 'recovery-instance', id),
  }));

/** A job that does not exist yet. */
const newJob = (place: Place): string => arnOf(place, 'job', 'drsjob-00000000000000000');

/** Tags that a call gives to what it makes are a permission of their own. */
const tagging = (operation: string, input: Input, place: Place): readonly Access[] => {
  const tags = recordIn(input, 'tags');
  if (Object.keys(tags).length === 0) return [];
  const context = { ...requestTags(tags), 'drs:CreateAction': operation };
  return [{ action: 'drs:TagResource', resource: newJob(place), context }];
};

/** "Actions, resources, and condition keys for AWS Elastic Disaster Recovery". */
export const drsAccess: ServiceAccess = {
  ...onAll(
    'drs',
    'DescribeJobs',
    'DescribeSourceServers',
    'DescribeRecoveryInstances',
    'DescribeReplicationConfigurationTemplates',
    'DescribeLaunchConfigurationTemplates',
    'CreateReplicationConfigurationTemplate',
    'CreateLaunchConfigurationTemplate',
    'CreateSourceNetwork',
    'DescribeSourceNetworks',
    'CreateRecoveryPlan',
    'ListRecoveryPlans',
    'ListStagingAccounts',
    'ListExtensibleSourceServers',
    'ListTagsForResource',
    'CreateExtendedSourceServer',
    'InitializeService',
  ),
  ...onOne(
    'drs',
    sourceServer,
    'StartReplication',
    'StopReplication',
    'RetryDataReplication',
    'DisconnectSourceServer',
    'DeleteSourceServer',
    'GetReplicationConfiguration',
    'UpdateReplicationConfiguration',
    'UpdateLaunchConfiguration',
    'GetLaunchConfiguration',
    'DescribeRecoverySnapshots',
  ),
  ...onOne(
    'drs',
    recoveryInstance,
    'StopFailback',
    'ReverseReplication',
    'DisconnectRecoveryInstance',
    'GetFailbackReplicationConfiguration',
    'UpdateFailbackReplicationConfiguration',
    'DeleteRecoveryInstance',
  ),
  ...onOne(
    'drs',
    replicationTemplate,
    'UpdateReplicationConfigurationTemplate',
    'DeleteReplicationConfigurationTemplate',
  ),
  ...onOne('drs', launchTemplate, 'UpdateLaunchConfigurationTemplate', 'DeleteLaunchConfigurationTemplate'),
  ...onOne(
    'drs',
    sourceNetwork,
    'DeleteSourceNetwork',
    'StartSourceNetworkReplication',
    'StopSourceNetworkReplication',
  ),
  ...onOne(
    'drs',
    recoveryPlan,
    'GetRecoveryPlan',
    'UpdateRecoveryPlan',
    'DeleteRecoveryPlan',
    'CreateRecoveryPlanStep',
    'ListRecoveryPlanSteps',
    'ReorderRecoveryPlanSteps',
  ),
  ...onOne(
    'drs',
    recoveryPlanStep,
    'GetRecoveryPlanStep',
    'UpdateRecoveryPlanStep',
    'DeleteRecoveryPlanStep',
  ),
  ...onOne('drs', job, 'DeleteJob', 'DescribeJobLogItems'),
  ...onOne('drs', tagged, 'UntagResource'),
  ...onOne('drs', withLaunchActions, 'PutLaunchAction', 'DeleteLaunchAction', 'ListLaunchActions'),
  TagResource: (input) => [
    {
      action: 'drs:TagResource',
      resource: tagged(input),
      context: requestTags(recordIn(input, 'tags')),
    },
  ],
  StartRecovery: (input, place) => [
    ...listIn(input, 'sourceServers').map((server) => ({
      action: 'drs:StartRecovery',
      resource: arnOf(place, 'source-server', textIn(server, 'sourceServerID')),
      context: requestTags(recordIn(input, 'tags')),
    })),
    ...tagging('StartRecovery', input, place),
  ],
  StartSourceNetworkRecovery: (input, place) =>
    listIn(input, 'sourceNetworks').map((network) => ({
      action: 'drs:StartSourceNetworkRecovery',
      resource: arnOf(place, 'source-network', textIn(network, 'sourceNetworkID')),
      context: requestTags(recordIn(input, 'tags')),
    })),
  TerminateRecoveryInstances: (input, place) =>
    recoveryInstances('drs:TerminateRecoveryInstances', input, place),
  StartFailbackLaunch: (input, place) => recoveryInstances('drs:StartFailbackLaunch', input, place),
};

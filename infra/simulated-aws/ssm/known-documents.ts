import type { AutomationDocument, DocumentParameter, DocumentStep } from './document.ts';

const optional: DocumentParameter = { type: 'String', default: '' };
const optionalList: DocumentParameter = { type: 'StringList', default: [] };
const required: DocumentParameter = { type: 'String' };
const instances: DocumentParameter = { type: 'StringList' };

const awsDocument = (
  name: string,
  description: string,
  parameters: AutomationDocument['parameters'],
  steps: readonly (readonly [name: string, action: string])[],
  seconds: AutomationDocument['seconds'],
): AutomationDocument => ({
  name,
  version: '1',
  owner: 'Amazon',
  description,
  parameters: { ...parameters, AutomationAssumeRole: optional },
  steps: steps.map(([step, action]): DocumentStep => ({ name: step, action })),
  seconds,
  outputs: {},
  createdAt: 0,
});

/** Sample runbooks take what an orchestrator knows of the wave it runs; all of it is optional. */
const sampleDocument = (
  name: string,
  description: string,
  own: AutomationDocument['parameters'],
  steps: readonly string[],
  seconds: AutomationDocument['seconds'],
): AutomationDocument => ({
  ...awsDocument(
    name,
    description,
    {},
    steps.map((step) => [step, 'aws:executeScript'] as const),
    seconds,
  ),
  owner: 'Self',
  parameters: {
    ExecutionId: optional,
    Mode: optional,
    WaveId: optional,
    TargetAccount: optional,
    TargetRegion: optional,
    InstanceIds: optionalList,
    SourceServerIds: optionalList,
    ServerNames: optionalList,
    PrivateAddresses: optionalList,
    AvailabilityZones: optionalList,
    AutomationAssumeRole: optional,
    ...own,
  },
});

const amazon: readonly AutomationDocument[] = [
  awsDocument(
    'AWS-StartEC2Instance',
    'Start EC2 instances',
    { InstanceId: instances },
    [['startInstances', 'aws:changeInstanceState']],
    { from: 20, to: 45 },
  ),
  awsDocument(
    'AWS-StopEC2Instance',
    'Stop EC2 instances',
    { InstanceId: instances },
    [
      ['stopInstances', 'aws:changeInstanceState'],
      ['forceStopInstances', 'aws:changeInstanceState'],
    ],
    { from: 25, to: 60 },
  ),
  awsDocument(
    'AWS-RestartEC2Instance',
    'Restart EC2 instances',
    { InstanceId: instances },
    [
      ['stopInstances', 'aws:changeInstanceState'],
      ['startInstances', 'aws:changeInstanceState'],
    ],
    { from: 50, to: 100 },
  ),
  awsDocument(
    'AWS-TerminateEC2Instance',
    'Terminate EC2 instances',
    { InstanceId: instances },
    [['terminateInstances', 'aws:changeInstanceState']],
    { from: 20, to: 50 },
  ),
  {
    ...awsDocument(
      'AWS-CreateImage',
      'Create an image of an instance',
      { InstanceId: required, NoReboot: { type: 'Boolean', default: 'false' } },
      [['createImage', 'aws:createImage']],
      { from: 120, to: 300 },
    ),
    outputs: { 'createImage.ImageId': ['ami-0a1b2c3d4e5f60718'] },
  },
  awsDocument(
    'AWS-PublishSNSNotification',
    'Publish to a topic',
    { TopicArn: required, Message: required },
    [['publish', 'aws:executeAwsApi']],
    1,
  ),
];

const samples: readonly AutomationDocument[] = [
  {
    ...sampleDocument(
      'Groundswell-HealthCheck',
      'Ask the recovered servers whether they serve',
      { Path: { type: 'String', default: '/health' } },
      ['waitForBoot', 'askServers'],
      { from: 10, to: 25 },
    ),
    outputs: { 'askServers.Healthy': ['true'] },
  },
  sampleDocument('Groundswell-WarmCache', 'Fill caches before traffic arrives', {}, ['fillCache'], {
    from: 15,
    to: 40,
  }),
  {
    ...sampleDocument(
      'Groundswell-SwitchDns',
      'Point a DNS name at the recovery site',
      { RecordName: optional, HostedZoneId: optional },
      ['changeRecord', 'waitForSync'],
      { from: 20, to: 50 },
    ),
    outputs: { 'changeRecord.ChangeId': ['C2682N5HXP0BZ4'] },
  },
  sampleDocument(
    'Groundswell-StopReplication',
    'Pause replication into the recovery site',
    {},
    ['pauseReplication'],
    { from: 5, to: 15 },
  ),
  sampleDocument(
    'Groundswell-NotifyTeam',
    'Tell a team where the recovery stands',
    { Message: optional, Channel: optional },
    ['notify'],
    { from: 1, to: 3 },
  ),
];

/** Documents that exist in every account: a choice of Amazon's, and those that the sample plans name. */
export const knownDocuments: readonly AutomationDocument[] = [...amazon, ...samples];

import {
  CreateDocumentCommand,
  GetAutomationExecutionCommand,
  SSMClient,
  StartAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { startRuntime } from '../../../../infra/local/runtime.ts';

const content = {
  schemaVersion: '0.3',
  outputs: ['servers.First', 'instances.State', 'buses.Names'],
  mainSteps: [
    {
      name: 'servers',
      action: 'aws:executeAwsApi',
      inputs: { Service: 'drs', Api: 'DescribeSourceServers', filters: {} },
      outputs: [{ Name: 'First', Selector: '$.items[0].sourceServerID', Type: 'String' }],
    },
    {
      name: 'recover',
      action: 'aws:executeAwsApi',
      inputs: {
        ...{ Service: 'drs', Api: 'StartRecovery', isDrill: true },
        sourceServers: [{ sourceServerID: '{{ servers.First }}' }],
      },
      outputs: [{ Name: 'Job', Selector: '$.job.jobID', Type: 'String' }],
    },
    {
      name: 'wait',
      action: 'aws:waitForAwsResourceProperty',
      timeoutSeconds: 7200,
      inputs: {
        ...{ Service: 'drs', Api: 'DescribeJobs', filters: { jobIDs: ['{{ recover.Job }}'] } },
        ...{ PropertySelector: '$.items[0].status', DesiredValues: ['COMPLETED'] },
      },
    },
    {
      name: 'instances',
      action: 'aws:executeAwsApi',
      inputs: {
        ...{ Service: 'ec2', Api: 'DescribeInstances' },
        Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
      },
      outputs: [{ Name: 'State', Selector: '$.Reservations[0].Instances[0].State.Name', Type: 'String' }],
    },
    {
      name: 'buses',
      action: 'aws:executeAwsApi',
      inputs: { Service: 'events', Api: 'ListEventBuses' },
      outputs: [{ Name: 'Names', Selector: '$.EventBuses..Name', Type: 'StringList' }],
    },
    {
      name: 'function',
      action: 'aws:invokeLambdaFunction',
      onFailure: 'Continue',
      inputs: { FunctionName: 'no-such' },
    },
  ],
};

// Two hours of its step's time-out would pass within seconds at the speed of a drill.
it('a runbook calls the services of the simulated AWS itself', { timeout: 120_000 }, async () => {
  const runtime = await startRuntime({ speed: 60 });
  try {
    const client = new SSMClient({
      ...{ endpoint: runtime.endpoint, region: 'eu-west-1' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await client.send(
      new CreateDocumentCommand({
        ...{ Name: 'Recover', DocumentType: 'Automation', Content: JSON.stringify(content) },
      }),
    );
    const { AutomationExecutionId } = await client.send(
      new StartAutomationExecutionCommand({ DocumentName: 'Recover' }),
    );
    const look = async () =>
      (await client.send(new GetAutomationExecutionCommand({ AutomationExecutionId }))).AutomationExecution;
    await expect
      .poll(async () => (await look())?.AutomationExecutionStatus, { timeout: 100_000, interval: 500 })
      .toBe('Success');
    const ended = await look();
    expect(ended?.Outputs).toEqual({
      'servers.First': [expect.stringMatching(/^s-/)],
      'instances.State': ['running'],
      'buses.Names': expect.arrayContaining(['groundswell']),
    });
    expect(ended?.StepExecutions?.at(-1)).toMatchObject({
      StepStatus: 'Failed',
      FailureMessage: expect.stringContaining(
        '(ResourceNotFoundException) when calling the Invoke operation',
      ),
    });
  } finally {
    await runtime.close();
  }
});

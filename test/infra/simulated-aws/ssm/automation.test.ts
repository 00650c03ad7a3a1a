import {
  AutomationDefinitionNotFoundException,
  AutomationExecutionLimitExceededException,
  DescribeAutomationExecutionsCommand,
  DescribeAutomationStepExecutionsCommand,
  GetAutomationExecutionCommand,
  IdempotentParameterMismatch,
  InvalidAutomationExecutionParametersException,
  InvalidAutomationSignalException,
  InvalidAutomationStatusUpdateException,
  SendAutomationSignalCommand,
  type SSMClient,
  StartAutomationExecutionCommand,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { ssmFixture, startAt } from './fixture.ts';

const get = async (client: SSMClient, id: string) => {
  const { AutomationExecution } = await client.send(
    new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
  );
  return AutomationExecution!;
};

const token = '7d3c1a52-0a5e-5a6b-9f0e-3b1f5f0c1d22';

const twoSteps = { steps: [{ name: 'first' }, { name: 'second' }], seconds: 10 };

describe('an automation execution', () => {
  it('runs its steps one after the other and succeeds with its outputs', async () => {
    const { clock, client, start } = ssmFixture({
      documents: { Runbook: { ...twoSteps, outputs: { 'second.Address': ['10.0.0.1'] } } },
    });
    const id = await start('Runbook');
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'InProgress',
      CurrentStepName: 'first',
    });
    await clock.advance(5000);
    expect(await get(client, id)).toMatchObject({
      CurrentStepName: 'second',
      StepExecutions: [{ StepStatus: 'Success' }, { StepStatus: 'InProgress' }],
    });
    await clock.advance(5000);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Success',
      ExecutionStartTime: new Date(startAt),
      ExecutionEndTime: new Date(startAt + 10_000),
      Outputs: { 'second.Address': ['10.0.0.1'] },
      StepExecutions: [{ Outputs: {} }, { Outputs: { Address: ['10.0.0.1'] } }],
      ProgressCounters: { TotalSteps: 2, SuccessSteps: 2, FailedSteps: 0 },
    });
  });

  it('fails at the step that the scenario names, and leaves the later ones pending', async () => {
    const outcomes = [{ result: 'Failed' as const, message: 'no route', step: 'first' }];
    const { clock, client, start } = ssmFixture({ documents: { Runbook: { ...twoSteps, outcomes } } });
    const id = await start('Runbook');
    await clock.advance(60_000);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Failed',
      FailureMessage: expect.stringContaining('no route'),
      StepExecutions: [{ StepStatus: 'Failed', FailureMessage: 'no route' }, { StepStatus: 'Pending' }],
    });
  });

  it('takes the outcomes of its document in turn, the last one for all later starts', async () => {
    const outcomes = [{ result: 'TimedOut' as const }, { result: 'Success' as const }];
    const { clock, client, start } = ssmFixture({ documents: { Runbook: { seconds: 1, outcomes } } });
    const ids = [await start('Runbook'), await start('Runbook'), await start('Runbook')];
    await clock.advance(1000);
    const runs = await Promise.all(ids.map((id) => get(client, id)));
    expect(runs.map((run) => run.AutomationExecutionStatus)).toEqual(['TimedOut', 'Success', 'Success']);
  });

  it('takes the outcomes of the first case whose parameters it was given', async () => {
    const { clock, client, start } = ssmFixture({
      documents: {
        Runbook: {
          seconds: 1,
          parameters: { Wave: { type: 'String' } },
          cases: [{ when: { Wave: ['db'] }, outcomes: [{ result: 'Failed' }] }],
        },
      },
    });
    const [app, db] = [await start('Runbook', { Wave: ['app'] }), await start('Runbook', { Wave: ['db'] })];
    await clock.advance(1000);
    expect((await get(client, app)).AutomationExecutionStatus).toBe('Success');
    expect((await get(client, db)).AutomationExecutionStatus).toBe('Failed');
  });

  it('counts the starts of each case by themselves', async () => {
    const { clock, client, start } = ssmFixture({
      documents: {
        Runbook: {
          seconds: 1,
          parameters: { Wave: { type: 'String' } },
          cases: [{ when: { Wave: ['db'] }, outcomes: [{ result: 'Failed' }, { result: 'Success' }] }],
        },
      },
    });
    await start('Runbook', { Wave: ['app'] });
    const db = [await start('Runbook', { Wave: ['db'] }), await start('Runbook', { Wave: ['db'] })];
    await clock.advance(1000);
    const runs = await Promise.all(db.map((id) => get(client, id)));
    expect(runs.map((run) => run.AutomationExecutionStatus)).toEqual(['Failed', 'Success']);
  });

  it('may end in a status that its caller has never heard of', async () => {
    const outcomes = [{ result: 'OtherStatus' as const, status: 'Postponed' }];
    const { clock, client, start } = ssmFixture({ documents: { Runbook: { seconds: 1, outcomes } } });
    const id = await start('Runbook');
    await clock.advance(1000);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Postponed');
  });

  it('waits in the queue while as many run as may, and is refused when the queue is full', async () => {
    const { clock, client, start } = ssmFixture({
      documents: { Runbook: { seconds: 5 } },
      concurrentMax: 1,
      queuedMax: 1,
    });
    const [, second] = [await start('Runbook'), await start('Runbook')];
    await expect(start('Runbook')).rejects.toBeInstanceOf(AutomationExecutionLimitExceededException);
    expect((await get(client, second)).AutomationExecutionStatus).toBe('Pending');
    await clock.advance(5000);
    expect((await get(client, second)).AutomationExecutionStatus).toBe('InProgress');
    await clock.advance(5000);
    expect((await get(client, second)).AutomationExecutionStatus).toBe('Success');
  });
});

describe('a start', () => {
  const command = (Parameters: Record<string, string[]>, ClientToken = token) =>
    new StartAutomationExecutionCommand({ DocumentName: 'AWS-StartEC2Instance', Parameters, ClientToken });

  it('that repeats a client token with the same parameters returns the first id', async () => {
    const { client } = ssmFixture();
    const first = await client.send(command({ InstanceId: ['i-1'] }));
    const again = await client.send(command({ InstanceId: ['i-1'] }, token.toUpperCase()));
    expect(again.AutomationExecutionId).toBe(first.AutomationExecutionId);
  });

  it('that repeats a client token with other parameters is refused', async () => {
    const { client } = ssmFixture();
    await client.send(command({ InstanceId: ['i-1'] }));
    await expect(client.send(command({ InstanceId: ['i-2'] }))).rejects.toBeInstanceOf(
      IdempotentParameterMismatch,
    );
  });

  it('with a client token that is no UUID of 36 characters is refused', async () => {
    const { client } = ssmFixture();
    await expect(client.send(command({ InstanceId: ['i-1'] }, 'wave-1'))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('of an unknown document is refused', async () => {
    const { start } = ssmFixture();
    await expect(start('AWS-RunShellScript')).rejects.toBeInstanceOf(AutomationDefinitionNotFoundException);
  });

  it.each([
    ['an undeclared parameter', { InstanceId: ['i-1'], Colour: ['red'] }, 'Parameter Colour is not defined'],
    ['a missing parameter', {}, 'Parameter InstanceId is required'],
    ['two values for a String', { InstanceId: ['i-1', 'i-2'] }, 'takes exactly one value'],
  ])('with %s is refused', async (_, parameters, message) => {
    const { start } = ssmFixture();
    const refusal = start('AWS-CreateImage', parameters);
    await expect(refusal).rejects.toBeInstanceOf(InvalidAutomationExecutionParametersException);
    await expect(refusal).rejects.toThrow(message);
  });

  it('takes a document by its ARN', async () => {
    const { start } = ssmFixture();
    const id = await start('arn:aws:ssm:eu-west-1:111122223333:document/Groundswell-HealthCheck', {
      InstanceIds: ['i-1'],
    });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('beyond one in a second is throttled', async () => {
    const { clock, start } = ssmFixture({ throttling: true });
    await start('Groundswell-NotifyTeam');
    await clock.advance(999);
    await expect(start('Groundswell-NotifyTeam')).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
    });
    await clock.advance(1);
    await expect(start('Groundswell-NotifyTeam')).resolves.toBeTypeOf('string');
  });
});

describe('a stop', () => {
  const stop = (client: SSMClient, id: string, Type?: 'Cancel' | 'Complete') =>
    client.send(new StopAutomationExecutionCommand({ AutomationExecutionId: id, Type }));

  it('leaves the execution Cancelling for a while, then Cancelled', async () => {
    const outcomes = [{ result: 'NeverEnds' as const }];
    const { clock, client, start } = ssmFixture({ documents: { Runbook: { outcomes, cancelSeconds: 20 } } });
    const id = await start('Runbook');
    await clock.advance(3_600_000);
    await stop(client, id);
    await clock.advance(19_999);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Cancelling');
    await clock.advance(1);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Cancelled',
      StepExecutions: [{ StepStatus: 'Cancelled' }],
    });
  });

  it('at the very moment at which a step ended leaves that step a success', async () => {
    const { clock, client, start } = ssmFixture({ documents: { Runbook: twoSteps } });
    const id = await start('Runbook');
    await clock.advance(5000);
    await stop(client, id);
    await clock.advance(1000);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Cancelled',
      StepExecutions: [{ StepStatus: 'Success' }, { StepStatus: 'Cancelled' }],
    });
  });

  it('of type Complete lets the running step end and starts no other', async () => {
    const { clock, client, start } = ssmFixture({ documents: { Runbook: twoSteps } });
    const id = await start('Runbook');
    await clock.advance(1000);
    await stop(client, id, 'Complete');
    expect((await get(client, id)).AutomationExecutionStatus).toBe('InProgress');
    await clock.advance(4000);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Success',
      StepExecutions: [{ StepStatus: 'Success' }, { StepStatus: 'Pending' }],
    });
  });

  it('of an execution that has ended is refused', async () => {
    const { clock, client, start } = ssmFixture({ documents: { Runbook: { seconds: 1 } } });
    const id = await start('Runbook');
    await clock.advance(1000);
    await expect(stop(client, id)).rejects.toBeInstanceOf(InvalidAutomationStatusUpdateException);
  });
});

describe('a signal', () => {
  const signal = (client: SSMClient, id: string, SignalType: 'Approve' | 'Reject' | 'Resume' | 'StartStep') =>
    client.send(new SendAutomationSignalCommand({ AutomationExecutionId: id, SignalType }));

  const approval = { ...twoSteps, outcomes: [{ result: 'AwaitsApproval' as const, step: 'first' }] };

  it('approves a waiting step, and the execution goes on', async () => {
    const { clock, client, start } = ssmFixture({ documents: { Runbook: approval } });
    const id = await start('Runbook');
    await clock.advance(600_000);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Waiting');
    await signal(client, id, 'Approve');
    expect((await get(client, id)).CurrentStepName).toBe('second');
    await clock.advance(5000);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Success');
  });

  it('rejects a waiting step, and the execution is Rejected', async () => {
    const { client, start } = ssmFixture({ documents: { Runbook: approval } });
    const id = await start('Runbook');
    await signal(client, id, 'Reject');
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Rejected');
  });

  it('approves one step, and not the next', async () => {
    const steps = [
      { name: 'first', action: 'aws:approve' },
      { name: 'second', action: 'aws:approve' },
    ];
    const { client, start } = ssmFixture({ documents: { Runbook: { steps } } });
    const id = await start('Runbook');
    await signal(client, id, 'Approve');
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Waiting',
      StepExecutions: [{ StepStatus: 'Success' }, { StepStatus: 'Waiting' }],
    });
  });

  it('comes too late for an execution that is being cancelled', async () => {
    const { client, start } = ssmFixture({ documents: { Runbook: { ...approval, cancelSeconds: 20 } } });
    const id = await start('Runbook');
    await client.send(new StopAutomationExecutionCommand({ AutomationExecutionId: id }));
    await expect(signal(client, id, 'Approve')).rejects.toBeInstanceOf(InvalidAutomationSignalException);
  });

  it('that the execution does not wait for is refused', async () => {
    const { client, start } = ssmFixture({ documents: { Runbook: twoSteps } });
    const id = await start('Runbook');
    await expect(signal(client, id, 'Approve')).rejects.toBeInstanceOf(InvalidAutomationSignalException);
  });

  it('starts the steps of an interactive execution, one by one and then all', async () => {
    const { clock, client } = ssmFixture({
      documents: { Runbook: { ...twoSteps, steps: [...twoSteps.steps, { name: 'third' }], seconds: 15 } },
    });
    const started = await client.send(
      new StartAutomationExecutionCommand({ DocumentName: 'Runbook', Mode: 'Interactive' }),
    );
    const id = started.AutomationExecutionId!;
    await clock.advance(60_000);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Waiting');
    await signal(client, id, 'StartStep');
    await clock.advance(60_000);
    expect(await get(client, id)).toMatchObject({
      AutomationExecutionStatus: 'Waiting',
      CurrentStepName: 'first',
    });
    await signal(client, id, 'Resume');
    await clock.advance(10_000);
    expect((await get(client, id)).AutomationExecutionStatus).toBe('Success');
  });
});

describe('a list of executions', () => {
  const warmUp = { DocumentName: 'Groundswell-WarmCache', Tags: [{ Key: 'executionId', Value: 'e-1' }] };

  it('is filtered by document, start and tag, the newest first, in pages', async () => {
    const { clock, client, start } = ssmFixture();
    await start('AWS-StopEC2Instance', { InstanceId: ['i-1'] });
    await client.send(new StartAutomationExecutionCommand(warmUp));
    await clock.advance(60_000);
    const after = new Date(clock.now()).toISOString();
    const tagged = new StartAutomationExecutionCommand(warmUp);
    const { AutomationExecutionId: first } = await client.send(tagged);
    const { AutomationExecutionId: second } = await client.send(tagged);
    const Filters = [
      { Key: 'DocumentNamePrefix' as const, Values: ['Groundswell-'] },
      { Key: 'StartTimeAfter' as const, Values: [after] },
      { Key: 'TagKey' as const, Values: ['executionId'] },
    ];
    const page = await client.send(new DescribeAutomationExecutionsCommand({ Filters, MaxResults: 1 }));
    expect(page.AutomationExecutionMetadataList?.map((row) => row.AutomationExecutionId)).toEqual([second]);
    const rest = await client.send(
      new DescribeAutomationExecutionsCommand({ Filters, MaxResults: 1, NextToken: page.NextToken }),
    );
    expect(rest.AutomationExecutionMetadataList?.map((row) => row.AutomationExecutionId)).toEqual([first]);
    expect(rest.NextToken).toBeUndefined();
  });

  it('of steps can be filtered and turned round', async () => {
    const { clock, client, start } = ssmFixture({ documents: { Runbook: twoSteps } });
    const id = await start('Runbook');
    await clock.advance(5000);
    const names = async (input: {
      ReverseOrder?: boolean;
      Filters?: { Key: 'StepExecutionStatus'; Values: string[] }[];
    }) => {
      const answer = await client.send(
        new DescribeAutomationStepExecutionsCommand({ AutomationExecutionId: id, ...input }),
      );
      return answer.StepExecutions?.map((step) => step.StepName);
    };
    expect(await names({ ReverseOrder: true })).toEqual(['second', 'first']);
    expect(await names({ Filters: [{ Key: 'StepExecutionStatus', Values: ['Success'] }] })).toEqual([
      'first',
    ]);
  });
});

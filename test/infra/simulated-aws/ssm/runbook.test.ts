import {
  CreateDocumentCommand,
  GetAutomationExecutionCommand,
  InvalidAutomationSignalException,
  SendAutomationSignalCommand,
  SSMClient,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createJsonService } from '../../../../infra/simulated-aws/protocols/json-protocol.ts';
import { ServiceError } from '../../../../infra/simulated-aws/protocols/service-error.ts';
import type { SsmRecord } from '../../../../infra/simulated-aws/ssm/store.ts';
import { clientOptions } from '../service-handler.ts';
import { ssmFixture, startAt } from './fixture.ts';

type Fixture = ReturnType<typeof ssmFixture>;

const create = async ({ client }: Fixture, text: string, Name = 'Runbook') =>
  client.send(
    new CreateDocumentCommand({ Name, Content: text, DocumentType: 'Automation', DocumentFormat: 'YAML' }),
  );

const seen = async ({ client }: Fixture, id: string) => {
  const { AutomationExecution: execution } = await client.send(
    new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
  );
  return {
    status: execution?.AutomationExecutionStatus,
    steps: Object.fromEntries(
      (execution?.StepExecutions ?? []).map((step) => [step.StepName, step.StepStatus]),
    ),
    execution: execution!,
  };
};

const signalAs = (fixture: Fixture, user: string, id: string, type: 'Approve' | 'Reject' | 'Resume') =>
  new SSMClient({
    ...clientOptions(fixture.local.service),
    credentials: { accessKeyId: user, secretAccessKey: 'x' },
  }).send(new SendAutomationSignalCommand({ AutomationExecutionId: id, SignalType: type }));

/** A runbook of these steps, each with what it says beside its name and action. */
const runbook = (steps: string, more = ''): string =>
  `schemaVersion: '0.3'\n${more}mainSteps:\n${steps
    .trim()
    .split('\n')
    .map((line) => `  - ${line.trim()}\n`)
    .join('')}`;

const failing = "action: 'aws:executeAwsApi', inputs: { Service: ssm, Api: GetParameter, Name: /none }";
const sleep = "action: 'aws:sleep', inputs: { Duration: PT5S }";

const run = async (text: string, parameters: Record<string, string[]> = {}, ms = 60_000) => {
  const fixture = ssmFixture();
  await create(fixture, text);
  const id = await fixture.start('Runbook', parameters);
  await fixture.clock.advance(ms);
  return { fixture, id, ...(await seen(fixture, id)) };
};

describe('a runbook with a branch, an approval of two and a call that fails', () => {
  const text = `
schemaVersion: '0.3'
parameters:
  Mode: { type: String }
mainSteps:
  - name: choose
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: ask, Variable: '{{ Mode }}', StringEquals: RECOVERY }
      Default: skip
  - { name: skip, ${sleep}, isEnd: true }
  - name: ask
    action: aws:approve
    inputs: { Approvers: [anna, ben, carl], MinRequiredApprovals: 2 }
  - { name: call, ${failing}, onFailure: 'step:repair', isCritical: false, isEnd: true }
  - { name: never, ${sleep} }
  - { name: repair, action: 'aws:executeAwsApi', inputs: { Service: ssm, Api: PutParameter, Name: /made, Value: '{{ Mode }}', Type: String } }
`;

  it('goes by the branch that holds, waits for two people, and goes on where its failure leads', async () => {
    const fixture = ssmFixture();
    await create(fixture, text);
    const id = await fixture.start('Runbook', { Mode: ['RECOVERY'] });
    await fixture.clock.advance(1000);
    expect(await seen(fixture, id)).toMatchObject({
      status: 'Waiting',
      steps: { choose: 'Success', ask: 'Waiting' },
    });
    await signalAs(fixture, 'anna', id, 'Approve');
    await fixture.clock.advance(1000);
    expect(await seen(fixture, id)).toMatchObject({ status: 'Waiting' });
    await expect(signalAs(fixture, 'anna', id, 'Approve')).rejects.toBeInstanceOf(
      InvalidAutomationSignalException,
    );
    await expect(signalAs(fixture, 'eve', id, 'Approve')).rejects.toThrow('none of the approvers');
    await signalAs(fixture, 'ben', id, 'Approve');
    await fixture.clock.advance(1000);
    const { status, steps, execution } = await seen(fixture, id);
    expect([status, steps]).toEqual([
      'Success',
      {
        choose: 'Success',
        skip: 'Pending',
        ask: 'Success',
        call: 'Failed',
        never: 'Pending',
        repair: 'Success',
      },
    ]);
    const call = execution.StepExecutions?.find(({ StepName }) => StepName === 'call');
    expect(call).toMatchObject({
      FailureMessage: expect.stringContaining(
        'An error occurred (ParameterNotFound) when calling the GetParameter',
      ),
      Inputs: { Api: '"GetParameter"', Name: '"/none"', Service: '"ssm"' },
      OnFailure: 'step:repair',
      IsEnd: true,
    });
    expect(execution.StepExecutions?.[0]?.ValidNextSteps).toEqual(['ask', 'skip']);
  });

  it('takes the default where no choice holds', async () => {
    const { status, steps } = await run(text, { Mode: ['DRILL'] });
    expect([status, steps['skip'], steps['ask']]).toEqual(['Success', 'Success', 'Pending']);
  });

  it('is rejected by one of them', async () => {
    const { fixture, id } = await run(text, { Mode: ['RECOVERY'] }, 1000);
    await signalAs(fixture, 'carl', id, 'Reject');
    await fixture.clock.advance(1000);
    expect(await seen(fixture, id)).toMatchObject({ status: 'Rejected', steps: { ask: 'Rejected' } });
  });

  it('outlives a restart in the middle of its approval', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ssm-')), 'ssm.jsonl');
    const before = ssmFixture({}, { journal: openJournal<SsmRecord>(file) });
    await create(before, text);
    const id = await before.start('Runbook', { Mode: ['RECOVERY'] });
    await before.clock.advance(1000);
    await signalAs(before, 'anna', id, 'Approve');
    await before.clock.advance(1000);
    before.local.close();
    const after = ssmFixture({}, { journal: openJournal<SsmRecord>(file), now: startAt + 2000 });
    await signalAs(after, 'ben', id, 'Approve');
    await after.clock.advance(1000);
    expect(await seen(after, id)).toMatchObject({ status: 'Success', steps: { repair: 'Success' } });
  });
});

describe('a step that fails', () => {
  const after = `{ name: next, ${sleep} }`;
  it.each([
    ['Abort is the default', '', 'Failed', 'Pending'],
    ['Continue goes on, and is not critical', ', onFailure: Continue', 'Success', 'Success'],
    ['Continue of what is critical', ', onFailure: Continue, isCritical: true', 'Failed', 'Success'],
    ['Abort of what is not critical', ', isCritical: false', 'Success', 'Pending'],
    ['step: of what is critical', ', onFailure: step:next', 'Failed', 'Success'],
    ['Continue at an end', ', onFailure: Continue, isEnd: true', 'Success', 'Pending'],
  ])('%s', async (_, more, status, next) => {
    const seenNow = await run(runbook(`{ name: call, ${failing}${more} }\n${after}`));
    expect([seenNow.status, seenNow.steps]).toEqual([status, { call: 'Failed', next }]);
  });

  it('is tried as often as it says', async () => {
    const fixture = ssmFixture();
    let calls = 0;
    const flaky = ssmFixture(
      {},
      {
        find: () =>
          createJsonService({
            ...{ signingName: 'events', targetPrefix: 'AWSEvents', version: '1.1' },
            operations: {
              ListRules: () => {
                calls += 1;
                if (calls < 3) throw new ServiceError('InternalException', 'not yet', 500);
                return { Rules: [{ Name: 'a' }, { Name: 'b' }] };
              },
            },
          }),
      },
    );
    void fixture;
    await create(
      flaky,
      runbook(
        "{ name: list, maxAttempts: 3, action: 'aws:executeAwsApi', inputs: { Service: events, Api: ListRules }, outputs: [{ Name: Names, Selector: '$.Rules..Name', Type: StringList }] }",
        "outputs: ['list.Names']\n",
      ),
    );
    const id = await flaky.start('Runbook');
    await flaky.clock.advance(1000);
    const { status, execution } = await seen(flaky, id);
    expect([status, calls, execution.Outputs]).toEqual(['Success', 3, { 'list.Names': ['a', 'b'] }]);
  });

  it('times out', async () => {
    const text = runbook(`{ name: nap, ${sleep}, timeoutSeconds: 2 }`);
    expect(await run(text)).toMatchObject({ status: 'TimedOut', steps: { nap: 'TimedOut' } });
  });
});

describe('a branch', () => {
  it.each([
    ['{ StringEquals: x }', 'x', true],
    ['{ EqualsIgnoreCase: X }', 'x', true],
    ['{ StartsWith: a }', 'ab', true],
    ['{ EndsWith: a }', 'ab', false],
    ['{ Contains: b }', 'abc', true],
    ['{ NumericGreater: 3 }', '4', true],
    ['{ NumericLesserOrEquals: 3 }', '4', false],
    ['{ BooleanEquals: true }', 'true', true],
  ])('compares by %s', async (operation, value, holds) => {
    const condition = `Variable: '{{ V }}', ${operation.slice(2, -2)}`;
    for (const [choice, expected] of [
      [condition, holds],
      [`Not: { ${condition} }`, !holds],
      [`And: [{ ${condition} }, { Variable: a, StringEquals: a }]`, holds],
      [`Or: [{ ${condition} }, { Variable: a, StringEquals: b }]`, holds],
    ] as const) {
      const text = runbook(
        `{ name: choose, action: 'aws:branch', inputs: { Choices: [{ NextStep: yes_, ${choice} }] }, isEnd: true }\n{ name: yes_, ${sleep} }`,
        'parameters: { V: { type: String } }\n',
      );
      expect((await run(text, { V: [value] })).steps['yes_']).toBe(expected ? 'Success' : 'Pending');
    }
  });
});

describe('other steps', () => {
  it('wait for a property, and assert one, of the simulated AWS itself', async () => {
    const property =
      "Service: ssm, Api: GetParameter, Name: /ready, PropertySelector: '$.Parameter.Value', DesiredValues: ['yes']";
    const fixture = ssmFixture();
    await create(
      fixture,
      runbook(
        `{ name: wait, action: 'aws:waitForAwsResourceProperty', inputs: { ${property} }, maxAttempts: 3 }\n{ name: check, action: 'aws:assertAwsResourceProperty', inputs: { ${property.replace("'yes'", "'no'")} } }`,
      ),
    );
    await create(
      fixture,
      runbook(
        "{ name: put, action: 'aws:executeAwsApi', inputs: { Service: ssm, Api: PutParameter, Name: /ready, Value: '{{ V }}', Type: String, Overwrite: true } }",
        'parameters: { V: { type: String } }\n',
      ),
      'Put',
    );
    await fixture.start('Put', { V: ['no'] });
    await fixture.clock.advance(1000);
    const id = await fixture.start('Runbook');
    await fixture.clock.advance(20_000);
    expect(await seen(fixture, id)).toMatchObject({ steps: { wait: 'InProgress' } });
    await fixture.start('Put', { V: ['yes'] });
    await fixture.clock.advance(20_000);
    expect(await seen(fixture, id)).toMatchObject({
      status: 'Failed',
      steps: { wait: 'Success', check: 'Failed' },
    });
  });

  it('run another automation, and put out what it put out', async () => {
    const fixture = ssmFixture({ documents: { Child: { outputs: { 'run.A': ['b'] } } } });
    await create(
      fixture,
      runbook(
        "{ name: child, action: 'aws:executeAutomation', inputs: { DocumentName: Child } }",
        "outputs: ['child.Status']\n",
      ),
    );
    const id = await fixture.start('Runbook');
    await fixture.clock.advance(60_000);
    expect(await seen(fixture, id)).toMatchObject({
      status: 'Success',
      execution: { Outputs: { 'child.Status': ['Success'] } },
    });
  });

  it('pause until they are resumed', async () => {
    const { fixture, id, status } = await run(runbook("{ name: hold, action: 'aws:pause', inputs: {} }"));
    expect(status).toBe('Waiting');
    await signalAs(fixture, 'local', id, 'Resume');
    await fixture.clock.advance(1000);
    expect((await seen(fixture, id)).status).toBe('Success');
  });

  it('run scripts and commands only as the scenario says', async () => {
    const text = runbook(
      "{ name: script, action: 'aws:executeScript', inputs: { Runtime: python3.11, Handler: h, Script: 'x' }, outputs: [{ Name: Id, Selector: '$.Payload.id', Type: String }] }\n{ name: use, action: 'aws:executeAwsApi', inputs: { Service: ssm, Api: PutParameter, Name: '/{{ script.Id }}', Value: v, Type: String } }",
    );
    await expect(create(ssmFixture(), text)).rejects.toThrow(
      'Step script (aws:executeScript) is not simulated',
    );
    const fixture = ssmFixture({
      answers: { Runbook: { script: { outputs: { Payload: { id: 'seven' } } } } },
    });
    await create(fixture, text);
    const id = await fixture.start('Runbook');
    await fixture.clock.advance(60_000);
    const { status, execution } = await seen(fixture, id);
    expect(status).toBe('Success');
    expect(execution.StepExecutions?.[1]?.Inputs?.['Name']).toBe('"/seven"');
  });

  it('of services that are not simulated fail, and say so', async () => {
    const { execution } = await run(
      runbook("{ name: call, action: 'aws:executeAwsApi', inputs: { Service: braket, Api: X } }"),
    );
    expect(execution.StepExecutions?.[0]?.FailureMessage).toContain('The service braket is not simulated');
  });
});

describe('a cancellation', () => {
  it('carries out what onCancel names, and ends as cancelled', async () => {
    const text = runbook(
      "{ name: nap, action: 'aws:sleep', inputs: { Duration: PT1H }, onCancel: step:tidy }\n{ name: never, action: 'aws:sleep', inputs: { Duration: PT1H } }\n{ name: tidy, action: 'aws:executeAwsApi', inputs: { Service: ssm, Api: PutParameter, Name: /tidy, Value: x, Type: String } }",
    );
    const { fixture, id } = await run(text);
    await fixture.client.send(new StopAutomationExecutionCommand({ AutomationExecutionId: id }));
    await fixture.clock.advance(10_000);
    expect(await seen(fixture, id)).toMatchObject({
      status: 'Cancelled',
      steps: { nap: 'Cancelled', never: 'Pending', tidy: 'Success' },
    });
  });
});

describe('a document', () => {
  it.each([
    ['an action that does not exist', "{ name: a, action: 'aws:fly' }", 'there is no action aws:fly'],
    ['a step that does not exist', `{ name: a, ${sleep}, nextStep: b }`, 'nextStep names b'],
    ['two steps of one name', `{ name: a, ${sleep} }\n{ name: a, ${sleep} }`, 'two steps named a'],
    [
      'an operation that does not exist',
      "{ name: a, action: 'aws:branch', inputs: { Choices: [{ NextStep: a, Variable: x, Like: y }] } }",
      'no operation Like',
    ],
    [
      'a lacking input',
      "{ name: a, action: 'aws:executeAwsApi', inputs: { Service: ec2 } }",
      'needs the input Api',
    ],
    [
      'a jump that is none',
      `{ name: a, ${sleep}, onFailure: Retry }`,
      'must be Abort, Continue or step:NAME',
    ],
  ])('with %s is refused', async (_, steps, message) => {
    await expect(create(ssmFixture(), runbook(steps))).rejects.toThrow(message);
  });
});

import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { LocalService, WireRequest, WireResponse } from '../../../../infra/simulated-aws/wire.ts';
import {
  createAwsAutomationService,
  createSsmClients,
} from '../../../../services/core/ports/aws/automation-service.ts';
import { createTargetCredentials } from '../../../../services/core/ports/aws/target-credentials.ts';
import { clientOptions } from '../../../infra/simulated-aws/service-handler.ts';
import { ssmFixture } from '../../../infra/simulated-aws/ssm/fixture.ts';
import { automationServiceSuite, request } from './automation-service.suite.ts';
import { target } from './recovery-service.suite.ts';

const home = target.account;
const runbook = {
  steps: [{ name: 'first' }, { name: 'last' }],
  seconds: 10,
  parameters: { Names: { type: 'StringList', default: [] } },
};

const openSsm = (spoil: (service: LocalService) => LocalService = (same) => same) => {
  const { clock, local } = ssmFixture({
    documents: {
      Succeeds: { ...runbook, outputs: { 'last.Address': ['10.0.0.1'] } },
      Fails: { ...runbook, outcomes: [{ result: 'Failed', message: 'no route' }] },
      Never: { ...runbook, outcomes: [{ result: 'NeverEnds' }] },
    },
  });
  const client = new SSMClient(clientOptions(spoil(local.service)));
  return {
    service: createAwsAutomationService({ homeAccount: home, clientOf: () => client }),
    advance: (ms: number) => clock.advance(ms),
  };
};

const answering = (statusCode: number, body: unknown, headers: WireResponse['headers'] = {}) =>
  openSsm((service) => ({
    ...service,
    handle: async () => ({ statusCode, headers, body: JSON.stringify(body) }),
  })).service;

const failing = (statusCode: number, name: string) =>
  answering(statusCode, { __type: name, message: `it is ${name}` }, { 'x-amzn-errortype': name });

describe('automation service on SSM', () => {
  automationServiceSuite(async () => openSsm());

  it('sends the version, the token and at most five tags', async () => {
    const seen: WireRequest[] = [];
    const { service } = openSsm((local) => ({
      ...local,
      handle: (asked) => {
        seen.push(asked);
        return local.handle(asked);
      },
    }));
    const tags = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`tag${n}`, 'x']));
    await service.start(target, request('Succeeds', { tags, documentVersion: '1' }));
    expect(JSON.parse(seen[0]!.body)).toMatchObject({
      DocumentName: 'Succeeds',
      DocumentVersion: '1',
      ClientToken: request('').clientToken,
      Tags: [
        { Key: `groundswell:start/${request('').clientToken}`, Value: 'true' },
        ...[1, 2, 3, 4].map((n) => ({ Key: `tag${n}`, Value: 'x' })),
      ],
    });
  });

  it.each([
    [400, 'ThrottlingException', 'later'],
    [400, 'AutomationExecutionLimitExceededException', 'later'],
    [500, 'InternalServerError', 'later'],
    [503, 'ServiceUnavailable', 'later'],
    [400, 'ExpiredTokenException', 'later'],
    [400, 'AutomationDefinitionNotFoundException', 'refused'],
    [400, 'AutomationDefinitionVersionNotFoundException', 'refused'],
    [400, 'AutomationDefinitionNotApprovedException', 'refused'],
    [400, 'InvalidAutomationExecutionParametersException', 'refused'],
    [400, 'InvalidTarget', 'refused'],
    [400, 'IdempotentParameterMismatch', 'used'],
    [400, 'AccessDeniedException', 'refused'],
  ])('says of a start that fails with %i %s: %s', async (statusCode, name, status) => {
    const message = expect.stringContaining(name);
    expect(await failing(statusCode, name).start(target, request('Succeeds'))).toEqual({ status, message });
  });

  it('says of a start whose answer is lost: later, and the repetition finds it', async () => {
    let calls = 0;
    const { service } = openSsm((local) => ({
      ...local,
      handle: async (asked) => {
        const answer = await local.handle(asked);
        if (++calls === 1) throw new Error('socket hang up');
        return answer;
      },
    }));
    expect(await service.start(target, request('Succeeds'))).toMatchObject({ status: 'later' });
    const again = await service.start(target, request('Succeeds'));
    expect(again).toMatchObject({ status: 'started' });
    expect(await service.start(target, request('Succeeds'))).toEqual(again);
  });

  it('looks for a token through all pages, and throws where SSM does not answer', async () => {
    const pages = [
      { AutomationExecutionMetadataList: [], NextToken: 'more' },
      { AutomationExecutionMetadataList: [{ AutomationExecutionId: 'found' }] },
    ];
    const { service } = openSsm((local) => ({
      ...local,
      handle: async () => ({ statusCode: 200, headers: {}, body: JSON.stringify(pages.shift()) }),
    }));
    expect(await service.find(target, 'token')).toBe('found');
    await expect(failing(400, 'AccessDeniedException').find(target, 'token')).rejects.toThrow('AccessDenied');
  });

  it('refuses a start in an account that no role leads to', async () => {
    const clientOf = createSsmClients(createTargetCredentials(home));
    const service = createAwsAutomationService({ homeAccount: home, clientOf });
    const answer = await service.start({ ...target, account: '999999999999' }, request('Succeeds'));
    expect(answer).toEqual({ status: 'refused', message: expect.stringContaining('999999999999') });
  });

  it.each([
    ['Success', 'succeeded'],
    ['CompletedWithSuccess', 'succeeded'],
    ['Failed', 'failed'],
    ['TimedOut', 'failed'],
    ['Cancelled', 'failed'],
    ['Rejected', 'failed'],
    ['ChangeCalendarOverrideRejected', 'failed'],
    ['CompletedWithFailure', 'failed'],
    ['Exited', 'failed'],
    ['Pending', 'running'],
    ['InProgress', 'running'],
    ['Waiting', 'running'],
    ['Cancelling', 'running'],
    ['PendingApproval', 'running'],
    ['Scheduled', 'running'],
    ['RunbookInProgress', 'running'],
    ['ThoughtUpLater', 'running'],
    ['constructor', 'running'],
  ])('takes the status %s for %s', async (AutomationExecutionStatus, status) => {
    const service = answering(200, { AutomationExecution: { AutomationExecutionStatus } });
    expect(await service.describe(target, 'id')).toMatchObject({
      status,
      ssmStatus: AutomationExecutionStatus,
    });
  });

  it('names the first step that failed where the automation itself gives no reason', async () => {
    const StepExecutions = [{ StepName: 'a' }, { StepName: 'b', FailureMessage: 'step b: no route' }];
    const service = answering(200, {
      AutomationExecution: { AutomationExecutionStatus: 'Failed', StepExecutions },
    });
    expect(await service.describe(target, 'id')).toMatchObject({ failure: 'step b: no route' });
  });

  it('throws when it cannot look or stop, to be retried', async () => {
    const service = failing(400, 'ThrottlingException');
    await expect(service.describe(target, 'id')).rejects.toThrow('ThrottlingException');
    await expect(service.stop(target, 'id')).rejects.toThrow('ThrottlingException');
  });
});

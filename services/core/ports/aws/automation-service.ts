import {
  type AutomationExecution as SsmAutomationExecution,
  AutomationExecutionNotFoundException,
  DescribeAutomationExecutionsCommand,
  GetAutomationExecutionCommand,
  InvalidAutomationStatusUpdateException,
  SSMClient,
  type SSMClientConfig,
  StartAutomationExecutionCommand,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import type { Target } from '../../../../contracts/plan.ts';
import type {
  AutomationExecution,
  AutomationRequest,
  AutomationService,
  AutomationStart,
} from '../automation-service.ts';
import { cachedByTarget, createTargetCredentials, type TargetCredentials } from './target-credentials.ts';

export interface AutomationServiceDeps {
  /** The account in which the product runs: its own credentials are good there, and nowhere else. */
  readonly homeAccount: string;
  readonly clientOf?: (target: Target) => SSMClient;
}

export const createSsmClients = (credentialsOf: TargetCredentials, settings: SSMClientConfig = {}) =>
  cachedByTarget((target) => {
    const credentials = credentialsOf(target);
    return new SSMClient({
      region: target.region,
      ...(credentials !== undefined && { credentials }),
      ...settings,
    });
  });

/** SSM: StartAutomationExecution.Tags holds at most five. */
const tagsMax = 5;

/** A tag's key, because SSM lists executions by the key of a tag and tells nobody their tags. */
const tokenTag = (clientToken: string): string => `groundswell:start/${clientToken}`;

/** Exited is an end before the runbook's own, and so no success. A status that is not listed is none at all. */
const ends: Readonly<Record<string, AutomationExecution['status']>> = {
  Success: 'succeeded',
  CompletedWithSuccess: 'succeeded',
  Failed: 'failed',
  TimedOut: 'failed',
  Cancelled: 'failed',
  Rejected: 'failed',
  ChangeCalendarOverrideRejected: 'failed',
  CompletedWithFailure: 'failed',
  Exited: 'failed',
};

const neverSucceeds = /^(AutomationDefinition|Invalid|AccessDenied|Validation|UnreachableTarget)/;

const startFailure = (error: unknown): AutomationStart => {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const isUsed = name === 'IdempotentParameterMismatch';
  const status = isUsed ? 'used' : neverSucceeds.test(name) ? 'refused' : 'later';
  return { status, message: `${name}: ${message}` };
};

const viewOf = (execution: SsmAutomationExecution): AutomationExecution => {
  const { AutomationExecutionStatus: ssmStatus = '', StepExecutions = [], Outputs } = execution;
  const failure =
    execution.FailureMessage ?? StepExecutions.find(({ FailureMessage }) => FailureMessage)?.FailureMessage;
  return {
    status: (Object.hasOwn(ends, ssmStatus) ? ends[ssmStatus] : undefined) ?? 'running',
    ssmStatus,
    outputs: Outputs ?? {},
    ...(failure !== undefined && { failure }),
  };
};

const commandOf = (request: AutomationRequest): StartAutomationExecutionCommand => {
  const token = [tokenTag(request.clientToken), 'true'] as const;
  const tags = [token, ...Object.entries(request.tags)].slice(0, tagsMax);
  return new StartAutomationExecutionCommand({
    DocumentName: request.document,
    ...(request.documentVersion !== undefined && { DocumentVersion: request.documentVersion }),
    Parameters: Object.fromEntries(
      Object.entries(request.parameters).map(([name, values]) => [name, [...values]]),
    ),
    ClientToken: request.clientToken,
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
  });
};

/** SSM Automation through the AWS SDK. The SDK's own retries are safe: a start is repeated under the same token. */
export const createAwsAutomationService = ({
  homeAccount,
  clientOf = createSsmClients(createTargetCredentials(homeAccount)),
}: AutomationServiceDeps): AutomationService => ({
  async start(target, request) {
    try {
      const { AutomationExecutionId } = await clientOf(target).send(commandOf(request));
      if (AutomationExecutionId === undefined)
        return { status: 'later', message: 'SSM started an automation and did not name it.' };
      return { status: 'started', automationExecutionId: AutomationExecutionId };
    } catch (error) {
      return startFailure(error);
    }
  },
  async find(target, clientToken) {
    const Filters = [{ Key: 'TagKey' as const, Values: [tokenTag(clientToken)] }];
    let NextToken: string | undefined;
    do {
      const page = await clientOf(target).send(
        new DescribeAutomationExecutionsCommand({ Filters, ...(NextToken !== undefined && { NextToken }) }),
      );
      const [found] = page.AutomationExecutionMetadataList ?? [];
      if (found?.AutomationExecutionId !== undefined) return found.AutomationExecutionId;
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return undefined;
  },
  async describe(target, AutomationExecutionId) {
    try {
      const command = new GetAutomationExecutionCommand({ AutomationExecutionId });
      const { AutomationExecution: execution } = await clientOf(target).send(command);
      return execution === undefined ? undefined : viewOf(execution);
    } catch (error) {
      if (error instanceof AutomationExecutionNotFoundException) return undefined;
      throw error;
    }
  },
  async stop(target, AutomationExecutionId) {
    try {
      await clientOf(target).send(new StopAutomationExecutionCommand({ AutomationExecutionId }));
    } catch (error) {
      const isOver =
        error instanceof AutomationExecutionNotFoundException ||
        error instanceof InvalidAutomationStatusUpdateException;
      if (!isOver) throw error;
    }
  },
});

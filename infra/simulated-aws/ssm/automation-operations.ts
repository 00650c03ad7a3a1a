import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { accessKeyOf } from '../sts/access-key.ts';
import { callerOf } from '../sts/session.ts';
import type { WireRequest } from '../wire.ts';
import type { Automation } from './automation.ts';
import { executionMatches, stepMatches } from './filters.ts';
import { renderExecution, renderMetadata, renderStep } from './render-execution.ts';

const uuid = z
  .string()
  .regex(
    /^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$/,
    'must be a 36-character UUID',
  );

const id = z.string().length(36, 'must have a length of 36');

const parameters = z
  .record(z.string().min(1).max(50), z.array(z.string().min(1).max(512)).max(50))
  .refine((map) => Object.keys(map).length <= 200, 'must have at most 200 members');

const page = { MaxResults: z.number().int().min(1).max(50).default(50), NextToken: z.string().optional() };

const filters = z
  .array(z.object({ Key: z.string(), Values: z.array(z.string().min(1).max(150)).min(1) }))
  .default([]);

const start = z.object({
  DocumentName: z
    .string()
    .regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/, 'must satisfy the pattern ^[a-zA-Z0-9_\\-.:/]{3,128}$'),
  DocumentVersion: z.string().optional(),
  Parameters: parameters.default({}),
  ClientToken: uuid.optional(),
  Mode: z.enum(['Auto', 'Interactive']).default('Auto'),
  Tags: z
    .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(5)
    .default([]),
  Targets: z.array(z.unknown()).default([]),
  TargetMaps: z.array(z.unknown()).default([]),
  TargetLocations: z.array(z.unknown()).default([]),
});

const signal = z.object({
  AutomationExecutionId: id,
  SignalType: z.enum(['Approve', 'Reject', 'StartStep', 'StopStep', 'Resume', 'Revoke']),
  Payload: z.record(z.string(), z.array(z.string())).default({}),
});

const startExecution = (automation: Automation, homeAccount: string) =>
  operation(start, (input, request) => {
    if (input.Targets.length + input.TargetMaps.length + input.TargetLocations.length > 0)
      throw new ServiceError('InvalidTarget', 'Rate control and target locations are not simulated.');
    const caller = callerOf(request, homeAccount);
    const AutomationExecutionId = automation.start({
      documentName: input.DocumentName,
      ...(input.DocumentVersion !== undefined && { documentVersion: input.DocumentVersion }),
      parameters: input.Parameters,
      ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
      mode: input.Mode,
      tags: input.Tags,
      executedBy: caller.arn,
      ...(caller.roleArn !== undefined && { session: caller }),
    });
    return { AutomationExecutionId };
  });

/** A session is whom its token names; any other access key stands for a user of that name. */
const signerOf = (request: WireRequest, account: string): string => {
  const { arn } = callerOf(request, account);
  const key = accessKeyOf(request.headers['authorization']);
  return request.headers['x-amz-security-token'] !== undefined || key === undefined
    ? arn
    : arn.replace(/[^/]+$/, key);
};

const sendSignal = (automation: Automation, homeAccount: string) =>
  operation(signal, ({ AutomationExecutionId, SignalType, Payload }, request) => {
    if (SignalType === 'Revoke')
      throw new ServiceError(
        'InvalidAutomationSignalException',
        'Revoke belongs to access requests, which are not simulated.',
      );
    automation.signal(AutomationExecutionId, SignalType, {
      stepId: Payload['StepExecutionId']?.[0],
      by: signerOf(request, homeAccount),
      comment: Payload['Comment']?.[0],
    });
  });

/** The operations on automation executions, over the wire. */
export const automationOperations = (automation: Automation, homeAccount: string): Operations => ({
  StartAutomationExecution: startExecution(automation, homeAccount),
  GetAutomationExecution: operation(z.object({ AutomationExecutionId: id }), (input) => ({
    AutomationExecution: renderExecution(automation.view(input.AutomationExecutionId)),
  })),
  DescribeAutomationExecutions: operation(z.object({ Filters: filters, ...page }), (input) => {
    const found = automation.views().filter(executionMatches(input.Filters));
    const { items, nextToken } = pageOf(found, input.MaxResults, input.NextToken);
    return { AutomationExecutionMetadataList: items.map(renderMetadata), NextToken: nextToken };
  }),
  DescribeAutomationStepExecutions: operation(
    z.object({
      AutomationExecutionId: id,
      Filters: filters,
      ReverseOrder: z.boolean().default(false),
      ...page,
    }),
    (input) => {
      const view = automation.view(input.AutomationExecutionId);
      const steps = view.steps.filter(stepMatches(input.Filters));
      const ordered = input.ReverseOrder ? steps.toReversed() : steps;
      const { items, nextToken } = pageOf(ordered, input.MaxResults, input.NextToken);
      return { StepExecutions: items.map((step) => renderStep(view, step)), NextToken: nextToken };
    },
  ),
  StopAutomationExecution: operation(
    z.object({ AutomationExecutionId: id, Type: z.enum(['Cancel', 'Complete']).default('Cancel') }),
    (input) => automation.stop(input.AutomationExecutionId, input.Type),
  ),
  SendAutomationSignal: sendSignal(automation, homeAccount),
});

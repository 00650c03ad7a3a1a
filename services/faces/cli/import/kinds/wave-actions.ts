import type { ImportContext } from '../context.ts';
import type { ActionDraft } from '../draft.ts';
import { leaveOut } from '../import-map.ts';
import { documentFor, parametersOf, timeoutOf } from '../shared-parts.ts';
import type { Source } from '../source.ts';

const polled = (action: Source, { ledger }: ImportContext): void => {
  const interval = action.field('UpdateTime');
  interval?.take();
  if (interval !== undefined)
    ledger.lacks(interval.path, 'nothing polls: Groundswell is told when a runbook has ended');
};

const timeLimit = (action: Source, { ledger }: ImportContext): { readonly timeoutMinutes?: number } => {
  const minutes = timeoutOf(action.number('MaxWaitTime'), action.at('MaxWaitTime'), ledger);
  return minutes === undefined ? {} : { timeoutMinutes: minutes };
};

const promptMax = 1_000;

/** A document that asks people for approval is what an approval of Groundswell is for. */
const approvalOf = (document: string, parameters: Readonly<Record<string, string[]>>) => {
  const { Approvers: approvers, Message: message = [] } = parameters;
  return approvers !== undefined && /approve|approval/i.test(document)
    ? { approvers, prompt: message.join('\n').slice(0, promptMax) }
    : undefined;
};

/** Members of StartAutomationExecution that an action of a plan has; the others are told as unread. */
const refusedMembers: Readonly<Record<string, string>> = {
  TargetLocations: 'starts the runbook in several accounts or Regions, which one action does not do',
  Targets: 'starts the runbook once for each target, which one action does not do',
  TargetMaps: 'starts the runbook once for each target, which one action does not do',
};

/** An action that starts a runbook; `request` holds the members of SSM's StartAutomationExecution. */
const runbookAction = (action: Source, request: Source, context: ImportContext): readonly ActionDraft[] => {
  const { ledger, map } = context;
  const document = request.text('DocumentName');
  const parameters = parametersOf(request.field('Parameters'), ledger);
  const name = action.text('ActionName', 'Name') ?? document ?? 'action';
  const limit = timeLimit(action, context);
  polled(action, context);
  for (const [member, why] of Object.entries(refusedMembers)) {
    const found = request.field(member);
    found?.take();
    if (found !== undefined) ledger.fault(found.path, why, 'an action for each place');
  }
  if (document === undefined) {
    ledger.fault(request.at('DocumentName'), 'is missing', 'the name of an SSM document');
    return [];
  }
  const chosen = map.document(document);
  if (chosen === leaveOut) {
    ledger.lacks(request.path, `${document}: left out, as --map says`);
    return [];
  }
  const approval = chosen === undefined ? approvalOf(document, parameters) : undefined;
  if (approval !== undefined) {
    ledger.changed(
      request.path,
      `${document} becomes an approval of Groundswell; documents: { ${JSON.stringify(document)}: NAME } in --map keeps a document`,
    );
    return [{ from: action.path, name, action: { kind: 'approval', ...approval, ...limit } }];
  }
  if (chosen !== undefined) ledger.changed(request.path, `${document} becomes ${chosen}, as --map says`);
  const version = request.text('DocumentVersion');
  return [
    {
      from: action.path,
      name,
      action: {
        kind: 'automation',
        document: chosen ?? document,
        ...(version !== undefined && { documentVersion: version }),
        ...(Object.keys(parameters).length > 0 && { parameters }),
        ...limit,
      },
    },
  ];
};

/** `PreWaveActions` or `PostWaveActions`, whose items name the runbook themselves or in `StartAutomationExecution`. */
export const waveActions = (
  wave: Source,
  member: 'PreWaveActions' | 'PostWaveActions',
  context: ImportContext,
): readonly ActionDraft[] =>
  wave
    .list(member)
    .flatMap((action) => runbookAction(action, action.field('StartAutomationExecution') ?? action, context));

/** A hook: a runbook, or a Lambda function for which the map has to name one. */
export const hookActions = (wave: Source, member: string, context: ImportContext): readonly ActionDraft[] => {
  const hook = wave.field(member);
  if (hook === undefined) return [];
  const document = hook.text('SSMDocument');
  const lambda = hook.text('LambdaArn');
  const functionName = lambda?.split(':').at(-1) ?? '';
  return [
    ...(document === undefined ? [] : [context.map.document(document) ?? document]),
    ...(lambda === undefined
      ? []
      : [
          documentFor(
            [functionName, lambda],
            `the function ${functionName}`,
            hook.at('LambdaArn'),
            context,
          ) ?? leaveOut,
        ]),
  ]
    .filter((each) => each !== leaveOut)
    .map((each) => ({ from: hook.path, name: each, action: { kind: 'automation', document: each } }));
};

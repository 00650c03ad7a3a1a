import type { ImportContext } from '../context.ts';
import type { ActionDraft } from '../draft.ts';
import { documentFor, timeoutOf } from '../shared-parts.ts';
import type { Source } from '../source.ts';

type When = 'DRILL' | 'RECOVERY' | 'BOTH';

const failoverTypes = ['TestFailover', 'PlannedFailover', 'UnplannedFailover'];

const whenOf = (action: Source, { ledger }: ImportContext): When => {
  const types = action.texts('failoverTypes');
  for (const { text, path } of types)
    if (!failoverTypes.includes(text)) ledger.fault(path, `is ${text}`, failoverTypes.join(', '));
  const isTest = types.some(({ text }) => text === 'TestFailover');
  const isReal = types.some(({ text }) => text !== 'TestFailover');
  if (isTest === isReal) return 'BOTH';
  return isTest ? 'DRILL' : 'RECOVERY';
};

/** Days, hours, minutes and seconds of ISO 8601. */
const durationPattern = /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const timeLimit = (details: Source, { ledger }: ImportContext): { readonly timeoutMinutes?: number } => {
  const text = details.text('timeout');
  if (text === undefined) return {};
  const parts = durationPattern.exec(text);
  if (parts === null) {
    ledger.fault(details.at('timeout'), `${text} is no duration`, 'ISO 8601, such as PT10M');
    return {};
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = [1, 2, 3, 4].map((at) => Number(parts[at] ?? 0));
  const whole = timeoutOf(((days * 24 + hours) * 60 + minutes) * 60 + seconds, details.at('timeout'), ledger);
  return whole === undefined ? {} : { timeoutMinutes: whole };
};

/** Back to where the machines came from is another plan's business. */
const isFailbackOnly = (action: Source, { ledger }: ImportContext): boolean => {
  const directions = action.texts('failoverDirections').map(({ text }) => text);
  const isOther = directions.length > 0 && !directions.includes('PrimaryToRecovery');
  if (isOther) {
    action.take();
    ledger.lacks(action.path, 'runs only on the way back, which is no part of a recovery plan here');
  }
  return isOther;
};

const promptMax = 1_000;

const actionOf = (action: Source, context: ImportContext): readonly ActionDraft[] => {
  const { ledger } = context;
  if (isFailbackOnly(action, context)) return [];
  const name = action.text('actionName') ?? 'action';
  const when = whenOf(action, context);
  const details = action.field('customDetails');
  const type = details?.text('instanceType');
  const common = {
    ...(when !== 'BOTH' && { when }),
    ...(details === undefined ? {} : timeLimit(details, context)),
  };
  const location = details?.field('fabricLocation');
  location?.take();
  const runs = (names: readonly string[], what: string): readonly ActionDraft[] => {
    const document = documentFor(names, what, details?.path ?? action.path, context);
    if (location !== undefined)
      ledger.decide(
        location.path,
        'where it runs: a document of SSM runs in the account and Region of its wave',
      );
    return document === undefined
      ? []
      : [{ from: action.path, name, action: { kind: 'automation', document, ...common } }];
  };
  switch (type) {
    case 'AutomationRunbookActionDetails': {
      const id = details?.text('runbookId') ?? name;
      const runbook = id.split('/').at(-1) ?? id;
      return runs([runbook, id], `the runbook ${runbook}`);
    }
    case 'ScriptActionDetails': {
      const path = details?.text('path') ?? name;
      return runs([path], `the script ${path}`);
    }
    case 'ManualActionDetails': {
      const prompt = (details?.text('description') ?? '').slice(0, promptMax);
      return [
        {
          from: action.path,
          name,
          action: { kind: 'approval', ...(prompt !== '' && { prompt }), ...common },
        },
      ];
    }
    case undefined:
    default:
      ledger.fault(
        details?.at('instanceType') ?? action.at('customDetails'),
        `is ${type ?? 'missing'}`,
        'AutomationRunbookActionDetails, ScriptActionDetails or ManualActionDetails',
      );
      return [];
  }
};

/** Actions of a group, in their order. */
export const siteRecoveryActions = (
  actions: readonly Source[],
  context: ImportContext,
): readonly ActionDraft[] => actions.flatMap((action) => actionOf(action, context));

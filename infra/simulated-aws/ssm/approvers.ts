import { ServiceError } from '../protocols/service-error.ts';
import type { ExecutionView } from './execution-view.ts';
import { resolved } from './references.ts';
import { runbookOf } from './runbook-of.ts';
import { valuesOf } from './run-values.ts';
import type { SsmStore } from './store.ts';

/** Whether an entry of Approvers, an ARN or a user's name, is the caller; a role is whoever has assumed it. */
const isCaller = (approver: string, by: string): boolean => {
  const role = /^arn:[\w-]+:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(approver);
  if (role !== null) return by.includes(`::${role[1]}:assumed-role/${role[2]}/`);
  return approver === by || by.endsWith(`:user/${approver}`);
};

/** An approval counts from whom its step names, and once from each. */
export const checkApprover = (
  { record }: ExecutionView,
  store: SsmStore,
  place: Parameters<typeof valuesOf>[0],
  by = '',
): void => {
  const document = store.documents.get(record.document.name);
  const runbook = document === undefined ? undefined : runbookOf(document);
  const step = runbook?.mainSteps[record.run?.current?.step ?? -1];
  if (record.run === undefined || runbook === undefined || step === undefined) return;
  const approvers = [resolved(step.inputs['Approvers'], valuesOf(place, runbook, record, record.run))].flat();
  if (!approvers.some((approver) => typeof approver === 'string' && isCaller(approver, by)))
    throw new ServiceError(
      'InvalidAutomationSignalException',
      `${by} is none of the approvers of step ${step.name}: ${approvers.join(', ')}.`,
    );
  const pending = record.signals.slice(record.run.signalsTaken);
  if ([...record.run.decisions, ...pending].some((decision) => decision.by === by))
    throw new ServiceError(
      'InvalidAutomationSignalException',
      `${by} has decided on step ${step.name} already.`,
    );
};

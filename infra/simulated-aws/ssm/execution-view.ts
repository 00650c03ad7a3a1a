import type { ExecutionRecord, ScriptedStep } from './execution.ts';
import type { Change } from './change.ts';
import { isTerminal, timelineOf } from './timeline.ts';

export interface StepView {
  readonly step: ScriptedStep;
  readonly id: string;
  readonly status: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly message?: string;
}

/** An execution as it stands at one time. */
export interface ExecutionView {
  readonly record: ExecutionRecord;
  readonly status: string;
  readonly endedAt?: number;
  readonly message?: string;
  readonly steps: readonly StepView[];
}

const afterStepChange = (view: StepView, change: Change): StepView => ({
  ...view,
  status: change.status,
  startedAt: view.startedAt ?? change.at,
  ...(isTerminal(change.status) && { endedAt: change.at }),
  ...(change.message !== undefined && { message: change.message }),
});

const afterChange = (view: ExecutionView, change: Change): ExecutionView => {
  if (change.subject === 'step')
    return {
      ...view,
      steps: view.steps.map((step, index) => (index === change.step ? afterStepChange(step, change) : step)),
    };
  return {
    ...view,
    status: change.status,
    ...(isTerminal(change.status) && { endedAt: change.at }),
    ...(change.message !== undefined && { message: change.message }),
  };
};

const beforeAll = (record: ExecutionRecord): ExecutionView => ({
  record,
  status: 'Pending',
  steps: record.steps.map((step, index) => ({
    step,
    id: record.stepIds[index] ?? record.id,
    status: 'Pending',
  })),
});

/** A pure function of the record and the time, so that nothing but the record need outlive a restart. */
export const viewAt = (record: ExecutionRecord, now: number): ExecutionView =>
  timelineOf(record)
    .filter((change) => change.at <= now)
    .reduce(afterChange, beforeAll(record));

/** The step that runs or waits, or the last that did. */
export const currentStep = (view: ExecutionView): StepView | undefined =>
  view.steps
    .filter((step) => step.startedAt !== undefined)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    .at(-1);

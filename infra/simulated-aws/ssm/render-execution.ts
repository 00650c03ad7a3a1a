import { currentStep, type ExecutionView, type StepView } from './execution-view.ts';

/** JSON 1.1 writes times as seconds since 1970; absent times are left out. */
const seconds = (name: string, at: number | undefined): Readonly<Record<string, number>> =>
  at === undefined ? {} : { [name]: at / 1000 };

/** The members of outputs that belong to one step: `step.Name` in the execution, `Name` in the step. */
const outputsOf = (view: ExecutionView, step: StepView): Readonly<Record<string, readonly string[]>> => {
  const { run } = view.record;
  if (run !== undefined) return run.outputs[step.step.name] ?? {};
  const prefix = `${step.step.name}.`;
  const own = Object.entries(view.record.outputs).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, values]) => [name.slice(prefix.length), values]));
};

/** What its document says of a step. */
const plannedOf = ({ step }: StepView): Readonly<Record<string, unknown>> => ({
  ...(step.nextStep !== undefined && { NextStep: step.nextStep }),
  ...(step.isEnd !== undefined && { IsEnd: step.isEnd }),
  ...(step.isCritical !== undefined && { IsCritical: step.isCritical }),
  ...(step.maxAttempts !== undefined && { MaxAttempts: step.maxAttempts }),
  ...(step.timeoutSeconds !== undefined && { TimeoutSeconds: step.timeoutSeconds }),
  ...(step.validNextSteps !== undefined && { ValidNextSteps: step.validNextSteps }),
});

export const renderStep = (view: ExecutionView, step: StepView): unknown => ({
  StepName: step.step.name,
  Action: step.step.action,
  StepStatus: step.status,
  StepExecutionId: step.id,
  ...(step.step.onFailure !== undefined && { OnFailure: step.step.onFailure }),
  ...seconds('ExecutionStartTime', step.startedAt),
  ...seconds('ExecutionEndTime', step.endedAt),
  ...plannedOf(step),
  Inputs: view.record.run?.inputs[step.step.name] ?? {},
  ...(step.status === 'Success' && { Outputs: outputsOf(view, step), ResponseCode: '0' }),
  ...(step.message !== undefined && {
    FailureMessage: step.message,
    FailureDetails: {
      FailureStage: 'Invocation',
      FailureType: step.status === 'TimedOut' ? 'StepTimedOut' : 'ActionFailed',
      Details: { Message: [step.message] },
    },
  }),
});

const common = (view: ExecutionView): Readonly<Record<string, unknown>> => {
  const { record } = view;
  const step = currentStep(view);
  return {
    AutomationExecutionId: record.id,
    DocumentName: record.document.name,
    DocumentVersion: record.document.version,
    AutomationExecutionStatus: view.status,
    ...seconds('ExecutionStartTime', record.startedAt),
    ...seconds('ExecutionEndTime', view.endedAt),
    ExecutedBy: record.executedBy,
    Mode: record.mode,
    Outputs: view.status === 'Success' ? record.outputs : {},
    Targets: [],
    ...(view.message !== undefined && { FailureMessage: view.message }),
    ...(step !== undefined && { CurrentStepName: step.step.name, CurrentAction: step.step.action }),
  };
};

const count = (view: ExecutionView, status: string): number =>
  view.steps.filter((step) => step.status === status).length;

/** The answer of GetAutomationExecution. */
export const renderExecution = (view: ExecutionView): unknown => ({
  ...common(view),
  StepExecutions: view.steps.map((step) => renderStep(view, step)),
  StepExecutionsTruncated: false,
  Parameters: view.record.parameters,
  Tags: view.record.tags,
  ProgressCounters: {
    TotalSteps: view.steps.length,
    SuccessSteps: count(view, 'Success'),
    FailedSteps: count(view, 'Failed'),
    CancelledSteps: count(view, 'Cancelled'),
    TimedOutSteps: count(view, 'TimedOut'),
  },
});

/** One row of DescribeAutomationExecutions. */
export const renderMetadata = (view: ExecutionView): unknown => ({
  ...common(view),
  AutomationType: 'Local',
});

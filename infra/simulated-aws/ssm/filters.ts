import { ServiceError } from '../protocols/service-error.ts';
import { currentStep, type ExecutionView, type StepView } from './execution-view.ts';

export interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

type Test<T> = (subject: T, value: string) => boolean;

const time = (value: string): number => {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new ServiceError('InvalidFilterValue', `${value} is not a time.`);
  return at;
};

/** Keys under which nothing is ever found: the simulation knows no change requests or OpsItems. */
const never = (): boolean => false;

const executionTests: Readonly<Record<string, Test<ExecutionView>>> = {
  DocumentNamePrefix: ({ record }, value) => record.document.name.startsWith(value),
  ExecutionStatus: ({ status }, value) => status === value,
  ExecutionId: ({ record }, value) => record.id === value,
  CurrentAction: (view, value) => currentStep(view)?.step.action === value,
  StartTimeBefore: ({ record }, value) => record.startedAt <= time(value),
  StartTimeAfter: ({ record }, value) => record.startedAt >= time(value),
  AutomationType: (_, value) => value === 'Local',
  TagKey: ({ record }, value) => record.tags.some(({ Key }) => Key === value),
  ParentExecutionId: ({ record }, value) => record.parentId === value,
  AutomationSubtype: never,
  TargetResourceGroup: never,
  OpsItemId: never,
};

const stepTests: Readonly<Record<string, Test<StepView>>> = {
  StartTimeBefore: ({ startedAt }, value) => startedAt !== undefined && startedAt <= time(value),
  StartTimeAfter: ({ startedAt }, value) => startedAt !== undefined && startedAt >= time(value),
  StepExecutionStatus: ({ status }, value) => status === value,
  StepExecutionId: ({ id }, value) => id === value,
  StepName: ({ step }, value) => step.name === value,
  Action: ({ step }, value) => step.action === value,
  ParentStepExecutionId: never,
  ParentStepIteration: never,
  ParentStepIteratorValue: never,
};

/** Every filter must hold; a filter holds when one of its values does. */
const matching = <T>(
  tests: Readonly<Record<string, Test<T>>>,
  filters: readonly Filter[],
): ((subject: T) => boolean) => {
  const unknown = filters.find(({ Key }) => tests[Key] === undefined);
  if (unknown !== undefined) throw new ServiceError('InvalidFilterKey', `There is no filter ${unknown.Key}.`);
  return (subject) =>
    filters.every(({ Key, Values }) => Values.some((value) => tests[Key]?.(subject, value) === true));
};

export const executionMatches = (filters: readonly Filter[]): ((view: ExecutionView) => boolean) =>
  matching(executionTests, filters);

export const stepMatches = (filters: readonly Filter[]): ((view: StepView) => boolean) =>
  matching(stepTests, filters);

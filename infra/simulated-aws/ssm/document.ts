import { targetsOf } from './choices.ts';
import { parseRunbookText, type Runbook, type RunbookStep } from './runbook.ts';

export interface DocumentParameter {
  /** As runbooks write it: `String`, `StringList`, `AWS::EC2::Instance::Id`, `List<...>`, ... */
  readonly type: string;
  /** Present on an optional parameter. */
  readonly default?: string | readonly string[];
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minChars?: number;
  readonly maxChars?: number;
}

export interface DocumentStep {
  readonly name: string;
  readonly action: string;
  /** Seconds that the step takes; absent where only the whole has a duration. */
  readonly seconds?: number | { readonly from: number; readonly to: number };
  readonly onFailure?: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly isCritical?: boolean;
  readonly maxAttempts?: number;
  readonly timeoutSeconds?: number;
  readonly validNextSteps?: readonly string[];
}

/** A runbook as far as the simulation reads it. */
export interface AutomationDocument {
  readonly name: string;
  readonly version: string;
  readonly owner: 'Amazon' | 'Self';
  readonly description: string;
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  readonly steps: readonly DocumentStep[];
  readonly seconds: number | { readonly from: number; readonly to: number };
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly createdAt: number;
  /** The text that CreateDocument was given. */
  readonly content?: { readonly text: string; readonly format: 'JSON' | 'YAML' };
}

const parameterOf = (declared: Runbook['parameters'][string]): DocumentParameter =>
  Object.fromEntries(
    Object.entries(declared).filter(([, value]) => value !== undefined),
  ) as unknown as DocumentParameter;

const plannedStep = (step: RunbookStep, following: string | undefined): DocumentStep => {
  const { name, action, onFailure, nextStep, isEnd, isCritical, maxAttempts, timeoutSeconds } = step;
  const next = isEnd ? [] : [nextStep ?? following].filter((each) => each !== undefined);
  const chosen = action === 'aws:branch' ? targetsOf(step.inputs) : [];
  return {
    ...{ name, action, onFailure, isEnd, maxAttempts, validNextSteps: [...new Set([...chosen, ...next])] },
    ...(nextStep !== undefined && { nextStep }),
    ...(isCritical !== undefined && { isCritical }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
};

/** A document whose steps are carried out as its text has them. */
export const parseRunbook = (
  name: string,
  content: { readonly text: string; readonly format: 'JSON' | 'YAML' },
  createdAt: number,
): AutomationDocument => {
  const { description, parameters, mainSteps } = parseRunbookText(content.text);
  return {
    name,
    version: '1',
    owner: 'Self',
    description,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, parameterOf(value)]),
    ),
    steps: mainSteps.map((step, index) => plannedStep(step, mainSteps[index + 1]?.name)),
    seconds: 0,
    outputs: {},
    createdAt,
    content,
  };
};

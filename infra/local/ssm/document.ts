import { parse } from 'yaml';
import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';

export interface DocumentParameter {
  /** As runbooks write it: `String`, `StringList`, `AWS::EC2::Instance::Id`, `List<...>`, ... */
  readonly type: string;
  /** Present on an optional parameter. */
  readonly default?: string | readonly string[];
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

export interface DocumentStep {
  readonly name: string;
  readonly action: string;
  /** Seconds that the step takes; absent where only the whole has a duration. */
  readonly seconds?: number | { readonly from: number; readonly to: number };
  readonly onFailure?: string;
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

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const runbook = z.object({
  schemaVersion: z.string(),
  description: z.string().default(''),
  parameters: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        default: z.union([scalar, z.array(scalar)]).optional(),
        allowedValues: z.array(scalar).optional(),
        allowedPattern: z.string().optional(),
      }),
    )
    .default({}),
  mainSteps: z
    .array(
      z.object({
        name: z.string().min(1),
        action: z.string().min(1),
        onFailure: z.string().optional(),
        inputs: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .min(1),
});

type Runbook = z.output<typeof runbook>;

const sleepPattern = /^PT(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?$/;

const sleepSeconds = (inputs: Readonly<Record<string, unknown>>): number | undefined => {
  const { Duration: text } = inputs;
  const parts = typeof text === 'string' ? sleepPattern.exec(text)?.groups : undefined;
  if (parts === undefined) return undefined;
  return (
    Number(parts['hours'] ?? 0) * 3600 + Number(parts['minutes'] ?? 0) * 60 + Number(parts['seconds'] ?? 0)
  );
};

const stepOf = ({ name, action, onFailure, inputs }: Runbook['mainSteps'][number]): DocumentStep => {
  const seconds = action === 'aws:sleep' ? sleepSeconds(inputs) : undefined;
  return {
    name,
    action,
    ...(seconds !== undefined && { seconds }),
    ...(onFailure !== undefined && { onFailure }),
  };
};

const parameterOf = (declared: Runbook['parameters'][string]): DocumentParameter => ({
  type: declared.type,
  ...(declared.default !== undefined && { default: declared.default }),
  ...(declared.allowedValues !== undefined && { allowedValues: declared.allowedValues }),
  ...(declared.allowedPattern !== undefined && { allowedPattern: declared.allowedPattern }),
});

const read = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw new ServiceError('InvalidDocumentContent', error instanceof Error ? error.message : String(error));
  }
};

/** Reads a runbook of schema version 0.3. Its steps are not carried out: each takes its time and succeeds. */
export const parseRunbook = (
  name: string,
  content: { readonly text: string; readonly format: 'JSON' | 'YAML' },
  createdAt: number,
): AutomationDocument => {
  const parsed = runbook.safeParse(read(content.text));
  if (!parsed.success) throw new ServiceError('InvalidDocumentContent', z.prettifyError(parsed.error));
  const { schemaVersion, description, parameters, mainSteps } = parsed.data;
  if (schemaVersion !== '0.3')
    throw new ServiceError(
      'InvalidDocumentSchemaVersion',
      `An Automation runbook has schema version 0.3, not ${schemaVersion}.`,
    );
  return {
    name,
    version: '1',
    owner: 'Self',
    description,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, parameterOf(value)]),
    ),
    steps: mainSteps.map(stepOf),
    seconds: { from: 2, to: 8 },
    outputs: {},
    createdAt,
    content,
  };
};

import { parse } from 'yaml';
import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';
import { actionFaults, isAction, isCarriedOut } from './action-inputs.ts';
import { choicesFaults, targetsOf } from './choices.ts';
import { namesIn } from './references.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const positive = z.coerce.number().int().positive();
const bound = z.coerce.number().int().nonnegative().optional();

const outputSchema = z.object({
  Name: z.string().min(1),
  Selector: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'Integer', 'Boolean', 'StringMap', 'MapList']).default('String'),
});
export type StepOutput = z.output<typeof outputSchema>;

const jump = z.string().regex(/^(Abort|Continue|step:.+)$/i, 'must be Abort, Continue or step:NAME');

const stepSchema = z.object({
  name: z.string().regex(/^[a-zA-Z0-9_]{1,128}$/, 'must be letters, digits and underscores'),
  action: z.string().min(1),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.array(outputSchema).default([]),
  onFailure: jump.default('Abort'),
  onCancel: z
    .string()
    .regex(/^(Abort|step:.+)$/i, 'must be Abort or step:NAME')
    .default('Abort'),
  isCritical: flag.optional(),
  isEnd: flag.default(false),
  nextStep: z.string().min(1).optional(),
  maxAttempts: positive.default(1),
  timeoutSeconds: positive.optional(),
});
export type RunbookStep = z.output<typeof stepSchema>;

const parameterSchema = z.object({
  type: z.string(),
  default: z
    .union([
      scalar,
      z.array(scalar),
      z.record(z.string(), z.unknown()).transform((map) => JSON.stringify(map)),
    ])
    .optional(),
  allowedValues: z.array(scalar).optional(),
  allowedPattern: z.string().optional(),
  minItems: bound,
  maxItems: bound,
  minChars: bound,
  maxChars: bound,
});

const runbookSchema = z.object({
  schemaVersion: z.string(),
  description: z.string().default(''),
  assumeRole: z.string().default(''),
  parameters: z.record(z.string(), parameterSchema).default({}),
  variables: z.record(z.string(), z.object({ type: z.string(), default: z.unknown() })).default({}),
  mainSteps: z.array(stepSchema).min(1),
  outputs: z.array(z.string()).default([]),
});

/** A runbook of schema version 0.3, as "Automation actions reference" describes it. */
export type Runbook = z.output<typeof runbookSchema>;

const read = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw new ServiceError('InvalidDocumentContent', error instanceof Error ? error.message : String(error));
  }
};

/** Of what steps a step can hand over to. */
const targetsOfStep = (step: RunbookStep): readonly (readonly [what: string, name: string])[] => {
  const jumps = (
    [
      ['onFailure', step.onFailure],
      ['onCancel', step.onCancel],
    ] as const
  ).flatMap(([what, text]) => (/^step:/i.test(text) ? [[what, text.slice(5).trim()] as const] : []));
  return [
    ...jumps,
    ...(step.nextStep === undefined ? [] : [['nextStep', step.nextStep] as const]),
    ...(step.action === 'aws:branch' ? targetsOf(step.inputs).map((name) => ['Choices', name] as const) : []),
  ];
};

/** Actions to which a cancellation cannot hand over ("Properties shared by all actions"). */
const notOnCancel = new Set([
  ...['aws:approve', 'aws:copyImage', 'aws:createImage', 'aws:createStack', 'aws:createTags'],
  ...['aws:loop', 'aws:pause', 'aws:runInstances', 'aws:sleep'],
]);

const stepFaults = (step: RunbookStep, steps: readonly RunbookStep[]): readonly string[] => {
  const { name, action, inputs } = step;
  if (!isAction(action)) return [`Step ${name}: there is no action ${action}`];
  const byName = new Map(steps.map((each) => [each.name, each]));
  return [
    ...targetsOfStep(step).flatMap(([what, target]) => {
      const found = byName.get(target);
      if (found === undefined) return [`Step ${name}: ${what} names ${target}, which is no step`];
      return what === 'onCancel' && notOnCancel.has(found.action)
        ? [`Step ${name}: onCancel cannot go on with ${target}, which is ${found.action}`]
        : [];
    }),
    ...actionFaults(action, inputs).map((fault) => `Step ${name}: ${fault}`),
    ...(action === 'aws:branch' ? choicesFaults(inputs).map((fault) => `Step ${name}: ${fault}`) : []),
  ];
};

/** What inputs and outputs refer to without its being declared anywhere. Scripts and commands have braces of their own. */
const referenceFaults = ({ parameters, mainSteps, outputs }: Runbook): readonly string[] => {
  const steps = new Set(mainSteps.map(({ name }) => name));
  const isKnown = (name: string): boolean => {
    if (name.includes(':')) return true;
    const [first = ''] = name.split('.');
    return name.includes('.') ? steps.has(first) : Object.hasOwn(parameters, name);
  };
  return [
    ...mainSteps
      .filter(({ action }) => isCarriedOut(action))
      .flatMap(({ name, inputs }) =>
        [...new Set(namesIn(inputs))]
          .filter((each) => !isKnown(each))
          .map((each) => `Step ${name}: {{ ${each} }} is neither a parameter nor the output of a step`),
      ),
    ...outputs
      .filter((each) => !steps.has(each.split('.')[0] ?? ''))
      .map((each) => `The output ${each} is of no step`),
  ];
};

const faultsOf = (runbook: Runbook): readonly string[] => {
  const { mainSteps } = runbook;
  const names = mainSteps.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...[...new Set(twice)].map((name) => `There are two steps named ${name}`),
    ...mainSteps.flatMap((step) => stepFaults(step, mainSteps)),
    ...referenceFaults(runbook),
  ];
};

/** Reads and validates a runbook, or throws what CreateDocument answers to one that is none. */
export const parseRunbookText = (text: string): Runbook => {
  const parsed = runbookSchema.safeParse(read(text));
  if (!parsed.success) throw new ServiceError('InvalidDocumentContent', z.prettifyError(parsed.error));
  if (parsed.data.schemaVersion !== '0.3')
    throw new ServiceError(
      'InvalidDocumentSchemaVersion',
      `An Automation runbook has schema version 0.3, not ${parsed.data.schemaVersion}.`,
    );
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) throw new ServiceError('InvalidDocumentContent', `${faults.join('; ')}.`);
  return parsed.data;
};

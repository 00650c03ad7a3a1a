import type { ExecutionRecord } from './execution.ts';
import type { Values } from './references.ts';
import type { Run } from './run.ts';
import type { Runbook, RunbookStep } from './runbook.ts';
import { selected, typed } from './selectors.ts';

/** A parameter as its type has it in references; over the wire each is a list of texts. */
const parameterValue = (type: string, values: readonly string[]): unknown => {
  const [first = ''] = values;
  if (/^(StringList|List<.*>)$/.test(type)) return values;
  if (type === 'MapList') return values.map((value): unknown => JSON.parse(value));
  if (type === 'Integer') return Number(first);
  if (type === 'Boolean') return first.toLowerCase() === 'true';
  if (type === 'StringMap') return first === '' ? {} : JSON.parse(first);
  return first;
};

/** What references of an execution mean now ("Automation system variables"). */
export const valuesOf =
  (
    {
      account,
      region,
      clock,
    }: { readonly account: string; readonly region: string; readonly clock: { now(): number } },
    runbook: Runbook,
    record: ExecutionRecord,
    run: Run,
  ): Values =>
  (name) => {
    const time = new Date(clock.now()).toISOString();
    const system: Readonly<Record<string, string>> = {
      'automation:EXECUTION_ID': record.id,
      'global:ACCOUNT_ID': account,
      'global:REGION': region,
      'global:DATE': time.slice(0, 10),
      'global:DATE_TIME': `${time.slice(0, 10)}_${time.slice(11, 19).replaceAll(':', '.')}`,
    };
    if (Object.hasOwn(system, name)) return { value: system[name] };
    const variable = name.replace(/^(global|variable):/, '');
    if (variable !== name && Object.hasOwn(run.variables, variable))
      return { value: run.variables[variable] };
    const declared = Object.hasOwn(runbook.parameters, name) ? runbook.parameters[name] : undefined;
    if (declared !== undefined)
      return { value: parameterValue(declared.type, record.parameters[name] ?? []) };
    const [step = ''] = name.split('.');
    const isOutput = name.includes('.') && runbook.mainSteps.some((each) => each.name === step);
    if (!isOutput) return undefined;
    return { value: Object.hasOwn(run.values, name) ? run.values[name] : undefined };
  };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const payloadOf = (response: unknown): unknown => {
  const payload = isObject(response) ? response['Payload'] : undefined;
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

/**
 * What a step puts out: what its selectors find, and of an action whose outputs are its own these. A function's
 * answer is selected from by itself.
 */
export const outputsOfStep = (step: RunbookStep, response: unknown): Readonly<Record<string, unknown>> => {
  const own = isObject(response) && step.action !== 'aws:executeAwsApi' ? response : {};
  const payload = payloadOf(response);
  const whole = isObject(response) && payload !== undefined ? { ...response, Payload: payload } : response;
  const found = (path: string): unknown =>
    selected(whole ?? {}, path) ?? (isObject(payload) ? selected(payload, path) : undefined);
  return {
    ...own,
    ...Object.fromEntries(
      step.outputs.map(({ Name, Selector, Type }) => [Name, typed(found(Selector), Type)]),
    ),
  };
};

/** Inputs as a step execution shows them: each a text. */
export const inputTexts = (inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, JSON.stringify(value)]));

/** The outputs of the whole, as its document lists them. */
export const outputTexts = ({ outputs }: Runbook, run: Run): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    outputs.map((name) => {
      const [step = '', output = ''] = name.split('.');
      return [
        name,
        run.outputs[step]?.[output] ?? [
          'No output available yet because the step is not successfully executed',
        ],
      ];
    }),
  );

/** Outputs as the wire has them: lists of texts. */
export const outputLists = (
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        (Array.isArray(value) ? value : [value]).map((each: unknown) =>
          typeof each === 'string' ? each : JSON.stringify(each),
        ),
      ]),
  );

import { ApiError, callApi, type FindService, invokeFunction } from './aws-api.ts';
import { chosenStep } from './choices.ts';
import { resolved, UnknownReference, type Values } from './references.ts';
import type { RunbookStep } from './runbook.ts';
import type { StepAnswer } from './scenario.ts';
import { selected } from './selectors.ts';

/** What an attempt at a step has come to. */
export type Performed =
  | { readonly is: 'done'; readonly response?: unknown; readonly next?: string | undefined }
  | { readonly is: 'failed'; readonly message: string; readonly timedOut?: boolean }
  /** Goes on at this time, as a success or with another look. */
  | { readonly is: 'until'; readonly at: number }
  | { readonly is: 'signal' }
  | { readonly is: 'child'; readonly id: string }
  | { readonly is: 'variable'; readonly name: string; readonly value: unknown };

export interface PerformDeps {
  readonly find: FindService;
  readonly region: string;
  readonly now: () => number;
  readonly startChild: (
    document: string,
    version: string | undefined,
    parameters: Readonly<Record<string, readonly string[]>>,
  ) => Promise<string>;
}

export interface Attempt {
  readonly step: RunbookStep;
  /** Resolved. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly values: Values;
  readonly answer: StepAnswer | undefined;
  readonly attemptAt: number;
  /** Of an attempt that has waited before: whether that was all that it had to do. */
  readonly isAgain: boolean;
}

/** Between two looks at a property, and at a child. */
const lookMs = 5_000;

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const apiInput = ({ Service, Api, PropertySelector, DesiredValues, ...input }: Attempt['inputs']) => ({
  service: text(Service),
  api: text(Api),
  selector: text(PropertySelector ?? '$'),
  desired: (Array.isArray(DesiredValues) ? DesiredValues : [DesiredValues]).map((value: unknown) =>
    text(value),
  ),
  input,
});

const call = ({ find, region }: PerformDeps, { inputs }: Attempt): Promise<unknown> => {
  const { service, api, input } = apiInput(inputs);
  return callApi(find, region, service, api, input);
};

/** Whether the property has a desired value; a property with several has it when each of them does. */
const property = async (deps: PerformDeps, attempt: Attempt) => {
  const { selector, desired } = apiInput(attempt.inputs);
  const found = selected(await call(deps, attempt), selector);
  const values = (Array.isArray(found) ? found : [found]).filter((value) => value !== undefined).map(text);
  const holds = values.length > 0 && values.every((value) => desired.includes(value));
  return { holds, values, desired, selector };
};

const sleepPattern =
  /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?)?$/;

const sleepsUntil = ({ Duration, Timestamp }: Attempt['inputs'], at: number): number | undefined => {
  if (Timestamp !== undefined) {
    const until = Date.parse(text(Timestamp));
    return Number.isNaN(until) ? undefined : until;
  }
  const parts = sleepPattern.exec(text(Duration))?.groups;
  if (parts === undefined) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = ['days', 'hours', 'minutes', 'seconds'].map(
    (name) => Number(parts[name] ?? 0),
  );
  return at + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
};

const states: Readonly<Record<string, string>> = {
  running: 'StartInstances',
  stopped: 'StopInstances',
  terminated: 'TerminateInstances',
};

const changeState = async ({ find, region }: PerformDeps, { inputs, isAgain }: Attempt) => {
  const { InstanceIds, DesiredState, CheckStateOnly } = inputs;
  const wanted = text(DesiredState);
  const api = states[wanted];
  if (api === undefined)
    return { holds: false, failed: `DesiredState is ${wanted}; it is running, stopped or terminated.` };
  const isCheck = text(CheckStateOnly ?? false) === 'true';
  if (!isAgain && !isCheck) await callApi(find, region, 'ec2', api, { InstanceIds });
  const answer = await callApi(find, region, 'ec2', 'DescribeInstances', { InstanceIds });
  const found = selected(answer, '$.Reservations..Instances..State.Name');
  const InstanceStates = Array.isArray(found) ? found.map((value: unknown) => text(value)) : [];
  return { holds: InstanceStates.every((state) => state === wanted), InstanceStates };
};

const parametersOf = (value: unknown): Readonly<Record<string, readonly string[]>> =>
  typeof value !== 'object' || value === null
    ? {}
    : Object.fromEntries(
        Object.entries(value).map(([name, each]: readonly [string, unknown]) => [
          name,
          (Array.isArray(each) ? each : [each]).map((one: unknown) => text(one)),
        ]),
      );

const changedState = async (deps: PerformDeps, attempt: Attempt, again: Performed): Promise<Performed> => {
  const { failed, holds, InstanceStates } = await changeState(deps, attempt);
  if (failed !== undefined) return { is: 'failed', message: failed };
  return holds ? { is: 'done', response: { InstanceStates } } : again;
};

const createdTags = async ({ find, region }: PerformDeps, { inputs }: Attempt): Promise<Performed> => {
  const { ResourceIds, Tags, ResourceType = 'EC2' } = inputs;
  if (ResourceType !== 'EC2') return { is: 'failed', message: 'Only tags of EC2 are simulated.' };
  await callApi(find, region, 'ec2', 'CreateTags', { Resources: ResourceIds, Tags });
  return { is: 'done' };
};

const invoked = async ({ find, region }: PerformDeps, { inputs }: Attempt): Promise<Performed> => {
  const payload = inputs['Payload'] ?? inputs['InputPayload'] ?? {};
  const response = await invokeFunction(find, region, text(inputs['FunctionName']), text(payload));
  return response.FunctionError === undefined
    ? { is: 'done', response }
    : { is: 'failed', message: `The function failed: ${response.Payload}` };
};

const childOf = async ({ startChild }: PerformDeps, { inputs }: Attempt): Promise<Performed> => {
  const { DocumentName, DocumentVersion, RuntimeParameters } = inputs;
  const version = DocumentVersion === undefined ? undefined : text(DocumentVersion);
  return { is: 'child', id: await startChild(text(DocumentName), version, parametersOf(RuntimeParameters)) };
};

const perform = async (deps: PerformDeps, attempt: Attempt): Promise<Performed> => {
  const { step, inputs, answer, attemptAt, isAgain } = attempt;
  const again: Performed = { is: 'until', at: deps.now() + lookMs };
  if (answer !== undefined) {
    const at = attemptAt + answer.seconds * 1000;
    if (deps.now() < at) return { is: 'until', at };
    if (answer.result === 'Success') return { is: 'done', response: answer.outputs };
    return { is: 'failed', message: answer.message, timedOut: answer.result === 'TimedOut' };
  }
  switch (step.action) {
    case 'aws:approve':
    case 'aws:pause':
      return { is: 'signal' };
    case 'aws:branch':
      return { is: 'done', next: chosenStep(step.inputs, (value) => resolved(value, attempt.values)) };
    case 'aws:sleep': {
      const at = sleepsUntil(inputs, attemptAt);
      if (at === undefined) return { is: 'failed', message: 'Neither Duration nor Timestamp is a time.' };
      return deps.now() >= at ? { is: 'done' } : { is: 'until', at };
    }
    case 'aws:executeAwsApi':
      return { is: 'done', response: await call(deps, attempt) };
    case 'aws:assertAwsResourceProperty': {
      const { holds, values, desired, selector } = await property(deps, attempt);
      if (holds) return { is: 'done' };
      const message = `${selector} is ${values.join(', ') || 'absent'}, and none of ${desired.join(', ')}.`;
      return { is: 'failed', message };
    }
    case 'aws:waitForAwsResourceProperty':
      return (await property(deps, attempt)).holds ? { is: 'done' } : again;
    case 'aws:changeInstanceState':
      return changedState(deps, attempt, again);
    case 'aws:createTags':
      return createdTags(deps, attempt);
    case 'aws:invokeLambdaFunction':
      return invoked(deps, attempt);
    case 'aws:executeAutomation':
      return isAgain ? again : childOf(deps, attempt);
    case 'aws:updateVariable':
      return {
        is: 'variable',
        name: text(inputs['Name']).replace(/^(global|variable):/, ''),
        value: inputs['Value'],
      };
    default:
      return {
        is: 'failed',
        message: `${step.action} is not simulated, and the scenario does not answer for it.`,
      };
  }
};

/** Makes an attempt at a step; whatever AWS refuses is a failure of the step. */
export const performStep = async (deps: PerformDeps, attempt: Attempt): Promise<Performed> => {
  try {
    return await perform(deps, attempt);
  } catch (error) {
    if (error instanceof ApiError || error instanceof UnknownReference)
      return { is: 'failed', message: error.message };
    return { is: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
};

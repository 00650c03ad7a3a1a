import type { LocalClock } from '../clock.ts';
import { answerOf } from './answers.ts';
import type { LocalService } from '../wire.ts';
import { callApi, type FindService } from './aws-api.ts';
import type { AutomationDocument } from './document.ts';
import type { ExecutionRecord, Signal, Stop } from './execution.ts';
import { performStep, type Performed } from './perform.ts';
import { resolved, type Values } from './references.ts';
import {
  after,
  begun,
  cancelled,
  completed,
  type Current,
  released,
  type Result,
  type Run,
  waiting,
} from './run.ts';
import { type AutomationPermissions, reachedBy } from './runner.ts';
import { inputTexts, outputLists, outputsOfStep, valuesOf } from './run-values.ts';
import type { Runbook, RunbookStep } from './runbook.ts';
import type { SsmScenario } from './scenario.ts';

export interface NextDeps {
  readonly clock: LocalClock;
  readonly scenario: SsmScenario;
  readonly account: string;
  readonly region: string;
  readonly find: FindService;
  readonly permissions?: AutomationPermissions | undefined;
  readonly startChild: (
    parent: ExecutionRecord,
    document: string,
    version: string | undefined,
    parameters: ExecutionRecord['parameters'],
  ) => string;
  /** The status of a child that has ended, and what it put out. */
  readonly endOf: (
    id: string,
  ) => { readonly status: string; readonly outputs: ExecutionRecord['outputs'] } | undefined;
}

/** Seconds after which a step that does not say so itself has taken too long. */
const timeouts: Readonly<Record<string, number>> = {
  'aws:approve': 604_800,
  'aws:waitForAwsResourceProperty': 3_600,
  'aws:changeInstanceState': 3_600,
};

/** What follows a cancellation is given two minutes ("Properties shared by all actions", onCancel). */
const cleanUpMs = 120_000;
const childLookMs = 2_000;

export interface InHand {
  readonly record: ExecutionRecord;
  readonly run: Run;
  readonly runbook: Runbook;
  readonly document: AutomationDocument;
}

const deadlineOf = (
  { attemptAt }: Current,
  { action, timeoutSeconds = timeouts[action] }: RunbookStep,
): number => (timeoutSeconds === undefined ? Infinity : attemptAt + timeoutSeconds * 1000);

/** The step's own answer to the signals that it has had: undefined while it needs more of them. */
const signalled = (run: Run, step: RunbookStep, minimum: number): Result | undefined => {
  if (step.action === 'aws:pause') return run.decisions.length > 0 ? { is: 'success' } : undefined;
  const rejected = run.decisions.find(({ approved }) => !approved);
  if (rejected !== undefined)
    return { is: 'failed', status: 'Rejected', message: `It was rejected by ${rejected.by}.` };
  return run.decisions.length >= minimum ? { is: 'success' } : undefined;
};

const decisionOf = ({ type, by = '', comment = '' }: Signal) => ({
  by,
  comment,
  approved: type !== 'Reject',
});

/** What an attempt has come to, as it stands in the record. */
const conclude = ({ run, runbook }: InHand, performed: Performed, step: RunbookStep, now: number): Run => {
  const current = run.current;
  if (current === undefined) return run;
  const steps = runbook.mainSteps;
  switch (performed.is) {
    case 'done': {
      const values = outputsOfStep(step, performed.response);
      const put = {
        ...run,
        values: {
          ...run.values,
          ...Object.fromEntries(
            Object.entries(values).map(([name, value]) => [`${step.name}.${name}`, value]),
          ),
        },
        outputs: { ...run.outputs, [step.name]: outputLists(values) },
      };
      return after(put, steps, { is: 'success', next: performed.next }, now);
    }
    case 'failed': {
      const status = performed.timedOut === true ? 'TimedOut' : 'Failed';
      return after(run, steps, { is: 'failed', status, message: performed.message }, now);
    }
    case 'until':
      return { ...run, current: { ...current, phase: 'until', wakeAt: performed.at } };
    case 'signal':
      return waiting(run, current, now);
    case 'child':
      return { ...run, current: { ...current, phase: 'child', childId: performed.id } };
    case 'variable':
      return after(
        { ...run, variables: { ...run.variables, [performed.name]: performed.value } },
        steps,
        { is: 'success' },
        now,
      );
  }
};

/** The inputs of a step with their references replaced; scripts and choices keep theirs. */
const inputsOf = (
  { inputs: { Script, Choices, ...others } }: RunbookStep,
  values: Values,
): Readonly<Record<string, unknown>> => ({
  ...(resolved(others, values) as Readonly<Record<string, unknown>>),
  ...(Script !== undefined && { Script }),
  ...(Choices !== undefined && { Choices }),
});

/** A child is started as whoever its parent runs as, which may be refused as any start. */
const checkStart = async (
  { permissions, region }: NextDeps,
  parent: ExecutionRecord,
  DocumentName: string,
  DocumentVersion: string | undefined,
  Parameters: ExecutionRecord['parameters'],
): Promise<void> => {
  const permitted = { statusCode: 200, headers: {}, body: '{}' };
  const ssm: LocalService = { signingName: 'ssm', handle: () => Promise.resolve(permitted) };
  const find = reachedBy(() => ssm, permissions, parent);
  const input = { DocumentName, Parameters, ...(DocumentVersion !== undefined && { DocumentVersion }) };
  await callApi(find, region, 'ssm', 'StartAutomationExecution', input);
};

const attempt = async (deps: NextDeps, inHand: InHand, step: RunbookStep, current: Current): Promise<Run> => {
  const { clock } = deps;
  const { record, run, document } = inHand;
  const find = reachedBy(deps.find, deps.permissions, record);
  const values = valuesOf(deps, inHand.runbook, record, run);
  const fail = (message: string): Run => conclude(inHand, { is: 'failed', message }, step, clock.now());
  let inputs: Readonly<Record<string, unknown>>;
  try {
    inputs = inputsOf(step, values);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const known = { ...run, inputs: { ...run.inputs, [step.name]: inputTexts(inputs) } };
  const performed = await clock.busy(() =>
    performStep(
      {
        find,
        region: deps.region,
        now: () => clock.now(),
        async startChild(...child) {
          await checkStart(deps, record, ...child);
          return deps.startChild(record, ...child);
        },
      },
      {
        step,
        inputs,
        values,
        answer: answerOf(deps.scenario, document.name, step),
        attemptAt: current.attemptAt,
        isAgain: current.phase === 'until',
      },
    ),
  );
  return conclude({ ...inHand, run: known }, performed, step, clock.now());
};

/** What people have said so far to a step that waits for them. */
const heard = (deps: NextDeps, inHand: InHand, step: RunbookStep): Run | undefined => {
  const { record, run, runbook } = inHand;
  const now = deps.clock.now();
  const signal = record.signals[run.signalsTaken];
  const decided: Run =
    signal === undefined
      ? run
      : { ...run, signalsTaken: run.signalsTaken + 1, decisions: [...run.decisions, decisionOf(signal)] };
  const values = valuesOf(deps, runbook, record, run);
  const minimum = Number(resolved(step.inputs['MinRequiredApprovals'] ?? 1, values));
  const result = signalled(decided, step, minimum);
  if (result === undefined) return signal === undefined ? undefined : decided;
  if (result.is === 'failed') return after(decided, runbook.mainSteps, result, now);
  const approved = { ApprovalStatus: 'Approved', ApproverDecisions: decided.decisions };
  const response = step.action === 'aws:pause' ? {} : approved;
  return conclude({ ...inHand, run: decided }, { is: 'done', response }, step, now);
};

/** What has become of a child automation. */
const returned = (deps: NextDeps, inHand: InHand, step: RunbookStep, id: string): Run | undefined => {
  const end = deps.endOf(id);
  if (end === undefined) return undefined;
  const response = { ExecutionId: id, Status: end.status, Output: end.outputs };
  const performed: Performed =
    end.status === 'Success'
      ? { is: 'done', response }
      : { is: 'failed', message: `The automation ${id} is ${end.status}.` };
  return conclude(inHand, performed, step, deps.clock.now());
};

const stopped = ({ record, run, runbook }: InHand, stop: Stop, now: number): Run | undefined => {
  if (stop.type === 'Complete') return completed(run, now);
  const cancelAt = stop.type === 'StopStep' ? stop.at : stop.at + record.cancelMs;
  return now >= cancelAt ? cancelled(run, runbook.mainSteps, now) : undefined;
};

const held = ({ record, run }: InHand, now: number): Run | undefined => {
  const signal = record.signals[run.signalsTaken];
  if (signal === undefined) return undefined;
  return released({ ...run, signalsTaken: run.signalsTaken + 1 }, signal.type === 'Resume', now);
};

/** Does what is due now and gives what has come of it; undefined where there is nothing but to wait. */
export const nextRun = async (deps: NextDeps, inHand: InHand): Promise<Run | undefined> => {
  const { record, run, runbook } = inHand;
  const steps = runbook.mainSteps;
  const now = deps.clock.now();
  const { stop } = record;
  if (run.changes.length === 0) return begun(run, steps, now);
  if (stop !== undefined && run.stopping === undefined) return stopped(inHand, stop, now);
  const { current } = run;
  const step = current === undefined ? undefined : steps[current.step];
  if (current === undefined || step === undefined) return undefined;
  if (run.stopping === 'onCancel' && now >= (stop?.at ?? now) + cleanUpMs) return cancelled(run, steps, now);
  if (current.phase === 'held') return held(inHand, now);
  if (now >= deadlineOf(current, step)) {
    const message = 'The step did not end within its time-out.';
    return after(run, steps, { is: 'failed', status: 'TimedOut', message }, now);
  }
  if (current.phase === 'signal') return heard(deps, inHand, step);
  if (current.phase === 'child') return returned(deps, inHand, step, current.childId ?? '');
  if (current.phase === 'until' && now < (current.wakeAt ?? 0)) return undefined;
  return attempt(deps, inHand, step, current);
};

/** How long until something is due by itself; Infinity where only a signal will do. */
export const wakeMs = ({ record, run, runbook }: InHand, now: number): number => {
  const { current } = run;
  const { stop } = record;
  const step = current === undefined ? undefined : runbook.mainSteps[current.step];
  const times = [
    ...(current?.wakeAt === undefined ? [] : [current.wakeAt]),
    ...(current === undefined || step === undefined || current.phase === 'held'
      ? []
      : [deadlineOf(current, step)]),
    ...(current?.phase === 'child' ? [now + childLookMs] : []),
    ...(stop === undefined
      ? []
      : [run.stopping === undefined ? stop.at + record.cancelMs : stop.at + cleanUpMs]),
  ].filter((at) => at > now);
  return Math.min(Infinity, ...times) - now;
};

import type { RunbookStep } from './runbook.ts';
import { type Change, executionChange, stepChange } from './change.ts';

/** What a step waits for: its turn, its action, a time, a signal, or a child automation. */
export interface Current {
  readonly step: number;
  readonly attempt: number;
  readonly attemptAt: number;
  readonly phase: 'held' | 'performing' | 'until' | 'signal' | 'child';
  readonly wakeAt?: number;
  readonly childId?: string;
}

interface Decision {
  readonly by: string;
  readonly approved: boolean;
  readonly comment: string;
}

/** How far a runbook has been carried out: all that a restart needs. Times in epoch ms. */
export interface Run {
  readonly changes: readonly Change[];
  /** What steps have put out, by `step.Output`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly decisions: readonly Decision[];
  readonly signalsTaken: number;
  readonly isInteractive: boolean;
  readonly stepsEntered: number;
  readonly current?: Current | undefined;
  /** What a critical step's failure has made of the whole. */
  readonly verdict?: { readonly status: string; readonly message: string };
  readonly stopping?: 'Complete' | 'Cancel' | 'onCancel';
  /** When it has ended. */
  readonly endedAt?: number;
}

export const newRun = (isInteractive: boolean, variables: Run['variables']): Run => ({
  changes: [],
  values: {},
  inputs: {},
  outputs: {},
  variables,
  decisions: [],
  signalsTaken: 0,
  isInteractive,
  stepsEntered: 0,
});

export type Result =
  | { readonly is: 'success'; readonly next?: string | undefined }
  | { readonly is: 'failed'; readonly status: 'Failed' | 'TimedOut' | 'Rejected'; readonly message: string };

/** Runbooks may jump back; one that never comes to an end is ended. */
const stepsMax = 1000;

const ended = (run: Run, status: string, at: number, message?: string): Run => ({
  ...run,
  changes: [...run.changes, executionChange(at, status, message)],
  current: undefined,
  endedAt: at,
});

/** The end of the whole, as its failures and whoever stopped it have it. */
const concluded = (run: Run, at: number): Run => {
  if (run.stopping === 'onCancel' || run.stopping === 'Cancel') return ended(run, 'Cancelled', at);
  return run.verdict === undefined
    ? ended(run, 'Success', at)
    : ended(run, run.verdict.status, at, run.verdict.message);
};

const entered = (run: Run, step: number, at: number): Run => {
  if (run.stepsEntered >= stepsMax)
    return ended(run, 'Failed', at, `The automation has taken ${stepsMax} steps without an end.`);
  const common = { step, attempt: 1, attemptAt: at };
  if (run.isInteractive)
    return {
      ...run,
      changes: [...run.changes, executionChange(at, 'Waiting')],
      current: { ...common, phase: 'held' },
    };
  return {
    ...run,
    stepsEntered: run.stepsEntered + 1,
    decisions: [],
    changes: [...run.changes, stepChange(at, step, 'InProgress')],
    current: { ...common, phase: 'performing' },
  };
};

/** Goes to the step of this name, to the one at this position, or to the end. */
const goTo = (run: Run, steps: readonly RunbookStep[], to: string | number, at: number): Run => {
  const index = typeof to === 'number' ? to : steps.findIndex(({ name }) => name === to);
  if (run.stopping === 'Complete' || index < 0 || index >= steps.length) return concluded(run, at);
  return entered(run, index, at);
};

export const begun = (run: Run, steps: readonly RunbookStep[], at: number): Run =>
  goTo({ ...run, changes: [executionChange(at, 'InProgress')] }, steps, 0, at);

/** A held step of an interactive automation begins; Resume lets all others begin by themselves. */
export const released = (run: Run, isResume: boolean, at: number): Run => {
  const going = {
    ...run,
    changes: [...run.changes, executionChange(at, 'InProgress')],
    isInteractive: false,
  };
  return { ...entered(going, run.current?.step ?? 0, at), isInteractive: run.isInteractive && !isResume };
};

/** A step that waits for people lets the whole wait. */
export const waiting = (run: Run, current: Current, at: number): Run => ({
  ...run,
  current: { ...current, phase: 'signal' },
  changes: [
    ...run.changes,
    stepChange(at, current.step, 'Waiting'),
    ...(run.stopping === 'onCancel' ? [] : [executionChange(at, 'Waiting')]),
  ],
});

const following = (step: RunbookStep, index: number): string | number =>
  step.isEnd ? Number.POSITIVE_INFINITY : (step.nextStep ?? index + 1);

const jumpOf = (text: string): string | undefined =>
  /^step:/i.test(text) ? text.slice('step:'.length).trim() : undefined;

/** What follows from the end of an attempt at the running step ("Properties shared by all actions"). */
export const after = (run: Run, steps: readonly RunbookStep[], result: Result, at: number): Run => {
  const { current } = run;
  const step = current === undefined ? undefined : steps[current.step];
  if (current === undefined || step === undefined) return run;
  const back =
    current.phase === 'signal' && run.stopping !== 'onCancel' ? [executionChange(at, 'InProgress')] : [];
  if (result.is === 'success') {
    const done = { ...run, changes: [...run.changes, stepChange(at, current.step, 'Success'), ...back] };
    return goTo(done, steps, result.next ?? following(step, current.step), at);
  }
  const { status, message } = result;
  if (current.attempt < step.maxAttempts && status !== 'Rejected')
    return {
      ...run,
      decisions: [],
      changes: [...run.changes, ...back],
      current: { step: current.step, attempt: current.attempt + 1, attemptAt: at, phase: 'performing' },
    };
  const doesContinue = /^continue$/i.test(step.onFailure);
  const isCritical = step.isCritical ?? !doesContinue;
  const target = jumpOf(step.onFailure);
  const verdict = { status, message: `Step fails when it is run: ${step.name}. ${message}` };
  const failed: Run = {
    ...run,
    ...(isCritical && run.verdict === undefined && { verdict }),
    changes: [...run.changes, stepChange(at, current.step, status, message)],
  };
  if (target === undefined && !doesContinue) return concluded(failed, at);
  const going = { ...failed, changes: [...failed.changes, ...back] };
  return goTo(going, steps, target ?? following(step, current.step), at);
};

/** The running step ends as cancelled; what it hands over to, if anything, is carried out before the end. */
export const cancelled = (run: Run, steps: readonly RunbookStep[], at: number): Run => {
  const { current } = run;
  if (current === undefined) return concluded({ ...run, stopping: 'Cancel' }, at);
  const target = jumpOf(steps[current.step]?.onCancel ?? 'Abort');
  const wasHeld = current.phase === 'held';
  const stopped: Run = {
    ...run,
    stopping: 'onCancel',
    isInteractive: false,
    changes: [...run.changes, ...(wasHeld ? [] : [stepChange(at, current.step, 'Cancelled')])],
  };
  return target === undefined || wasHeld || run.stopping === 'onCancel'
    ? concluded(stopped, at)
    : goTo(stopped, steps, target, at);
};

/** An automation that is to end after its running step; one that waits ends at once. */
export const completed = (run: Run, at: number): Run => {
  const { current } = run;
  const complete: Run = { ...run, stopping: 'Complete' };
  if (current === undefined || current.phase === 'performing' || current.phase === 'child') return complete;
  const step = current.phase === 'held' ? [] : [stepChange(at, current.step, 'Cancelled')];
  return concluded({ ...complete, changes: [...run.changes, ...step] }, at);
};

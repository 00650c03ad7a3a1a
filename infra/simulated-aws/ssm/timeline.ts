import { type Change, executionChange as execution, stepChange } from './change.ts';
import type { ExecutionRecord, ScriptedStep, Signal } from './execution.ts';

const terminal: ReadonlySet<string> = new Set([
  'Success',
  'TimedOut',
  'Cancelled',
  'Failed',
  'Rejected',
  'CompletedWithSuccess',
  'CompletedWithFailure',
  'Exited',
  'ChangeCalendarOverrideRejected',
]);

export const isTerminal = (status: string): boolean => terminal.has(status);

/** A stretch of the plan: what happens, and when the next step may begin, if it may. */
interface Stretch {
  readonly changes: readonly Change[];
  readonly nextAt?: number;
}

const failure = (index: number, step: ScriptedStep, at: number, status: string, reason: string): Stretch => ({
  changes: [
    stepChange(at, index, status, reason),
    execution(
      at,
      status,
      `Step fails when it is ${status === 'TimedOut' ? 'timed out' : 'run'}: ${step.name}. ${reason}`,
    ),
  ],
});

/**
 * A rejected approval ends step and execution as Rejected, which the service model lists as a status; the user
 * guide does not say which of the two statuses the execution takes.
 */
const approval = (index: number, at: number, signal: Signal | undefined): Stretch => {
  const waiting = [stepChange(at, index, 'Waiting'), execution(at, 'Waiting')];
  if (signal === undefined) return { changes: waiting };
  if (signal.type === 'Reject')
    return {
      changes: [...waiting, stepChange(signal.at, index, 'Rejected'), execution(signal.at, 'Rejected')],
    };
  const approved = [stepChange(signal.at, index, 'Success'), execution(signal.at, 'InProgress')];
  return { changes: [...waiting, ...approved], nextAt: signal.at };
};

const course = (index: number, step: ScriptedStep, at: number, signal: Signal | undefined): Stretch => {
  const endAt = at + step.durationMs;
  switch (step.end.result) {
    case 'Success':
      return { changes: [stepChange(endAt, index, 'Success')], nextAt: endAt };
    case 'Failed':
      return failure(index, step, endAt, 'Failed', step.end.message);
    case 'TimedOut':
      return failure(index, step, endAt, 'TimedOut', 'The step did not end within its time-out.');
    case 'OtherStatus':
      return { changes: [stepChange(endAt, index, step.end.status), execution(endAt, step.end.status)] };
    case 'AwaitsApproval':
      return approval(index, at, signal);
    case 'NeverEnds':
      return { changes: [] };
  }
};

/** What would happen if nobody stopped it: steps in order, each wait taking the next signal of its kind. */
const planOf = (record: ExecutionRecord, beganAt: number): readonly Change[] => {
  const changes: Change[] = [execution(beganAt, 'InProgress')];
  const approvals = record.signals.filter(({ type }) => type === 'Approve' || type === 'Reject');
  const starts = record.signals.filter(({ type }) => type === 'StartStep' || type === 'Resume');
  let interactive = record.mode === 'Interactive';
  let at = beganAt;
  for (const [index, step] of record.steps.entries()) {
    if (interactive) {
      changes.push(execution(at, 'Waiting'));
      const start = starts.shift();
      if (start === undefined) return changes;
      interactive = start.type !== 'Resume';
      at = start.at;
      changes.push(execution(at, 'InProgress'));
    }
    changes.push(stepChange(at, index, 'InProgress'));
    const awaits = step.end.result === 'AwaitsApproval';
    const stretch = course(index, step, at, awaits ? approvals.shift() : undefined);
    changes.push(...stretch.changes);
    if (stretch.nextAt === undefined) return changes;
    at = stretch.nextAt;
  }
  return [...changes, execution(at, 'Success')];
};

const runningStep = (changes: readonly Change[]): number | undefined => {
  const last = changes.filter((change) => change.subject === 'step').at(-1);
  return last !== undefined && (last.status === 'InProgress' || last.status === 'Waiting')
    ? last.step
    : undefined;
};

/** The Complete type lets the running step end and starts no other; a step that waits ends at once. */
const completed = (past: readonly Change[], future: readonly Change[], at: number): readonly Change[] => {
  const running = runningStep(past);
  if (running === undefined) return [...past, execution(at, 'Success')];
  const end = future.find((change) => change.subject === 'step' && change.step === running);
  if (end === undefined) return [...past, stepChange(at, running, 'Cancelled'), execution(at, 'Success')];
  const verdict = future.find((change) => change.subject === 'execution' && change.at === end.at);
  return [
    ...past,
    end,
    end.status === 'Success' || verdict === undefined ? execution(end.at, 'Success') : verdict,
  ];
};

const cancelled = (past: readonly Change[], at: number, cancelMs: number): readonly Change[] => {
  const running = runningStep(past);
  const step = running === undefined ? [] : [stepChange(at + cancelMs, running, 'Cancelled')];
  const cancelling = cancelMs > 0 ? [execution(at, 'Cancelling')] : [];
  return [...past, ...cancelling, ...step, execution(at + cancelMs, 'Cancelled')];
};

/**
 * All changes of an execution in order of time, as far as they are determined by what is known: a step that
 * waits for a signal is the end of the list. What lies before a signal or a stop never depends on it, so
 * that changes once announced stay as they were.
 */
export const timelineOf = (record: ExecutionRecord): readonly Change[] => {
  const { beganAt, stop, startedAt, run } = record;
  const pending = execution(startedAt, 'Pending');
  if (run !== undefined && (beganAt !== undefined || stop === undefined)) return [pending, ...run.changes];
  const planned = beganAt === undefined ? [pending] : [pending, ...planOf(record, beganAt)];
  if (stop === undefined) return planned;
  const past = planned.filter((change) => change.at <= stop.at);
  const future = planned.slice(past.length);
  if (stop.type === 'Complete') return completed(past, future, stop.at);
  return cancelled(past, stop.at, stop.type === 'StopStep' || beganAt === undefined ? 0 : record.cancelMs);
};

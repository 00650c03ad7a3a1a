import type { TaskReport } from '../../../../contracts/task-events.ts';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { boundedOutputs } from '../bounded-outputs.ts';
import {
  actionOfTry,
  completedAction,
  dueActions,
  failedAction,
  progressedAction,
  startedAction,
  startIdOf,
  type DueAction,
} from './actions.ts';
import { isAnswered } from './answers.ts';
import { isWorthKeeping } from './progress-of-action.ts';
import type { Wave } from './wave.ts';

/** A worker's report, as it came. */
export interface GivenReport extends Omit<TaskReport, 'token'> {
  /** The same report is never acted on twice. */
  readonly reportId: string;
  /** Whether its token is one that was given out for this task. */
  readonly isAuthentic: boolean;
}

/** So many refusals of one try are told; whoever may publish could otherwise make a stream as long as they like. */
const refusalsMax = 10;

const dueTask = (wave: Wave, taskId: string): DueAction | undefined =>
  dueActions(wave).find(
    (due) =>
      (due.state?.status === 'RUNNING' || due.state?.status === 'CLAIMED') && startIdOf(wave, due) === taskId,
  );

const refused = (wave: Wave, { taskId, by }: GivenReport, why: string): readonly WaveFact[] => {
  const state = actionOfTry(wave, taskId);
  if (state === undefined || (state.refusedReports ?? 0) >= refusalsMax) return [];
  const { stage, actionId, tryNumber } = state;
  const {
    definition,
    state: { attempt },
  } = wave;
  return [
    {
      type: 'TaskReportRefused',
      data: {
        ...{ waveId: definition.waveId, attempt, stage, actionId, tryNumber, why },
        ...(by !== undefined && { worker: by }),
      },
    },
  ];
};

const whyRefused = (wave: Wave, { taskId, isAuthentic }: GivenReport): string | undefined => {
  if (!isAuthentic) return 'its token is none of this task';
  if (dueTask(wave, taskId) !== undefined) return undefined;
  if (wave.state.stopped !== undefined) return 'the wave was stopped';
  const state = actionOfTry(wave, taskId);
  const isEarlier = state?.status === 'CLAIMED' || state?.status === 'RUNNING' || state?.status === 'AGAIN';
  return `the task is over: ${isEarlier ? 'FAILED' : (state?.status ?? 'unknown')}`;
};

/**
 * What follows from a worker's report: the end of its action, a sign of life, or the refusal of what is forged or late.
 * A report that comes before its request is known to have been sent proves that it was.
 */
export const reported = (wave: Wave, report: GivenReport, now: number): readonly WaveFact[] => {
  if (isAnswered(wave.state, { decisionId: report.reportId })) return [];
  const why = whyRefused(wave, report);
  const due = dueTask(wave, report.taskId);
  if (why !== undefined || due === undefined) return refused(wave, report, why ?? 'it is not due');
  const { taskId, reportId: decisionId, outcome, message, percent, outputs, by } = report;
  const worker = by === undefined ? {} : { worker: by };
  const begun = due.state?.status === 'CLAIMED' ? [startedAction(wave, due, now, { taskId })] : [];
  if (outcome === 'succeeded') {
    const given = Object.keys(outputs).length === 0 ? {} : { outputs: boundedOutputs(outputs) };
    const reason = message === '' ? {} : { reason: message };
    return [...begun, completedAction(wave, due, { ...reason, ...worker, ...given, decisionId })];
  }
  if (outcome === 'failed')
    return [
      ...begun,
      failedAction(wave, due, 'failed', message === '' ? 'its worker says that it failed' : message, {
        ...worker,
        decisionId,
      }),
    ];
  if (!isWorthKeeping(due, now)) return begun;
  const progress = { message, ...(percent !== undefined && { percent }), ...worker };
  return [...begun, progressedAction(wave, due, now, progress)];
};

import type { TaskCancelled, TaskRequested } from '../../contracts/task-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import { actionKey, type WaveState } from '../../services/core/domain/wave/state.ts';
import { tryName } from './try-name.ts';
import type { Workers } from './workers.ts';

export interface TaskRulesDeps {
  readonly now: () => number;
  readonly workers: () => Workers;
  readonly waveOf: (executionId: string, waveId: string) => WaveState;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

/**
 * S34: a task is requested only for an action that says so beforehand; only its own worker's word makes it succeed; and
 * a worker that nobody waits for any more has said so itself, or was told.
 */
export const createTaskRules = ({ now, workers, waveOf, fail, hit }: TaskRulesDeps) => {
  const taskIds = new Map<string, string>();

  return {
    onRequested(requested: TaskRequested): void {
      const { taskId, executionId, waveId, attempt, stage, actionId, tryNumber } = requested;
      const name = tryName(executionId, requested);
      const known = taskIds.get(name);
      if (known !== undefined && known !== taskId) fail('S34', `${name} has two tasks`);
      taskIds.set(name, taskId);
      const state = waveOf(executionId, waveId);
      const action = state.actions[actionKey(stage, actionId)];
      // A run that was frozen for long asks again for what has moved on since.
      const isBehind = state.attempt > attempt || (action?.tryNumber ?? 0) >= tryNumber;
      if (!isBehind) fail('S34', `${name} was requested, and no claim of it is on record`);
    },
    onCancelled({ taskId }: TaskCancelled): void {
      workers().cancel(taskId);
    },
    onWaveFact(before: WaveState, fact: WaveFact, executionId: string): void {
      if (fact.type === 'TaskReportRefused') hit('report on a task refused');
      if (fact.type !== 'ActionCompleted' && fact.type !== 'ActionFailed') return;
      const { waveId, stage, actionId } = fact.data;
      const taskId = taskIds.get(tryName(executionId, fact.data));
      const task = taskId === undefined ? undefined : workers().taskOf(taskId);
      if (task === undefined) return;
      if (before.actions[actionKey(stage, actionId)]?.kind === undefined)
        hit('report before its task was known to be requested');
      if (fact.type === 'ActionCompleted') {
        hit('task done by its worker');
        if (task.outcome !== 'succeeded' || now() < task.saysAt)
          fail('S34', `${actionId} of ${executionId}/${waveId} succeeded, and its worker has not said so`);
      }
    },
    atEnd(): void {
      for (const { request, outcome, saysAt, cancelled } of workers().all()) {
        const hasSaid = outcome !== undefined && saysAt < Infinity;
        if (!cancelled && !hasSaid)
          fail(
            'S34',
            `task ${request.taskId} of ${request.executionId}/${request.waveId} is over, and its worker was not told`,
          );
      }
    },
  };
};

import type { TaskCancelled, TaskRequested } from '../../contracts/task-events.ts';
import type { TaskBoard } from '../../services/core/ports/task-board.ts';

export interface MemoryTaskBoard extends TaskBoard {
  readonly requested: readonly TaskRequested[];
  readonly cancelled: readonly TaskCancelled[];
}

/** A bus that keeps what it hears of tasks; its tokens can be guessed, and are of the right form. */
export const createMemoryTaskBoard = (): MemoryTaskBoard => {
  const requested: TaskRequested[] = [];
  const cancelled: TaskCancelled[] = [];
  let tokens = 0;
  return {
    requested,
    cancelled,
    request: async (task) => void requested.push(task),
    cancel: async (task) => void cancelled.push(task),
    newToken: () => String(++tokens).padStart(43, '0'),
  };
};

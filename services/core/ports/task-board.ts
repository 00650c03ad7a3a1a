import type { TaskCancelled, TaskRequested } from '../../../contracts/task-events.ts';

/** Where workers of other teams hear of their tasks. Each call may be repeated; throws when the bus has not accepted it. */
export interface TaskBoard {
  request(task: TaskRequested): Promise<void>;
  cancel(task: TaskCancelled): Promise<void>;
  /** What nobody can guess: 32 bytes in base64url. */
  newToken(): string;
}

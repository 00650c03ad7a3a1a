import { randomBytes } from 'node:crypto';
import { taskSource } from '../../../../contracts/task-events.ts';
import type { Clock } from '../clock.ts';
import type { TaskBoard } from '../task-board.ts';
import { createPutEvents, type EventBusDeps } from './event-bus.ts';

/** Tasks on the product's bus, under a source of their own. */
export const createAwsTaskBoard = (deps: EventBusDeps & { readonly clock: Clock }): TaskBoard => {
  const put = createPutEvents(deps);
  const say = (type: string, data: { readonly taskId: string }): Promise<void> =>
    put([{ id: data.taskId, source: taskSource, type, detail: { data }, at: new Date(deps.clock.now()) }]);
  return {
    request: (task) => say('TaskRequested', task),
    cancel: (task) => say('TaskCancelled', task),
    newToken: () => randomBytes(32).toString('base64url'),
  };
};

import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import { workedOn } from './worked-on.ts';

/** Any worker that listens on the bus carries it out. */
export const callback = workedOn<CallbackAction>({
  nameOf: ({ task }) => task,
  async hand({ tasks }, _inHand, task) {
    await tasks.request(task);
    return { status: 'accepted' };
  },
});

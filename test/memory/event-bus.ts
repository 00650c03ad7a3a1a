import type { Recorded } from '../../contracts/envelope.ts';
import type { EventBus } from '../../services/core/ports/event-bus.ts';

/** Hands every event on at once, in order; what becomes of it is up to `accept`, which may not throw. */
export const createMemoryEventBus = (accept: (event: Recorded) => void): EventBus => ({
  async publish(events) {
    for (const event of events) accept(event);
  },
});

import type { Recorded } from '../../../contracts/envelope.ts';

/** The bus on which the product speaks. */
export interface EventBus {
  /** Returns only when the bus has accepted every event; throws otherwise, with any part of them accepted. */
  publish(events: readonly Recorded[]): Promise<void>;
}

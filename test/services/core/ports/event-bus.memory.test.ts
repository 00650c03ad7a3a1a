import { describe } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import { createMemoryEventBus } from '../../../memory/event-bus.ts';
import { eventBusSuite } from './event-bus.suite.ts';

describe('event bus in memory', () => {
  eventBusSuite(async () => {
    const arrived: Recorded[] = [];
    return { bus: createMemoryEventBus((event) => void arrived.push(event)), arrived: () => arrived };
  });
});

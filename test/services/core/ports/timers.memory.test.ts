import { describe } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createMemoryTimers } from '../../../memory/timers.ts';
import { type TimersHarness, timersSuite } from './timers.suite.ts';

describe('timers in memory', () => {
  timersSuite(async () => {
    const clock = createManualClock(0);
    const harness: TimersHarness = {
      timers: createMemoryTimers({
        scheduler: clock,
        fire: (wake) => harness.handle(wake),
        redeliverAfterMs: 30_000,
      }),
      advance: (ms) => clock.advance(ms),
      handle: async () => undefined,
      redeliveredWithinMs: 30_000,
    };
    return harness;
  });
});

import type { WaitAction } from '../../../../contracts/actions/wait.ts';
import type { ActionKind } from './action-kind.ts';

/** Time passes, and that is all. */
export const wait: ActionKind<WaitAction> = {
  isLearned: false,
  needed: { minutes: 1 },

  inWords: ({ minutes }) => `a wait of ${minutes} min`,
  faults: () => [],
  targetOf: () => undefined,
  references: () => ({}),
  uses: () => ({}),

  question: () => undefined,
  minutes: ({ minutes }) => minutes,
  heartbeatMinutes: () => undefined,
  triesMax: () => 1,
  atDeadline: () => ({ succeeds: true }),
  warningOf: () => undefined,
  expectedMs: ({ minutes }) => minutes * 60_000,
};

import type { WaitAction } from '../../../../contracts/actions/wait.ts';
import type { ActionKind } from './action-kind.ts';
import { shownKinds } from './shown-kinds.ts';

/** Time passes, and that is all. */
export const wait: ActionKind<WaitAction> = {
  shown: shownKinds.wait,
  isLearned: false,
  needed: { minutes: 1 },

  faults: () => [],
  targetOf: () => undefined,
  namesServers: () => false,
  tagsNamed: () => [],
  runbookOf: () => undefined,
  alarmsOf: () => [],
  functionOf: () => undefined,
  trafficOf: () => undefined,

  question: () => undefined,
  minutes: ({ minutes }) => minutes,
  heartbeatMinutes: () => undefined,
  triesMax: () => 1,
  atDeadline: () => ({ succeeds: true }),
  warningOf: () => undefined,
  expectedMs: ({ minutes }) => minutes * 60_000,
};

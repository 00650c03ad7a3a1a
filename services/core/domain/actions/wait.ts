import type { WaitAction } from '../../../../contracts/actions/wait.ts';
import type { ActionKind, ShownKind } from './action-kind.ts';

export const shownWait: ShownKind = { noun: 'wait', asksPeople: false };

/** Time passes, and that is all. */
export const wait: ActionKind<WaitAction> = {
  shown: shownWait,
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

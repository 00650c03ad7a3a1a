import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import { namesServers, referenceFaults, tagsNamedIn } from '../parameter-reference.ts';
import type { ActionKind } from './action-kind.ts';
import { shownKinds } from './shown-kinds.ts';
import { heartbeatFaults } from './heartbeat-faults.ts';

/** A task of somebody else's worker: it is requested after a claim, and its reports end it. */
export const callback: ActionKind<CallbackAction> = {
  shown: shownKinds.callback,
  isLearned: true,
  needed: { task: 'unread' },

  faults: (action, { at, knowsServers }) => [
    ...referenceFaults(action.parameters, knowsServers, `${at}.parameters`),
    ...heartbeatFaults(action, at),
  ],
  targetOf: () => undefined,
  namesServers: ({ parameters }) => namesServers(parameters),
  tagsNamed: ({ parameters }) => tagsNamedIn(parameters),
  runbookOf: () => undefined,
  alarmsOf: () => [],
  functionOf: () => undefined,
  trafficOf: () => undefined,

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: ({ heartbeatMinutes }) => heartbeatMinutes,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: () => ({ succeeds: false, message: 'its worker has not reported its end in time' }),
  warningOf: () => 'The worker is told to stop, and the action fails.',
  expectedMs: (_action, learnedMs = 0) => learnedMs,
};

import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import { referenceFaults } from '../parameter-reference.ts';
import type { ActionKind } from './action-kind.ts';
import { heartbeatFaults } from './heartbeat-faults.ts';

/** A task of somebody else's worker: it is requested after a claim, and its reports end it. */
export const callback: ActionKind<CallbackAction> = {
  isLearned: true,
  needed: { task: 'unread' },

  inWords: ({ task }) => `the task ${task}`,
  faults: (action, { at, knowsServers }) => [
    ...referenceFaults(action.parameters, knowsServers, `${at}.parameters`),
    ...heartbeatFaults(action, at),
  ],
  targetOf: () => undefined,
  references: ({ parameters }) => parameters,
  uses: () => ({}),

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: ({ heartbeatMinutes }) => heartbeatMinutes,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: () => ({ succeeds: false, message: 'its worker has not reported its end in time' }),
  warningOf: () => 'The worker is told to stop, and the action fails.',
  expectedMs: (_action, learnedMs = 0) => learnedMs,
};

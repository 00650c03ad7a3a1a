import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { referenceFaults, tagsNamedIn } from '../parameter-reference.ts';
import type { ActionKind, ShownKind } from './action-kind.ts';

export const shownCallback: ShownKind = { noun: 'task', asksPeople: false };

/** So that the reports of one try can be counted: what is said of it is bounded, however long it lasts. */
const heartbeatsMax = 100;

const heartbeatFaults = (
  { heartbeatMinutes, timeoutMinutes }: CallbackAction,
  at: string,
): readonly Fault[] => {
  if (heartbeatMinutes === undefined) return [];
  const least = Math.ceil(timeoutMinutes / heartbeatsMax);
  return heartbeatMinutes >= least && heartbeatMinutes <= timeoutMinutes
    ? []
    : [
        {
          path: `${at}.heartbeatMinutes`,
          message: `a time-out of ${timeoutMinutes} minutes cannot go with a heartbeat each ${heartbeatMinutes}`,
          expected: `${least} to ${timeoutMinutes}`,
        },
      ];
};

/** A task of somebody else's worker: it is requested after a claim, and its reports end it. */
export const callback: ActionKind<CallbackAction> = {
  shown: shownCallback,
  isLearned: true,
  needed: { task: 'unread' },

  faults: (action, { at, knowsServers }) => [
    ...referenceFaults(action.parameters, knowsServers, `${at}.parameters`),
    ...heartbeatFaults(action, at),
  ],
  targetOf: () => undefined,
  tagsNamed: ({ parameters }) => tagsNamedIn(parameters),
  runbookOf: () => undefined,
  alarmsOf: () => [],

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: ({ heartbeatMinutes }) => heartbeatMinutes,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: () => ({ succeeds: false, message: 'its worker has not reported its end in time' }),
  warningOf: () => 'The worker is told to stop, and the action fails.',
  expectedMs: (_action, learnedMs = 0) => learnedMs,
};

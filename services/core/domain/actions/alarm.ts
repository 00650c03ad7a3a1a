import type { AlarmAction } from '../../../../contracts/actions/alarm.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { targetFaults } from '../target-faults.ts';
import type { ActionKind } from './action-kind.ts';

const patienceFaults = ({ okMinutes, timeoutMinutes }: AlarmAction, at: string): readonly Fault[] =>
  okMinutes < timeoutMinutes
    ? []
    : [
        {
          path: `${at}.okMinutes`,
          message: `nothing is OK for ${okMinutes} minutes within a time-out of ${timeoutMinutes}`,
          expected: `0 to ${timeoutMinutes - 1}`,
        },
      ];

/** Alarms of CloudWatch are read until each has been OK for long enough. */
export const alarm: ActionKind<AlarmAction> = {
  isLearned: true,
  needed: { alarms: ['unread'] },

  inWords: ({ alarms }) => `a gate of ${alarms.join(', ')}`,
  faults: (action, { plan, at }) => [
    ...targetFaults(plan, action.target, `${at}.target`),
    ...patienceFaults(action, at),
  ],
  targetOf: ({ target }) => target,
  references: () => ({}),
  uses: ({ alarms }) => ({ alarms }),

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: () => undefined,
  triesMax: () => 1,
  atDeadline: () => ({ succeeds: false, message: 'not every alarm has been OK for long enough in time' }),
  warningOf: () => 'The action fails.',
  expectedMs: ({ okMinutes }, learnedMs = 0) => Math.max(learnedMs, okMinutes * 60_000),
};

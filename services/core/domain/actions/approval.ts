import type { ApprovalAction } from '../../../../contracts/actions/approval.ts';
import type { ActionKind } from './action-kind.ts';

/** People are asked; silence decides as the plan says. */
export const approval: ActionKind<ApprovalAction> = {
  isLearned: false,
  needed: {},

  inWords: () => 'an approval',
  faults: () => [],
  targetOf: () => undefined,
  references: () => ({}),
  uses: () => ({}),

  question: ({ prompt, approvers }) => ({ prompt, approvers }),
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: () => undefined,
  triesMax: () => 1,
  atDeadline: ({ onTimeout }) =>
    onTimeout === 'approve'
      ? { succeeds: true, reason: 'no answer in time; the plan says to approve' }
      : { succeeds: false, message: 'no approval in time' },
  warningOf: ({ onTimeout }) => (onTimeout === 'approve' ? 'Silence approves.' : 'Silence declines.'),
  expectedMs: () => 0,
};

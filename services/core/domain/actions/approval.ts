import type { ApprovalAction } from '../../../../contracts/actions/approval.ts';
import type { ActionKind } from './action-kind.ts';
import { shownKinds } from './shown-kinds.ts';

/** People are asked; silence decides as the plan says. */
export const approval: ActionKind<ApprovalAction> = {
  shown: shownKinds.approval,
  isLearned: false,
  needed: {},

  faults: () => [],
  targetOf: () => undefined,
  namesServers: () => false,
  tagsNamed: () => [],
  runbookOf: () => undefined,
  alarmsOf: () => [],
  functionOf: () => undefined,
  trafficOf: () => undefined,

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

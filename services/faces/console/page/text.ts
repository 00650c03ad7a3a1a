import type { ExecutionStatus, WaveStatus } from '../../../core/view/execution-view.ts';

export const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export const words: Readonly<Record<ExecutionStatus | WaveStatus, string>> = {
  REQUESTED: 'Requested',
  AWAITING_APPROVAL: 'Needs a second person',
  REJECTED: 'Rejected',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  CANCELLING: 'Cancelling',
  COMPLETED: 'Completed',
  PARTIAL: 'Partial',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  WAITING: 'Waiting',
  STARTED: 'Running',
  HELD: 'Needs you',
  SKIPPED: 'Skipped',
};

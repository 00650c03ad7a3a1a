/** Where an execution stands, in the order in which it can get there. */
export const executionStatuses = [
  'REQUESTED',
  'AWAITING_APPROVAL',
  'REJECTED',
  'RUNNING',
  'PAUSED',
  'CANCELLING',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
] as const;

/** Paths of recovery that a run of many seeds has to reach, or its faults test nothing. */
export const recoveryPaths = [
  'job adopted',
  'claim opened again after quarantine',
  'operator asked about an uncertain launch',
  'conflict met',
  'quota met',
  'capacity awaited',
  'zombie wrote into a conflict',
  'run crashed',
  'run timed out',
  'delivery retried',
  'delivery dead-lettered',
  'replayed event ignored',
  'forged event ignored',
  'malformed event parked',
  'publishing failed',
  'event published again',
  'wave retried',
  'wave skipped',
  'execution cancelled',
  'execution paused',
  'decision refused',
  'automation started again with the same token',
  'timer lost and found',
  'books closed',
  'partial success',
  'time-out asked about',
] as const;
export type RecoveryPath = (typeof recoveryPaths)[number];

/** How often each path was reached and each fault injected. */
export type Counts = Record<string, number>;

export const addCounts = (total: Counts, more: Counts): void => {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
};

import type { TargetFacts } from '../../services/core/domain/readiness.ts';

/** What was read of a place in which nothing goes on, with only what matters to a test spelled out. */
export const targetFacts = (changes: Partial<TargetFacts> = {}): TargetFacts => ({
  servers: new Map(),
  instances: [],
  launchInto: new Map(),
  busy: new Map(),
  withoutLaunchConfiguration: new Set(),
  recoveryPoints: new Map(),
  activeJobs: 0,
  jobsMax: 20,
  serversMax: 500,
  now: Date.parse('2026-01-02T00:00:00Z'),
  ...changes,
});

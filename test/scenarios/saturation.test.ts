import { describe, expect, it } from 'vitest';
import { createDeployment, home } from '../support/memory-deployment.ts';
import { wideModel, widePlan } from '../support/wide-plans.ts';

const minute = 60_000;

/** The longest-first schedule of jobs on so many places: no schedule of whole jobs is known to be shorter here. */
const longestFirstMs = (durations: readonly number[], places: number): number => {
  const ends = Array.from({ length: places }, () => 0);
  for (const duration of durations.toSorted((a, b) => b - a)) {
    const first = ends.indexOf(Math.min(...ends));
    ends[first] = (ends[first] ?? 0) + duration;
  }
  return Math.max(...ends);
};

const saturate = async () => {
  const deployment = createDeployment({ model: wideModel(500) });
  const executionId = await deployment.request(widePlan(30, 500));
  const execution = await deployment.run(executionId, 24 * 60 * minute);
  const jobs = deployment.recovery
    .startedJobs(home)
    .map(({ at, course }) => ({ at, ms: course.endsAfterMs, servers: course.servers.length }));
  const inJobs = (moment: number) => jobs.filter(({ at, ms }) => at <= moment && moment < at + ms);
  const begun = Math.min(...jobs.map(({ at }) => at));
  return {
    ...{ execution, jobs, failures: deployment.failures },
    jobsPeak: Math.max(...jobs.map(({ at }) => inJobs(at).length)),
    serversPeak: Math.max(...jobs.map(({ at }) => inJobs(at).reduce((sum, { servers }) => sum + servers, 0))),
    tookMs: Math.max(...jobs.map(({ at, ms }) => at + ms)) - begun,
    bestMs: longestFirstMs(
      jobs.map(({ ms }) => ms),
      20,
    ),
  };
};

describe('500 servers in 30 ready waves under default quotas', () => {
  it(
    'are recovered within 1.05 times the best schedule, and never above a quota',
    { timeout: 300_000 },
    async () => {
      const run = await saturate();
      expect(run.execution.status).toBe('COMPLETED');
      expect(run.failures).toEqual([]);
      expect(run.jobs).toHaveLength(30);
      expect(run.jobsPeak).toBe(20);
      expect(run.serversPeak).toBeLessThanOrEqual(500);
      expect(run.tookMs / run.bestMs).toBeLessThanOrEqual(1.05);
    },
  );
});

import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const minute = 60_000;
const tags = { owner: 'another tool' };

/** Another tool recovers the last servers, one job each, before ours begin. */
const foreign = async (deployment: ReturnType<typeof createDeployment>, jobs: number, isDrill = true) => {
  for (let n = 0; n < jobs; n++)
    await deployment.recovery.startRecovery(home, {
      isDrill,
      servers: [{ sourceServerId: serverId(40 - n) }],
      tags,
    });
};

const named = (deployment: ReturnType<typeof createDeployment>, type: WaveFact['type']) =>
  deployment.events
    .filter((event) => event.type === type)
    .map(({ data }) => data as Readonly<Record<string, unknown>>);

describe('the quota of DRS', { timeout: 60_000 }, () => {
  it('that others use is waited for in order, and the wait says what they use', async () => {
    const deployment = createDeployment({ model: wideModel(40) });
    await foreign(deployment, 19);
    const executionId = await deployment.request(widePlan(4, 4));
    const execution = await deployment.run(executionId, 300 * minute);
    expect([execution.status, deployment.failures]).toEqual(['COMPLETED', []]);
    const refused = named(deployment, 'DRSJobRefused');
    expect(refused.every((data) => data['cause'] === 'quota' && data['final'] === false)).toBe(true);
    expect(named(deployment, 'CapacityAwaited')).toContainEqual(
      expect.objectContaining({ others: { jobs: 19, servers: 19 } }),
    );
    // Waiting calls nothing: DRS refused only those that came before it was known that others are there.
    expect(refused.length).toBeLessThanOrEqual(4);
    expect(deployment.recovery.startedJobs(home)).toHaveLength(19 + 4);
  });

  it('is what Service Quotas says', async () => {
    const model = wideModel(6);
    const quotas = { jobsMax: 2, serversPerJobMax: 100, serversInJobsMax: 500 };
    const deployment = createDeployment({ model: { ...model, quotas } });
    const executionId = await deployment.request(widePlan(6, 6));
    expect((await deployment.run(executionId, 300 * minute)).status).toBe('COMPLETED');
    expect(named(deployment, 'DRSJobRefused')).toEqual([]);
    const jobs = deployment.recovery.startedJobs(home);
    const atOnce = jobs.map(
      ({ at }) => jobs.filter((job) => job.at <= at && at < job.at + job.course.endsAfterMs).length,
    );
    expect(Math.max(...atOnce)).toBe(2);
  });
});

describe('a drill', { timeout: 60_000 }, () => {
  const waits = (wave: number) =>
    wave === 0
      ? {
          before: [
            { kind: 'wait' as const, actionId: 'rest', when: 'BOTH' as const, optional: false, minutes: 60 },
          ],
        }
      : {};

  it('is not launched over a recovery that came up after it was checked', async () => {
    const deployment = createDeployment({ model: wideModel(1) });
    const executionId = await deployment.request(widePlan(1, 1, undefined, waits));
    const recovered = { isDrill: false, servers: [{ sourceServerId: serverId(1) }], tags };
    deployment.after(minute, () => void deployment.recovery.startRecovery(home, recovered));
    const execution = await deployment.run(executionId, 300 * minute);
    expect(execution.status).toBe('FAILED');
    expect(named(deployment, 'DRSJobRefused')).toMatchObject([{ cause: 'interlock', final: true }]);
    expect(deployment.recovery.startedJobs(home)).toHaveLength(1);
  });
});

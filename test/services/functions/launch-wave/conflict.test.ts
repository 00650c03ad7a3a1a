import { describe, expect, it } from 'vitest';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const minute = 60_000;

describe("a conflict with somebody else's job of the same servers", () => {
  it('is not answered by adopting that job: the wave waits until it has ended, and launches its own', async () => {
    const deployment = createDeployment({ model: wideModel(1) });
    await deployment.recovery.startRecovery(home, {
      isDrill: true,
      servers: [{ sourceServerId: serverId(1) }],
      tags: { owner: 'another tool' },
    });
    const executionId = await deployment.request(widePlan(1, 1));
    const execution = await deployment.run(executionId, 300 * minute);
    const said = (type: string) =>
      deployment.events
        .filter((event) => event.type === type)
        .map(({ data }) => data as Readonly<Record<string, unknown>>);
    const [theirs, ours, ...more] = deployment.recovery.startedJobs(home);
    expect([execution.status, deployment.failures, more]).toEqual(['COMPLETED', [], []]);
    expect(said('DRSJobRefused').length).toBeGreaterThan(0);
    expect(said('DRSJobRefused').every(({ cause }) => cause === 'conflict')).toBe(true);
    expect(said('DRSJobStarted')).toMatchObject([{ jobId: ours?.jobId, adopted: false }]);
    expect(ours?.jobId).not.toBe(theirs?.jobId);
  });
});

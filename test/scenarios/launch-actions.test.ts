import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { isAbout, type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

/** So long that somebody looks while it runs, also on a machine that others keep busy. */
const good = { name: 'check-http', documentName: 'Check-Http', seconds: 600 };
const optional = {
  name: 'tune',
  documentName: 'Tune',
  optional: true,
  fails: true,
  failureReason: 'no agent',
};
const bad = { ...good, fails: true, failureReason: 'HTTP 503' };

const scenarioWith = (launchActions: 'WITHIN_JOB' | 'AFTER_JOB') =>
  scenarioSchema.parse({
    drs: {
      launchActions,
      servers: [
        { name: 'sound', tags: { wave: 'sound' }, postLaunchActions: [good, optional] },
        { name: 'broken', tags: { wave: 'broken' }, postLaunchActions: [bad] },
        ...(launchActions === 'AFTER_JOB'
          ? [
              {
                name: 'silent',
                tags: { wave: 'silent' },
                postLaunchActions: [{ ...good, neverBegins: true }],
              },
            ]
          : []),
        {
          name: 'older',
          tags: { wave: 'older' },
          snapshots: [{ id: 'pit-00000000000000001', ageSeconds: 3_600 }],
        },
      ],
      failures: [{ server: 'older', phase: 'PREVIOUS_SNAPSHOT', rawError: 'EBS is throttled' }],
    },
  });

const planWith = (planId: string, waveIds: readonly string[]) => ({
  planId,
  rpoMinutes: 15,
  waves: waveIds.map((waveId) => ({
    waveId,
    servers: { tags: { wave: waveId }, minimum: 1 },
    onFailure: 'ask' as const,
  })),
});

describe.each(['WITHIN_JOB', 'AFTER_JOB'] as const)(
  'launch actions of DRS that run %s',
  { timeout: patienceMs },
  (when) => {
    const waves = ['sound', 'broken', 'older', ...(when === 'AFTER_JOB' ? ['silent'] : [])];
    let operated: OperatedRuntime;
    let executionId: string;

    beforeAll(async () => {
      operated = await operateRuntime({ speed: 1_000, scenario: scenarioWith(when) });
      executionId = await operated.drill(planWith('actions', waves));
    }, patienceMs);
    afterAll(() => operated.close());

    const serverOf = async (waveId: string, type: 'WaveCompleted' | 'WaveFailed') =>
      (await operated.said(executionId, type, isAbout(waveId))).servers[0];

    it('are awaited, and an optional one that fails is a warning', async () => {
      expect(await serverOf('sound', 'WaveCompleted')).toMatchObject({
        launchResult: 'LAUNCHED',
        warnings: ['optional launch action tune failed: no agent'],
        launchActions: [
          { name: 'check-http', document: 'Check-Http', status: 'SUCCEEDED' },
          { name: 'tune', status: 'FAILED', optional: true, failureReason: 'no agent' },
        ],
        recoveryPoint: { from: 'new-snapshot', at: expect.any(String) },
      });
      const told = operated
        .all(executionId, 'DRSJobProgressed')
        .filter(({ data }) => data.waveId === 'sound')
        .flatMap(({ data }) => Object.values(data.phases));
      expect(told).toContain('LAUNCH_ACTIONS');
    });

    it('fail their server where they fail, with the reason and the instance that runs', async () => {
      const server = await serverOf('broken', 'WaveFailed');
      expect(server).toMatchObject({
        launchResult: 'FAILED',
        instanceId: expect.stringMatching(/^i-/),
        keepsInstance: true,
      });
      expect(server?.failure).toBe(
        `launch action check-http failed: HTTP 503; ${server?.instanceId} was launched all the same`,
      );
    });

    it('are no reason to launch a server again that runs, unless an operator says so', async () => {
      await operated.said(executionId, 'OperatorNeeded', isAbout('broken'));
      await operated.ending(1, 'retry', executionId, 'broken');
      const { reason } = await operated.said(executionId, 'DecisionRefused');
      expect(reason).toContain('retry with relaunch');
      const jobsOf = () =>
        operated.all(executionId, 'DRSJobStarted').filter(({ data }) => isAbout('broken')(data));
      expect(jobsOf()).toHaveLength(1);
      await operated.groundswell('retry', executionId, 'broken', '--relaunch');
      await operated.said(
        executionId,
        'WaveFailed',
        (data) => data.waveId === 'broken' && data.attempt === 2,
      );
      expect(jobsOf()).toHaveLength(2);
    });

    // Within its job, DRS itself has an end for what never begins.
    if (when === 'AFTER_JOB')
      it('that never begin fail their server after half an hour', async () => {
        const server = await serverOf('silent', 'WaveFailed');
        expect(server?.failure).toMatch(
          /^launch action check-http has not begun within 30 minutes; i-\w+ was launched all the same$/,
        );
        const [completed] = operated
          .all(executionId, 'DRSJobCompleted')
          .filter(({ data }) => data.waveId === 'silent');
        expect(completed?.data).toMatchObject({ servers: [], awaiting: [expect.stringMatching(/^s-/)] });
      });

    it('stand in the report, with the point in time of each server', async () => {
      expect(await serverOf('older', 'WaveCompleted')).toMatchObject({
        launchResult: 'LAUNCHED',
        recoveryPoint: { from: 'earlier-snapshot' },
        warnings: ['launched from an earlier point in time, since the new snapshot failed: EBS is throttled'],
      });
      const read = () => operated.groundswell('report', executionId, '--format', 'md');
      // The audit writes down what was said a moment later.
      await vi.waitFor(async () => expect(await read()).toContain('older: launched from'), patienceMs / 2);
      const written = await read();
      expect(written).toContain('check-http (Check-Http) failed: HTTP 503');
      expect(written).toMatch(
        /Recovery point: [\d.]+ min \(target 15 min, missed; oldest data before the start, of older/,
      );
      expect(written).not.toContain('Recovery point: within');
    });
  },
);

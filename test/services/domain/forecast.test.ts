import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../contracts/plan.ts';
import { forecastOf } from '../../../services/domain/forecast.ts';
import { serverId } from '../../support/frozen-wave.ts';

const minute = 60_000;
const servers = (n: number) => [{ sourceServerId: serverId(n) }];
const plan = planSchema.parse({
  planId: 'shop',
  waves: [
    { waveId: 'database', servers: servers(1) },
    {
      waveId: 'slow',
      dependsOn: ['database'],
      servers: servers(2),
      pauseBefore: true,
      before: [
        [
          { kind: 'wait', actionId: 'short', minutes: 1 },
          { kind: 'wait', actionId: 'long', minutes: 5 },
        ],
        { kind: 'wait', actionId: 'never', minutes: 100, when: 'RECOVERY' },
      ],
      after: [{ kind: 'automation', actionId: 'check', document: 'Check' }],
    },
    { waveId: 'quick', dependsOn: ['database'], servers: servers(3) },
    { waveId: 'web', dependsOn: ['slow', 'quick'], servers: servers(4) },
  ],
});
const jobs: Readonly<Record<string, number>> = { database: 4, slow: 3, quick: 5, web: 2 };

describe('forecast', () => {
  it('follows the longest chain, with the actions that run in this mode', () => {
    const forecast = forecastOf(plan, 'DRILL', {
      jobMs: (waveId) => (jobs[waveId] ?? 0) * minute,
      actionMs: (_waveId, actionId) => (actionId === 'check' ? 2 * minute : undefined),
    });
    expect(forecast.criticalPath).toEqual(['database', 'slow', 'web']);
    expect(forecast.expectedMs).toBe((4 + 5 + 3 + 2 + 2) * minute);
    expect(forecast.approvals).toBe(1);
    expect(forecast.waves.every(({ isLearned }) => isLearned)).toBe(true);
  });

  it('takes what drills usually take where no execution has told', () => {
    const forecast = forecastOf(plan, 'RECOVERY', { jobMs: () => undefined, actionMs: () => undefined });
    expect(forecast.expectedMs).toBe((3 * 10 + 5 + 100) * minute);
    expect(forecast.waves.some(({ isLearned }) => isLearned)).toBe(false);
  });
});

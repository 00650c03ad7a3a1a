import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { forecastOf, type Learned } from '../../../../services/core/domain/forecast.ts';
import { serverId } from '../../../support/frozen-wave.ts';

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

const unknown: Learned = { jobMs: () => [], actionMs: () => [] };

describe('forecast', () => {
  it('follows the longest chain, with the actions that run in this mode', () => {
    const forecast = forecastOf(plan, 'DRILL', {
      jobMs: (waveId) => [(jobs[waveId] ?? 0) * minute, (jobs[waveId] ?? 0) * minute + 1],
      actionMs: (_waveId, actionId) => (actionId === 'check' ? [2 * minute] : []),
    });
    expect(forecast.criticalPath).toEqual(['database', 'slow', 'web']);
    expect(forecast.leastMs).toBe((4 + 5 + 3 + 2 + 2) * minute);
    expect(forecast.mostMs).toBe((4 + 5 + 3 + 2 + 2) * minute + 3);
    expect(forecast.approvals).toBe(1);
    expect(forecast.waves.every(({ isLearned }) => isLearned)).toBe(true);
  });

  it('takes what drills usually take where no execution has told', () => {
    const forecast = forecastOf(plan, 'RECOVERY', unknown);
    expect(forecast.leastMs).toBe((3 * 10 + 5 + 100) * minute);
    expect(forecast.mostMs).toBe((3 * 20 + 5 + 100) * minute);
    expect(forecast.waves.some(({ isLearned }) => isLearned)).toBe(false);
  });

  const of = (waves: readonly object[], mode: 'DRILL' | 'RECOVERY' = 'DRILL', learned: Learned = unknown) =>
    forecastOf(planSchema.parse({ planId: 'shop', waves }), mode, learned);
  const approval = (actionId: string, when = 'BOTH') => ({ kind: 'approval', actionId, when });

  it('counts each approval and pause that somebody has to answer on the critical path, in this mode', () => {
    const waves = [
      { waveId: 'a', servers: servers(1), before: [approval('one')], pauseBefore: true },
      {
        ...{ waveId: 'b', servers: servers(2), dependsOn: ['a'] },
        before: [[approval('two'), approval('three', 'RECOVERY')]],
        after: [approval('four'), { kind: 'wait', actionId: 'warm', minutes: 1 }],
      },
      { waveId: 'aside', servers: servers(3), before: [approval('five')], pauseBefore: true },
    ];
    expect(of(waves).approvals).toBe(4);
    expect(of(waves, 'RECOVERY').approvals).toBe(5);
  });

  it('takes an answer to come at once, whatever earlier ones took', () => {
    const waves = [{ waveId: 'a', servers: servers(1), before: [approval('one')] }];
    const slow = { jobMs: () => [minute], actionMs: () => [99 * minute] };
    expect(of(waves, 'DRILL', slow)).toStrictEqual({
      waves: [{ waveId: 'a', leastMs: minute, mostMs: minute, isLearned: true }],
      criticalPath: ['a'],
      ...{ leastMs: minute, mostMs: minute },
      approvals: 1,
    });
  });

  it('names the first of two chains that take as long, and passes over a wave that is none of the plan', () => {
    const waves = [
      { waveId: 'first', servers: servers(1), dependsOn: ['nowhere'] },
      { waveId: 'second', servers: servers(2) },
    ];
    expect(of(waves)).toMatchObject({ criticalPath: ['first'], mostMs: 20 * minute });
  });

  it('looks at each wave once, however many chains lead through it', () => {
    const layers = Array.from({ length: 40 }, (_, layer) => [`l${layer}-1`, `l${layer}-2`, `l${layer}-3`]);
    const waves = layers.flatMap((layer, index) =>
      layer.map((waveId) => ({ waveId, dependsOn: layers[index - 1] ?? [], servers: servers(1) })),
    );
    expect(of(waves)).toMatchObject({
      criticalPath: layers.map(([waveId]) => waveId),
      leastMs: 40 * 10 * minute,
    });
  });

  it.each([
    [20, 'on-track'],
    [15, 'at-risk'],
    [9, 'out-of-reach'],
  ])('says what it means for an RTO of %i minutes: %s', (rtoMinutes, outlook) => {
    const waves = [{ waveId: 'a', servers: servers(1) }];
    const forecast = forecastOf(planSchema.parse({ planId: 'shop', rtoMinutes, waves }), 'DRILL', unknown);
    expect(forecast.rto).toEqual({ minutes: rtoMinutes, outlook });
  });
});

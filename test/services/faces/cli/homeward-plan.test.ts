import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import { planFaults } from '../../../../services/core/domain/plan-faults.ts';
import { homewardPlan, type RecoveredWave } from '../../../../services/faces/cli/homeward-plan.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';
import { away, home } from '../../../support/homeward.ts';

const wave = (waveId: string, n: number, changes: Partial<FrozenWave> = {}): FrozenWave =>
  aWave(waveId, {
    servers: [{ sourceServerId: serverId(n), name: `server-${n}`, critical: true }],
    ...changes,
  });
const [db, app, web] = [
  wave('db', 1),
  wave('app', 2, { dependsOn: ['db'] }),
  wave('web', 3, { dependsOn: ['app'] }),
];
const recovered = (definition: FrozenWave, change: Partial<RecoveredWave> = {}): RecoveredWave => ({
  ...{ definition, servers: definition.servers, home, ...change },
});

const options = { planId: 'shop-home', executionId: 'exec-1', order: 'reversed', own: away } as const;

/** The plan as whoever reads the file gets it, which has no faults. */
const planOf = (...args: Parameters<typeof homewardPlan>) => {
  const text = homewardPlan(...args);
  const plan = planSchema.parse(parse(text));
  expect(planFaults(plan)).toEqual([]);
  const shape = plan.waves.map(({ waveId, dependsOn }) => [waveId, ...dependsOn]);
  return { text, plan, shape };
};

describe('the plan of a way home', () => {
  const all = [db, app, web];
  const waves = all.map((each) => recovered(each));

  it('has the waves of the recovery the other way round, with an approval before each phase', () => {
    const { plan, shape, text } = planOf(waves, all, options);
    expect(shape).toEqual([['web'], ['app', 'web'], ['db', 'app']]);
    expect(plan).toMatchObject({ direction: 'failback', home: 'us-east-1', targets: { 'us-east-1': home } });
    for (const phase of ['reverse', 'launch', 'protect', 'retire'] as const)
      expect(plan.phases?.[phase]).toMatchObject({ begins: 'after-approval' });
    expect(text).toMatch(/^# The way home of exec-1\. Review it/);
    expect(text).toContain('# Each phase waits for an approval');
  });

  it('has them in the same order where that is asked for', () => {
    expect(planOf(waves, all, { ...options, order: 'same' }).shape).toEqual([
      ['db'],
      ['app', 'db'],
      ['web', 'app'],
    ]);
  });

  it('passes on what a wave waited for that recovered nothing', () => {
    const two = [recovered(db), recovered(web)];
    expect(planOf(two, all, options).shape).toEqual([['web'], ['db', 'web']]);
    expect(planOf(two, all, { ...options, order: 'same' }).shape).toEqual([['db'], ['web', 'db']]);
  });

  it('names accounts and Regions apart, with the roles that were used', () => {
    const role = 'arn:aws:iam::444455556666:role/groundswell';
    const there = { account: '444455556666', region: 'us-east-1', role, externalId: 'groundswell' };
    const far = wave('far', 2, { target: { account: '777788889999', region: 'eu-west-1' } });
    const { plan } = planOf([recovered(db), recovered(far, { home: there })], [db, far], options);
    expect(plan.home).toBeUndefined();
    expect(plan.targets).toEqual({
      'us-east-1-111122223333': home,
      'us-east-1-444455556666': there,
      'eu-west-1': far.target,
    });
    expect(plan.waves.map((each) => [each.waveId, each.target, each.home])).toEqual([
      ['far', 'eu-west-1', 'us-east-1-444455556666'],
      ['db', undefined, 'us-east-1-111122223333'],
    ]);
  });

  it('keeps what a plan says of servers and of success, and leaves out what was not recovered', () => {
    const servers = [1, 2].map((n) => ({
      ...{ sourceServerId: serverId(n), name: `server-${n}`, critical: n === 1 },
    }));
    const some = wave('some', 1, { servers, success: { atLeast: 1 }, timeoutMinutes: 30 });
    const { plan } = planOf([recovered(some)], [some], options);
    expect(plan.waves[0]).toMatchObject({ success: { atLeast: 1 }, timeoutMinutes: 30 });
    expect(plan.waves[0]?.servers).toEqual([
      { sourceServerId: serverId(1), critical: true },
      { sourceServerId: serverId(2), critical: false },
    ]);
    const one = planOf([recovered(some, { servers: servers.slice(0, 1) })], [some], options).plan;
    expect(one.waves[0]?.servers).toEqual([{ sourceServerId: serverId(1), critical: true }]);
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../../contracts/plan.ts';
import { directionFaults } from '../../../../../services/core/domain/failback/failback-faults.ts';
import { homewardWavesMax } from '../../../../../services/core/domain/failback/homeward-waves.ts';
import { planFaults } from '../../../../../services/core/domain/plan-faults.ts';
import { serverId } from '../../../../support/frozen-wave.ts';

const targets = { origin: { account: '111122223333', region: 'us-east-1' } };
const wave = (waveId: string, n: number, more: object = {}) => ({
  ...{ waveId, servers: [{ sourceServerId: serverId(n) }], ...more },
});
const planOf = (more: object, waves: readonly object[] = [wave('web', 1)]) =>
  planSchema.parse({ planId: 'home', targets, waves, ...more });
const failback = (more: object = {}, waves?: readonly object[]) =>
  planOf({ direction: 'failback', home: 'origin', ...more }, waves);
const textsOf = (plan: ReturnType<typeof planOf>) =>
  directionFaults(plan).map(({ path, message }) => `${path}: ${message}`);

const question = (when: string) => ({ kind: 'approval', actionId: 'sure', prompt: 'Sure?', when });

describe('a plan that brings servers home', () => {
  it('has no faults when its places, names and points are what a failback can have', () => {
    expect(planFaults(failback({ phases: { protect: { before: [question('RECOVERY')] } } }))).toEqual([]);
    expect(planFaults(failback({}, [wave('web', 1, { home: 'origin' }), wave('db', 2)]))).toEqual([]);
  });

  it('is told every fault at once, with its path and what would be valid', () => {
    const long = 'w'.repeat(60);
    const plan = failback(
      {
        home: 'moon',
        phases: {
          protect: { before: [question('DRILL'), [question('BOTH'), question('DRILL')]] },
          retire: { before: [question('DRILL')] },
        },
      },
      [
        wave('launch-gate', 1),
        wave('gate', 2),
        wave('db', 3, { home: 'mars' }),
        wave('protect-db', 4, { pointInTime: { newestBefore: '2026-01-01T00:00:00Z' } }),
        wave(long, 5),
      ],
    );
    expect(textsOf(plan)).toEqual([
      'home: there is no target moon',
      'waves[2].home: there is no target mars',
      'waves[0].waveId: launch-gate is the name of the gate of a phase',
      'waves[1].waveId: a phase of wave gate would be named reverse-gate, as the gate of the phase is',
      'waves[3].waveId: protect-db is the name of a phase of wave db',
      `waves[4].waveId: ${long} is too long for the names of its phases, such as reverse-${long}`,
      'waves[3].pointInTime: a failback launches the newest data of the machine that was recovered',
      'phases.protect.before[0].when: a drill of a failback has no phase protect, so that this action would never run',
      'phases.protect.before[1][1].when: a drill of a failback has no phase protect, so that this action would never run',
      'phases.retire.before[0].when: a drill of a failback has no phase retire, so that this action would never run',
    ]);
    const expected = new Map(directionFaults(plan).map((fault) => [fault.path, fault.expected]));
    expect(expected.get('home')).toBe('one of origin');
    expect(expected.get('waves[4].waveId')).toBe('at most 56 characters');
    expect(expected.get('waves[3].pointInTime')).toBe('latest');
    expect(expected.get('phases.retire.before[0].when')).toBe('BOTH or RECOVERY');
    expect(planFaults(plan)).toEqual(expect.arrayContaining([...directionFaults(plan)]));
  });

  it('has at most so many waves as have room with their phases', () => {
    const waves = (count: number) => Array.from({ length: count }, (_, at) => wave(`w${at}`, at + 1));
    expect(textsOf(failback({}, waves(homewardWavesMax)))).toEqual([]);
    expect(textsOf(failback({}, waves(homewardWavesMax + 1)))).toEqual([
      `waves: a failback of ${homewardWavesMax + 1} waves has more than 200 with its phases`,
    ]);
  });

  it('may choose no point in time for a single server either', () => {
    const at = [{ sourceServerId: serverId(1), pointInTime: { newestBefore: '2026-01-01T00:00:00Z' } }];
    expect(textsOf(failback({}, [{ waveId: 'web', servers: at }]))).toEqual([
      'waves[0].servers[0].pointInTime: a failback launches the newest data of the machine that was recovered',
    ]);
    const tagged = { tags: { Tier: 'web' }, minimum: 1 };
    expect(textsOf(failback({}, [{ waveId: 'web', servers: tagged }]))).toEqual([]);
  });

  it('is the only one with a home, phases and a time after which a standstill is told', () => {
    const forward = planOf({ home: 'origin', phases: {}, stallMinutes: 30 }, [
      wave('web', 1, { home: 'origin' }),
    ]);
    expect(directionFaults(forward)).toEqual(
      ['home', 'phases', 'stallMinutes', 'waves[0].home'].map((path) => ({
        path,
        message: 'only a plan that brings servers home has this',
        expected: 'direction: failback, or nothing here',
      })),
    );
    expect(directionFaults(planOf({}))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import { cycleIn } from '../../../../../services/core/domain/graph.ts';
import {
  type Gates,
  homewardWaves,
  homewardWavesMax,
} from '../../../../../services/core/domain/failback/homeward-waves.ts';

const wave = (waveId: string, ...dependsOn: string[]): FrozenWave => ({
  ...{ waveId, dependsOn, target: { account: '111122223333', region: 'eu-west-1' } },
  servers: [{ sourceServerId: `s-${waveId}`, name: waveId, critical: true }],
  ...{ success: 'all', onFailure: 'ask', timeoutMinutes: 240 },
  ...{ before: [], after: [], onFailureActions: [], onCancelActions: [] },
});
const approval: Gates['launch'] = [
  {
    ...{ kind: 'approval', actionId: 'begin', when: 'BOTH', optional: false, approvers: [] },
    ...{ prompt: 'Begin?', timeoutMinutes: 60, onTimeout: 'decline' },
  },
];
const gates: Gates = { reverse: approval, launch: approval, protect: approval, retire: [] };
const plan = [wave('web', 'app'), wave('app', 'db'), wave('db')];

const shapeOf = (mode: 'DRILL' | 'RECOVERY') =>
  homewardWaves(plan, mode, gates).map(({ waveId, phase, dependsOn, servers }) => [
    ...[waveId, phase ?? 'launch', servers.length],
    ...dependsOn,
  ]);

describe('the frozen waves of a failback', () => {
  const reversing = [
    ['reverse-gate', 'launch', 0],
    ['reverse-web', 'reverse', 1, 'reverse-gate'],
    ['reverse-app', 'reverse', 1, 'reverse-gate'],
    ['reverse-db', 'reverse', 1, 'reverse-gate'],
  ];
  const launching = [
    ['launch-gate', 'launch', 0, 'reverse-web', 'reverse-app', 'reverse-db'],
    ['web', 'launch', 1, 'app'],
    ['app', 'launch', 1, 'db'],
    ['db', 'launch', 1, 'launch-gate'],
  ];

  it('reverse all at once, launch in the order of the plan, then protect and retire', () => {
    expect(shapeOf('RECOVERY')).toEqual([
      ...reversing,
      ...launching,
      ['protect-gate', 'launch', 0, 'web', 'app', 'db'],
      ...['web', 'app', 'db'].map((id) => [`protect-${id}`, 'protect', 1, 'protect-gate']),
      ['retire-gate', 'launch', 0, 'protect-web', 'protect-app', 'protect-db'],
      ...['web', 'app', 'db'].map((id) => [`retire-${id}`, 'retire', 1, 'retire-gate']),
    ]);
  });

  it('of a drill neither protect nor retire', () => {
    expect(shapeOf('DRILL')).toEqual([...reversing, ...launching]);
  });

  it('hold the actions of each phase in its gate, and those of a wave in its launch', () => {
    const before: Gates['launch'] = [...approval];
    const frozen = homewardWaves([{ ...wave('db'), before, after: before }], 'RECOVERY', gates);
    const actions = frozen.map(({ waveId, before: first, after }) => [waveId, first.length, after.length]);
    expect(actions).toEqual([
      ...[
        ['reverse-gate', 1, 0],
        ['reverse-db', 0, 0],
        ['launch-gate', 1, 0],
        ['db', 1, 1],
      ],
      ...[
        ['protect-gate', 1, 0],
        ['protect-db', 0, 0],
        ['retire-gate', 0, 0],
        ['retire-db', 0, 0],
      ],
    ]);
  });

  it('have no cycle, and are no more than a frozen plan may have', () => {
    const many = Array.from({ length: homewardWavesMax }, (_, at) =>
      wave(`w${at}`, ...(at > 0 ? [`w${at - 1}`] : [])),
    );
    const frozen = homewardWaves(many, 'RECOVERY', gates);
    expect(cycleIn(frozen)).toBeUndefined();
    expect(frozen.length).toBeLessThanOrEqual(200);
    expect(homewardWaves([], 'RECOVERY', gates)).toEqual([]);
  });
});

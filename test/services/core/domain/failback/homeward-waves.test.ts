import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import { cycleIn } from '../../../../../services/core/domain/graph.ts';
import {
  homewardWaves,
  homewardWavesMax,
  type HomewardSettings,
  phaseOf,
  undoWave,
} from '../../../../../services/core/domain/failback/homeward-waves.ts';

const wave = (waveId: string, ...dependsOn: string[]): FrozenWave => ({
  ...{ waveId, dependsOn, target: { account: '111122223333', region: 'eu-west-1' } },
  servers: [{ sourceServerId: `s-${waveId}`, name: waveId, critical: true }],
  ...{ success: 'all', onFailure: 'ask', timeoutMinutes: 240 },
  ...{ before: [], after: [], onFailureActions: [], onCancelActions: [] },
});
const approval: FrozenWave['before'] = [
  {
    ...{ kind: 'approval', actionId: 'begin', when: 'BOTH', optional: false, approvers: [] },
    ...{ prompt: 'Begin?', timeoutMinutes: 60, onTimeout: 'decline' },
  },
];
const away = { account: '111122223333', region: 'eu-west-1' };
const home = { account: '111122223333', region: 'us-east-1' };
const gate = { before: approval };
const settings: HomewardSettings = {
  gates: { reverse: gate, launch: gate, protect: gate, retire: { before: [] } },
  ...{ own: away, homeOf: () => home, timeouts: { retire: 30 }, stallMinutes: 30 },
};
const plan = [wave('web', 'app'), wave('app', 'db'), wave('db')];

const shapeOf = (mode: 'DRILL' | 'RECOVERY') =>
  homewardWaves(plan, mode, settings).map(({ dependsOn, ...wave }) => [
    ...[wave.waveId, phaseOf(wave) ?? 'launch', wave.servers.length],
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
    const before = [...approval];
    const frozen = homewardWaves([{ ...wave('db'), before, after: before }], 'RECOVERY', settings);
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
    const frozen = homewardWaves(many, 'RECOVERY', settings);
    expect(cycleIn(frozen)).toBeUndefined();
    expect(frozen.length).toBeLessThanOrEqual(200);
    expect(homewardWaves([], 'RECOVERY', settings)).toEqual([]);
  });

  it('say where each phase acts, and for how long', () => {
    const frozen = homewardWaves([wave('db')], 'RECOVERY', settings);
    const shown = frozen.map(({ waveId, target, timeoutMinutes, homeward }) => [
      ...[waveId, target.region, timeoutMinutes, homeward?.phase, homeward?.reversedIn],
    ]);
    expect(shown).toEqual([
      ['reverse-gate', 'eu-west-1', 10_080, undefined, undefined],
      ['reverse-db', 'eu-west-1', 1_440, 'reverse', undefined],
      ['launch-gate', 'eu-west-1', 10_080, undefined, undefined],
      ['db', 'us-east-1', 240, 'launch', 'reverse-db'],
      ['protect-gate', 'eu-west-1', 10_080, undefined, undefined],
      ['protect-db', 'eu-west-1', 1_440, 'protect', undefined],
      ['retire-gate', 'eu-west-1', 10_080, undefined, undefined],
      ['retire-db', 'eu-west-1', 30, 'retire', undefined],
    ]);
  });

  it('of a drill are taken back in one wave, with all that was reversed', () => {
    const undo = undoWave(homewardWaves(plan, 'DRILL', settings));
    expect(undo?.homeward).toMatchObject({ phase: 'undo', away, home });
    expect(undo?.servers.map(({ name }) => name)).toEqual(['web', 'app', 'db']);
    expect(undoWave([wave('db')])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../../../services/core/view/plan-difference.ts';

const wave = (waveId: string, more: object = {}) => ({ waveId, dependsOn: [], timeoutMinutes: 240, ...more });

describe('the difference between two versions of a plan', () => {
  it('is none where both say the same', () => {
    expect(differencesOf({ waves: [wave('a')] }, { waves: [wave('a')] })).toEqual([]);
  });

  it('names what is changed, added and gone, wave by wave', () => {
    const before = { rtoMinutes: 60, waves: [wave('a'), wave('b')] };
    const after = { waves: [wave('a', { timeoutMinutes: 60, dependsOn: ['c'] }), wave('c')] };
    expect(differencesOf(before, after)).toEqual([
      { path: 'rtoMinutes', before: '60' },
      { path: 'waves.a.dependsOn', before: '[]', after: '["c"]' },
      { path: 'waves.a.timeoutMinutes', before: '240', after: '60' },
      { path: 'waves.b', before: JSON.stringify(wave('b')) },
      { path: 'waves.c', after: JSON.stringify(wave('c')) },
    ]);
  });

  it('passes over waves that only moved', () => {
    expect(differencesOf({ waves: [wave('a'), wave('b')] }, { waves: [wave('b'), wave('a')] })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { approvalHash, futureFaults, withPoint } from '../../../../services/core/domain/chosen-point.ts';
import { freeze } from '../../../../services/core/readiness/freeze.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const before = { newestBefore: '2026-03-01T08:00:00Z' };
const snapshot = `pit-${'0'.repeat(17)}`;
const plan = planSchema.parse({
  planId: 'shop',
  waves: [
    {
      waveId: 'web',
      servers: [{ sourceServerId: serverId(1), pointInTime: { snapshot } }, { sourceServerId: serverId(2) }],
    },
    { waveId: 'rest', servers: { tags: { Tier: 'rest' }, minimum: 1 }, pointInTime: before },
  ],
});

describe('a point in time that the request chooses', () => {
  it('is that of every server, whatever the plan says of it', () => {
    const { waves } = withPoint(plan, 'latest');
    expect(waves.map(({ pointInTime }) => pointInTime)).toEqual(['latest', 'latest']);
    expect(waves[0]?.servers).toEqual([
      { sourceServerId: serverId(1), critical: true },
      { sourceServerId: serverId(2), critical: true },
    ]);
    expect(waves[1]?.servers).toEqual(plan.waves[1]?.servers);
  });

  it('leaves the plan as it is where none is chosen', () => {
    expect(withPoint(plan, undefined)).toBe(plan);
  });

  it('is part of what an approval names', () => {
    const hash = 'a'.repeat(64);
    expect(approvalHash(hash, undefined)).toBe(hash);
    const hashes = [hash, approvalHash(hash, 'latest'), approvalHash(hash, before)];
    expect(new Set(hashes).size).toBe(3);
    for (const each of hashes) expect(each).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not still to come', () => {
    const at = Date.parse(before.newestBefore);
    expect(futureFaults(before, at)).toEqual([]);
    expect(futureFaults('latest', at)).toEqual([]);
    expect(futureFaults(undefined, at)).toEqual([]);
    expect(futureFaults(before, at - 1)).toMatchObject([{ path: 'pointInTime.newestBefore' }]);
  });

  it('is refused with every server that has no snapshot of it', () => {
    const { faults } = freeze({
      ...{ plan: withPoint(plan, before), mode: 'DRILL', chosenPoint: before },
      home: { account: '111122223333', region: 'eu-west-1' },
      servers: () => [
        {
          ...{ sourceServerId: serverId(3), name: 'rest', replicationState: 'CONTINUOUS', lagSeconds: 1 },
          ...{ volumesMissing: false, tags: { Tier: 'rest' } },
        },
      ],
      snapshotOf: (_target, id) => (id === serverId(2) ? snapshot : 'none'),
    });
    expect(faults.map(({ path, message }) => [path, message])).toEqual([
      ['pointInTime.newestBefore', `${serverId(1)} has no snapshot of ${before.newestBefore} or before`],
      ['pointInTime.newestBefore', `${serverId(3)} has no snapshot of ${before.newestBefore} or before`],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import type { SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { freeze } from '../../../../services/core/readiness/freeze.ts';
import { anAutomation, serverId } from '../../../support/frozen-wave.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const server: SourceServer = {
  ...{ sourceServerId: serverId(1), name: 'web-1', replicationState: 'CONTINUOUS', lagSeconds: 1 },
  ...{ volumesMissing: false, tags: { Name: 'web-1', Tier: 'web', Owner: 'shop', Password: 'hunter2' } },
};

const frozen = (
  wave: object,
  rest: object = {},
  mode: 'DRILL' | 'RECOVERY' = 'DRILL',
  servers = [server],
) => {
  const plan = planSchema.parse({
    planId: 'shop',
    waves: [{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 }, ...wave }],
    ...rest,
  });
  const snapshotOf = () => undefined;
  return freeze({ plan, mode, home, servers: () => servers, snapshotOf });
};
const frozenTags = (wave: object) => frozen(wave).waves[0]?.servers[0]?.tags;
const passing = (...values: readonly string[]) => anAutomation('tell', { parameters: { Tags: [...values] } });

describe('a frozen wave', () => {
  it('holds no tag of its servers that no action passes on', () => {
    expect(frozenTags({})).toBeUndefined();
    expect(frozenTags({ after: [passing('${servers.names}')] })).toBeUndefined();
  });

  it('holds those that its actions pass on, whenever they run', () => {
    expect(frozenTags({ after: [passing('${servers.tags.Tier}', '${servers.tags.Gone}')] })).toEqual({
      Tier: 'web',
    });
    const beside = [[passing('${servers.tags.Tier}'), { ...passing('x'), actionId: 'other' }]];
    expect(frozenTags({ after: beside, onFailureActions: [passing('${servers.tags.Owner}')] })).toEqual({
      Tier: 'web',
      Owner: 'shop',
    });
  });

  it('is refused when an action refers to a tag that a server of it does not have', () => {
    const after = [passing('${servers.tags.Tier}', '${servers.tags.Gone}', '${servers.tags.Gone}')];
    expect(frozen({ after }).faults).toEqual([
      {
        path: 'waves[0].servers',
        message: `${serverId(1)} has no tag Gone, to which an action of the wave refers`,
        expected: 'the tag on each server of the wave',
      },
    ]);
    expect(frozen({ after: [passing('${servers.tags.Tier}')] }).faults).toEqual([]);
  });
});

describe('actions before a clean-up', () => {
  const elsewhere = { account: '444455556666', region: 'eu-central-1' };
  const before = (more: object, ...values: readonly string[]) => ({
    targets: { there: elsewhere },
    beforeCleanUp: [{ ...passing(...values), ...more }],
  });

  it('have the tags to which they refer on record with the servers, in a drill', () => {
    const plan = before({}, '${servers.tags.Owner}');
    expect(frozen({}, plan).waves[0]?.servers[0]?.tags).toEqual({ Owner: 'shop' });
    expect(frozen({}, plan, 'RECOVERY').waves[0]?.servers[0]?.tags).toBeUndefined();
  });

  it('may refer to servers only where a wave recovers some', () => {
    const there = before({ target: 'there' }, '${servers.instanceIds}');
    expect(frozen({}, there).faults).toEqual([
      {
        path: 'beforeCleanUp[0]',
        message: 'tell refers to servers in 444455556666/eu-central-1, where no wave recovers any',
        expected: 'an action in one of 111122223333/eu-west-1',
      },
    ]);
    expect(frozen({ target: 'there' }, there).faults).toEqual([]);
    expect(frozen({}, before({ target: 'there' }, '${plan.id}')).faults).toEqual([]);
    expect(frozen({}, there, 'RECOVERY').faults).toEqual([]);
  });

  it('can be given 1,000 instances', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...server, sourceServerId: serverId(n + 1) }));
    const told = (count: number) =>
      frozen({}, before({}, '${servers.instanceIds}'), 'DRILL', many(count)).faults.map(
        ({ message }) => message,
      );
    expect(told(1_000)).toEqual([]);
    expect(told(1_001)).toEqual([
      'actions refer to the instances of 1001 servers, and can be given at most 1000',
    ]);
  });
});

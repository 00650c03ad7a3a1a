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

const frozen = (wave: object) => {
  const plan = planSchema.parse({
    planId: 'shop',
    waves: [{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 }, ...wave }],
  });
  const snapshotOf = () => undefined;
  return freeze({ plan, mode: 'DRILL', home, servers: () => [server], snapshotOf });
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

import { describe, expect, it } from 'vitest';
import { resolveParameters } from '../../../services/domain/parameter-reference.ts';
import { aWave, serverId } from '../../support/frozen-wave.ts';

const context = {
  executionId: 'exec-1',
  mode: 'DRILL' as const,
  planId: 'p',
  wave: aWave('web'),
  servers: [
    {
      sourceServerId: serverId(1),
      name: 'web-1',
      tags: { Role: 'blue' },
      instanceId: 'i-1',
      privateAddress: '10.0.0.1',
      availabilityZone: 'eu-west-1a',
    },
    { sourceServerId: serverId(2), name: 'web-2', tags: {}, instanceId: 'i-2' },
  ],
};

const resolved = (value: string): readonly string[] | undefined =>
  resolveParameters({ P: [value] }, context)['P'];

describe('reference in a parameter', () => {
  it.each([
    ['${execution.id}/${execution.mode}/${plan.id}/${wave.id}', ['exec-1/DRILL/p/web']],
    ['${target.account}:${target.region}', ['111122223333:eu-west-1']],
    ['${execution.id}', ['exec-1']],
    ['${servers.instanceIds}', ['i-1', 'i-2']],
    ['${servers.sourceServerIds}', [serverId(1), serverId(2)]],
    ['${servers.names}', ['web-1', 'web-2']],
    ['${servers.privateAddresses}', ['10.0.0.1']],
    ['${servers.availabilityZones}', ['eu-west-1a']],
    ['${servers.tags.Role}', ['blue']],
    ['plain text', ['plain text']],
  ])('%s becomes %j', (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });
});

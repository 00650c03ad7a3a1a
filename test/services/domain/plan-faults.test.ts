import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../contracts/plan.ts';
import { planFaults } from '../../../services/domain/plan-faults.ts';
import { serverId } from '../../support/frozen-wave.ts';

const servers = (n: number) => [{ sourceServerId: serverId(n) }];
const faults = (waves: readonly unknown[], rest: object = {}) =>
  planFaults(planSchema.parse({ planId: 'p', waves, ...rest }));

describe('plan', () => {
  it('has no faults when it is a graph of distinct waves and servers', () => {
    expect(
      faults([
        { waveId: 'a', servers: servers(1) },
        { waveId: 'b', dependsOn: ['a'], servers: servers(2) },
      ]),
    ).toEqual([]);
  });

  it('names every fault at once, with its path and what would be valid', () => {
    const found = faults([
      { waveId: 'a', dependsOn: ['nowhere', 'a'], servers: servers(1) },
      { waveId: 'a', target: 'moon', servers: servers(1) },
    ]);
    expect(found.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'waves[0].waveId: two waves are named a',
      'waves[1].waveId: two waves are named a',
      'waves[0].dependsOn[0]: there is no wave nowhere',
      'waves[0].dependsOn[1]: wave a depends on itself',
      'waves[1].target: there is no target moon',
      `waves[1].servers[0].sourceServerId: server ${serverId(1)} stands at waves[0].servers[0].sourceServerId too`,
    ]);
    expect(found[2]?.expected).toBe('one of a, a');
    expect(found[4]?.expected).toBe('a target defined under targets');
  });

  it('shows a cycle as the waves on it', () => {
    const waves = [
      { waveId: 'a', servers: servers(1) },
      { waveId: 'b', dependsOn: ['a', 'd'], servers: servers(2) },
      { waveId: 'c', dependsOn: ['b'], servers: servers(3) },
      { waveId: 'd', dependsOn: ['c'], servers: servers(4) },
    ];
    expect(faults(waves)).toEqual([
      {
        path: 'waves',
        message: 'these waves wait for each other: b → d → c → b',
        expected: 'dependencies without a cycle',
      },
    ]);
  });

  it('names the targets that there are', () => {
    const targets = { far: { account: '111122223333', region: 'eu-west-1' } };
    expect(faults([{ waveId: 'a', target: 'near', servers: servers(1) }], { targets })[0]?.expected).toBe(
      'one of far',
    );
    expect(faults([{ waveId: 'a', target: 'far', servers: servers(1) }], { targets })).toEqual([]);
  });

  it('refuses references that cannot be resolved, before anything starts', () => {
    const automation = (actionId: string, value: string) => ({
      kind: 'automation',
      actionId,
      document: 'Doc',
      parameters: { P: [value] },
    });
    const found = faults([
      {
        waveId: 'a',
        servers: servers(1),
        before: [automation('one', '${servers.instanceIds}')],
        after: [
          [automation('two', '${servers.instanceIds}'), automation('three', 'x ${servers.names}')],
          automation('four', '${moon.phase}'),
          automation('one', '${wave.id}'),
        ],
      },
    ]);
    expect(found.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'waves[0].before[0].actionId: two actions are named one',
      'waves[0].after[2].actionId: two actions are named one',
      'waves[0].before[0].parameters.P[0]: ${servers.instanceIds} is known only after the recovery',
      'waves[0].after[0][1].parameters.P[0]: ${servers.names} is a list and must stand alone',
      'waves[0].after[1].parameters.P[0]: nothing is known as ${moon.phase}',
    ]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import { planFaults } from '../../../../services/core/domain/plan-faults.ts';
import { acyclicGraph, type DrawnWave } from '../../../support/arbitrary-graph.ts';
import { serverId } from '../../../support/frozen-wave.ts';

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
      `waves[1].servers[0].sourceServerId: server ${serverId(1)} is also at waves[0].servers[0].sourceServerId`,
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
      'waves[0].after[0][1].parameters.P[0]: ${servers.names} is a list and must be the whole value',
      'waves[0].after[1].parameters.P[0]: ${moon.phase} is not a known reference',
    ]);
  });
});

const targets = { far: { account: '111122223333', region: 'eu-west-1' } };
const automation = (actionId: string, rest: object = {}) => ({
  kind: 'automation',
  actionId,
  document: 'Doc',
  ...rest,
});

/** A wave without faults beside those of the graph, with a server of its own. */
const goodWave = ({ waveId, dependsOn }: DrawnWave, index: number) => ({
  waveId,
  dependsOn,
  target: 'far',
  servers: servers(index + 1),
  before: [automation('one', { parameters: { P: ['${wave.id}'] } })],
  after: [automation('two', { target: 'far', parameters: { P: ['${servers.names}'] } })],
});

/** Each makes one fault, and no more, of a wave that has none. */
const spoilt: Readonly<Record<string, object>> = {
  'no such dependency': { dependsOn: ['nowhere'] },
  'itself as dependency': { dependsOn: ['spoilt-itself-as-dependency'] },
  'no such target': { target: 'moon' },
  'a policy that cannot be met': { success: { atLeast: 2 } },
  'a server of another wave': { servers: servers(1) },
  'an unknown reference': { before: [automation('one', { parameters: { P: ['${moon}'] } })] },
  'servers before their recovery': {
    before: [automation('one', { parameters: { P: ['${servers.names}'] } })],
  },
  'no such target of an action': { after: [automation('two', { target: 'moon' })] },
  'the name of a pause': { before: [automation('pause-before')] },
  'two roles': {
    before: [
      automation('one', {
        assumeRole: 'arn:aws:iam::111122223333:role/r',
        parameters: { AutomationAssumeRole: ['r'] },
      }),
    ],
  },
};
const kinds = Object.keys(spoilt);

/** The graph's waves, and one more for each kind of fault, of which the chosen ones have it. */
const spoiltPlan = (graph: readonly DrawnWave[], chosen: readonly string[]) => [
  ...graph.map(goodWave),
  ...kinds.map((kind, index) => ({
    ...goodWave({ waveId: `spoilt-${kind.replaceAll(' ', '-')}`, dependsOn: [] }, graph.length + index),
    ...(chosen.includes(kind) && spoilt[kind]),
  })),
];

const inTwoOrders = (graph: readonly DrawnWave[]) =>
  fc.tuple(fc.constant(graph), fc.shuffledSubarray([...graph], { minLength: graph.length }));

/** Reading a plan by its schema takes a millisecond. */
const runs = { numRuns: 20 };

describe('any plan', () => {
  it('keeps to have no faults in another order and under other names', () => {
    fc.assert(
      fc.property(acyclicGraph(8).chain(inTwoOrders), ([graph, shuffled]) => {
        const renamed = (waveId: string): string => `x-${waveId}`;
        const others = shuffled.map(({ waveId, dependsOn }) => ({
          waveId: renamed(waveId),
          dependsOn: dependsOn.map(renamed).reverse(),
        }));
        expect(faults(graph.map(goodWave), { targets })).toEqual([]);
        expect(faults(others.map(goodWave), { targets })).toEqual([]);
      }),
      runs,
    );
  });

  it('has all the faults at once that its waves have one by one', () => {
    fc.assert(
      fc.property(acyclicGraph(4), fc.subarray(kinds), (graph, chosen) => {
        const of = (some: readonly string[]) => faults(spoiltPlan(graph, some), { targets });
        const sorted = (found: readonly Fault[]) => found.map((fault) => JSON.stringify(fault)).sort();
        const single = chosen.map((kind) => of([kind]));
        expect(single.map((found) => found.length)).toEqual(chosen.map(() => 1));
        expect(sorted(of(chosen))).toEqual(sorted(single.flat()));
      }),
      runs,
    );
  });

  it('says which waves wait for each other, whatever else is wrong', () => {
    const ring = [
      { waveId: 'r1', dependsOn: ['r2'], servers: servers(901) },
      { waveId: 'r2', dependsOn: ['r1'], servers: servers(902) },
    ];
    fc.assert(
      fc.property(acyclicGraph(4), fc.subarray(kinds), (graph, chosen) => {
        const found = faults([...spoiltPlan(graph, chosen), ...ring], { targets });
        expect(found).toHaveLength(chosen.length + 1);
        expect(found.at(-1)?.message).toMatch(/: (r1 → r2 → r1|r2 → r1 → r2)$/);
      }),
      runs,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { planChanges } from '../../../../services/faces/cli/plan-changes.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const server = (n: number, more: object = {}) => ({ sourceServerId: serverId(n), ...more });
const wave = (waveId: string, more: object = {}) => ({ waveId, servers: [server(1)], ...more });
const planOf = (waves: readonly object[], more: object = {}) =>
  planSchema.parse({ planId: 'shop', ...more, waves });

const changes = (before: readonly object[], after: readonly object[], old: object = {}, fresh: object = {}) =>
  planChanges(planOf(before, old), planOf(after, fresh));

const run = (actionId: string, document = 'Doc') => ({ kind: 'automation', actionId, document });

describe('what has changed in a plan', () => {
  it('is nothing where waves and servers only moved, or a default was written out', () => {
    const web = wave('web', { servers: [server(2), server(3)] });
    expect(
      changes(
        [wave('db'), web],
        [{ ...web, servers: [server(3), server(2, { critical: true })], success: 'all' }, wave('db')],
      ),
    ).toEqual([]);
  });

  it('tells of waves that came and went, with their servers and their place', () => {
    const tagged = {
      waveId: 'new',
      dependsOn: ['web'],
      servers: { tags: { Tier: 'x', App: 'y' }, minimum: 2 },
    };
    expect(
      changes([wave('web'), wave('old', { servers: [server(2), server(3)] })], [wave('web'), tagged]),
    ).toEqual(['− wave old, 2 servers', '+ wave new, Tier=x and App=y, at least 2, after web']);
  });

  it('tells of order, servers and policies', () => {
    expect(
      changes(
        [
          wave('a'),
          wave('b', { servers: [server(2)] }),
          wave('c', { dependsOn: ['a'], servers: [server(3), server(4)] }),
        ],
        [
          wave('a', { pauseBefore: true, onFailure: 'continue' }),
          wave('b', { servers: [server(2)] }),
          wave('c', {
            dependsOn: ['b'],
            servers: [server(4, { critical: false }), server(5)],
            success: { atLeast: 1 },
          }),
        ],
      ),
    ).toEqual([
      'wave a: pauseBefore: false → true',
      'wave a: onFailure: nothing → continue',
      'wave c: waits for b, no longer for a',
      `wave c: − server ${serverId(3)}`,
      `wave c: + server ${serverId(5)}`,
      `wave c: server ${serverId(4)}: critical: true → false`,
      'wave c: success: all → {"atLeast":1}',
    ]);
  });

  it('tells of a wave that is chosen in another way', () => {
    expect(changes([wave('a')], [wave('a', { servers: { tags: { Tier: 'x' }, minimum: 3 } })])).toEqual([
      'wave a: servers: 1 server → Tier=x, at least 3',
    ]);
  });

  it('tells of actions that came, went, changed, and of their order, sides by side too', () => {
    const wait = { kind: 'wait', actionId: 'rest', minutes: 5 };
    expect(
      changes(
        [wave('a', { before: [run('one'), run('two'), run('three')], after: [wait] })],
        [
          wave('a', {
            before: [run('three'), [run('two', 'Other'), run('one')]],
            onCancelActions: [run('tell')],
          }),
        ],
        {},
        {
          onFailureActions: [
            { kind: 'approval', actionId: 'ask' },
            { kind: 'callback', actionId: 'tidy', task: 'tidy' },
          ],
        },
      ),
    ).toEqual([
      'wave a: action before two: document: Doc → Other',
      'wave a: order of actions before: one, two, three → three, (two + one)',
      'wave a: − action after rest, a wait of 5 min',
      'wave a: + action on cancellation tell, the runbook Doc',
      'plan: + action on failure ask, an approval',
      'plan: + action on failure tidy, the task tidy',
    ]);
  });

  it('tells of what the plan says itself, and of its targets', () => {
    const there = { account: '444455556666', region: 'eu-central-1' };
    expect(
      changes(
        [wave('a')],
        [wave('a')],
        { rtoMinutes: 20, targets: { there } },
        { rpoMinutes: 5, targets: { there: { ...there, region: 'eu-west-1' } } },
      ),
    ).toEqual([
      'rtoMinutes: 20 → nothing',
      'targets.there.region: eu-central-1 → eu-west-1',
      'rpoMinutes: nothing → 5',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { planFaults } from '../../../../services/core/domain/plan-faults.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const faultsOf = (waves: readonly object[], rest: object = {}) =>
  planFaults(planSchema.parse({ planId: 'p', waves, ...rest }));

const servers = (...ids: readonly number[]) => ids.map((n) => ({ sourceServerId: serverId(n) }));
const wave = (rest: object = {}) => ({ waveId: 'web', servers: servers(1, 2), ...rest });
const byTag = (waveId: string, rest: object = {}) => ({
  waveId,
  servers: { tags: { app: 'shop' }, minimum: 2 },
  ...rest,
});
const runbook = (actionId: string, rest: object = {}) => ({
  kind: 'automation',
  actionId,
  document: 'Doc',
  ...rest,
});
const ofServers = [runbook('tell', { parameters: { P: ['${servers.names}'] } })];
const account = { account: '111122223333', region: 'eu-west-1' };
const assumeRole = 'arn:aws:iam::111122223333:role/r';
const ownActionNames = 'a name of its own for each action of a wave, and for each of the plan';

/** Each plan with all that is said of it. */
const faulty: Readonly<Record<string, readonly [ReturnType<typeof faultsOf>, readonly object[], object?]>> = {
  'two waves of one name': [
    [
      {
        path: 'waves[0].waveId',
        message: 'two waves are named web',
        expected: 'a name of its own for each wave',
      },
      {
        path: 'waves[1].waveId',
        message: 'two waves are named web',
        expected: 'a name of its own for each wave',
      },
    ],
    [wave(), wave({ servers: servers(3) })],
  ],
  'a target that is none of two': [
    [{ path: 'waves[0].target', message: 'there is no target moon', expected: 'one of far, near' }],
    [wave({ target: 'moon' })],
    { targets: { far: account, near: account } },
  ],
  'an action at a target that is none': [
    [
      {
        path: 'waves[0].before[0].target',
        message: 'there is no target moon',
        expected: 'a target defined under targets',
      },
    ],
    [wave({ before: [runbook('one', { target: 'moon' })] })],
  ],
  'a server that stands in it twice': [
    [
      {
        path: 'waves[0].servers[1].sourceServerId',
        message: `server ${serverId(7)} is also at waves[0].servers[0].sourceServerId`,
        expected: 'each server once in a plan',
      },
    ],
    [wave({ servers: servers(7, 7) })],
  ],
  'an action with the name of a pause': [
    [
      {
        path: 'waves[0].after[0].actionId',
        message: 'pause-before is the name of the pause before a wave',
        expected: ownActionNames,
      },
    ],
    [wave({ after: [runbook('pause-before')] })],
  ],
  'two actions of its own with one name': [
    [
      {
        path: 'onFailureActions[0].actionId',
        message: 'two actions are named tell',
        expected: ownActionNames,
      },
      {
        path: 'onCancelActions[0].actionId',
        message: 'two actions are named tell',
        expected: ownActionNames,
      },
    ],
    [wave()],
    { onFailureActions: [runbook('tell')], onCancelActions: [runbook('tell')] },
  ],
  'recovered servers in an action of its own': [
    [
      {
        path: 'onFailureActions[0].parameters.P[0]',
        message: '${servers.names} is known only after the recovery',
        expected: 'this reference in an after-action, or before a clean-up',
      },
    ],
    [wave()],
    { onFailureActions: ofServers },
  ],
  'recovered servers in an action for a cancelled wave': [
    [
      {
        path: 'waves[0].onCancelActions[0].parameters.P[0]',
        message: '${servers.names} is known only after the recovery',
        expected: 'this reference in an after-action, or before a clean-up',
      },
    ],
    [wave({ onCancelActions: ofServers })],
  ],
  'two roles for one runbook': [
    [
      {
        path: 'waves[0].before[0].assumeRole',
        message: 'the parameter AutomationAssumeRole also names a role',
      },
    ],
    [wave({ before: [runbook('one', { assumeRole, parameters: { AutomationAssumeRole: ['r'] } })] })],
  ],
  'a policy of more servers than the wave lists': [
    [
      {
        path: 'waves[0].success.atLeast',
        message: '3 servers can be more than the wave has',
        expected: 'at most 2, its servers',
      },
    ],
    [wave({ success: { atLeast: 3 } })],
  ],
  'a policy of more servers than the wave’s tags assure': [
    [
      {
        path: 'waves[0].success.atLeast',
        message: '3 servers can be more than the wave has',
        expected: 'at most 2, the minimum of its tags',
      },
    ],
    [byTag('web', { success: { atLeast: 3 } })],
  ],
  'waves with the names of its last actions': [
    ['plan-on-failure', 'plan-on-cancel'].map((name, index) => ({
      path: `waves[${index}].waveId`,
      message: `${name} is the name of the plan's own last actions`,
    })),
    [byTag('plan-on-failure'), byTag('plan-on-cancel')],
  ],
};

describe('a plan with a fault', () => {
  it.each(Object.entries(faulty))(
    'is told where and what would be valid: %s',
    (_, [expected, waves, rest]) => {
      expect(faultsOf(waves, rest)).toEqual(expected);
    },
  );
});

const good: Readonly<Record<string, readonly [readonly object[], object?]>> = {
  'a policy of exactly the servers that the wave lists': [[wave({ success: { atLeast: 2 } })]],
  'a policy of exactly the servers that its tags assure': [[byTag('web', { success: { atLeast: 2 } })]],
  'two waves by the same tags': [[byTag('web'), byTag('db')]],
  'recovered servers in actions after the recovery and after a failure': [
    [
      wave({
        after: ofServers,
        onFailureActions: [runbook('other', { parameters: { P: ['${servers.names}'] } })],
      }),
    ],
  ],
  'servers in an action before a clean-up': [[wave()], { beforeCleanUp: ofServers }],
  'a role by a parameter alone': [
    [wave({ before: [runbook('one', { parameters: { AutomationAssumeRole: ['r'] } })] })],
  ],
  'a role without the parameter': [[wave({ before: [runbook('one', { assumeRole })] })]],
  'an action’s name in a wave and in the plan': [
    [wave({ onFailureActions: [runbook('tell')] })],
    { onFailureActions: [runbook('tell')] },
  ],
};

describe('a plan without a fault', () => {
  it.each(Object.entries(good))('may have %s', (_, [waves, rest]) => {
    expect(faultsOf(waves, rest)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { moveText } from '../../../../contracts/traffic-order.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type { TrafficReader } from '../../../../services/core/ports/traffic-service.ts';
import { freeze } from '../../../../services/core/readiness/freeze.ts';
import { checkTraffic } from '../../../../services/core/readiness/traffic.ts';
import { createMemoryTrafficService } from '../../../memory/traffic-service.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const arn = 'arn:aws:route53-recovery-control::111122223333:controlpanel/shop/routingcontrol/cell';
const plan = planSchema.parse({
  planId: 'shop',
  waves: [
    {
      ...{ waveId: 'web', servers: [{ sourceServerId: 's-00000000000000001' }] },
      after: [
        {
          ...{ kind: 'traffic', actionId: 'names', when: 'RECOVERY' },
          move: {
            ...{ what: 'records', hostedZoneId: 'Z0SHOP' },
            records: [
              { name: 'api.example.com', type: 'A', values: ['${servers.privateAddresses}'] },
              { name: 'www.example.com', type: 'CNAME', values: ['api.example.com'], ttlSeconds: 30 },
            ],
          },
        },
        {
          ...{ kind: 'traffic', actionId: 'cell', when: 'RECOVERY' },
          move: {
            what: 'routing-controls',
            endpoints: ['https://abcd1234.route53-recovery-cluster.eu-west-1.amazonaws.com/v1'],
            controls: [{ arn, state: 'On' }],
          },
        },
      ],
    },
  ],
});

const checked = async (reader: TrafficReader, mode: 'DRILL' | 'RECOVERY' = 'RECOVERY') => {
  const frozen = freeze({
    ...{ plan, mode, home, servers: () => [], isRead: () => false, snapshotOf: () => undefined },
  });
  const { outlook, faults, findings } = await checkTraffic(reader, plan, frozen, mode);
  return {
    moves: outlook.map(({ waveId, actionId, moves }) => [waveId, actionId, ...moves.map(moveText)]),
    faults: faults.map(({ message }) => message),
    findings: findings.map(({ name }) => name),
  };
};

const reader = createMemoryTrafficService(
  createManualClock(0),
  new Map([['Z0SHOP/www.example.com/CNAME', { ttlSeconds: 60, values: ['old.example.com'] }]]),
);

describe('a check of what moves traffic', () => {
  it('says from what to what each record and routing control would go', async () => {
    expect((await checked(reader)).moves).toEqual([
      [
        ...['web', 'names'],
        'api.example.com A: no record → ${servers.privateAddresses} (TTL 60 s)',
        'www.example.com CNAME: old.example.com (TTL 60 s) → api.example.com (TTL 30 s)',
      ],
      ['web', 'cell', 'routing control cell: Off → On'],
    ]);
  });

  it('says nothing of what does not run in this mode', async () => {
    expect(await checked(reader, 'DRILL')).toEqual({ moves: [], faults: [], findings: [] });
  });

  it('leaves out a point that cannot be moved, and names the reason', async () => {
    const { moves, faults } = await checked({
      read: async (target, order) =>
        order.route.what === 'records'
          ? [{ why: 'api.example.com is weighted' }, { value: 'no record' }]
          : reader.read(target, order),
    });
    expect(moves[0]).toEqual([
      'web',
      'names',
      'www.example.com CNAME: no record → api.example.com (TTL 30 s)',
    ]);
    expect(faults).toEqual(['api.example.com is weighted']);
  });

  it('warns in a recovery where nobody says what stands there', async () => {
    const { moves, faults, findings } = await checked({ read: () => Promise.reject(new Error('no answer')) });
    expect([moves, faults]).toEqual([[], []]);
    expect(findings.filter((name) => name === 'traffic')).toHaveLength(2);
  });
});

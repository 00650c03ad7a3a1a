import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { planFaults } from '../../../../services/core/domain/plan-faults.ts';

const faultsOf = (stopWhen: unknown) =>
  planFaults(
    planSchema.parse({
      planId: 'shop',
      targets: { there: { account: '444455556666', region: 'us-east-1' } },
      waves: [{ waveId: 'a', servers: [{ sourceServerId: 's-00000000000000001' }] }],
      stopWhen,
    }),
  ).map(({ path, message }) => `${path}: ${message}`);

describe('the alarms of a plan', () => {
  it('may have one name in two places', () => {
    expect(faultsOf([{ alarms: ['errors'] }, { alarms: ['errors'], target: 'there' }])).toEqual([]);
  });

  it('stand once in a place, which is known, and all that is wrong is said', () => {
    expect(
      faultsOf([
        { alarms: ['errors', 'errors'] },
        { alarms: ['errors'], do: 'cancel' },
        { alarms: ['latency'], target: 'elsewhere' },
      ]),
    ).toEqual([
      'stopWhen[2].target: there is no target elsewhere',
      'stopWhen[0].alarms[1]: alarm errors is also at stopWhen[0].alarms[0]',
      'stopWhen[1].alarms[0]: alarm errors is also at stopWhen[0].alarms[0]',
    ]);
  });
});

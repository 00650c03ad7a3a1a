import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import type { AlarmFact, AlarmReader } from '../../../../services/core/ports/alarm-reader.ts';
import { checkStopAlarms, frozenStops } from '../../../../services/core/readiness/stop-alarms.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const there = { account: '444455556666', region: 'us-east-1' };
const plan = planSchema.parse({
  planId: 'shop',
  targets: { there },
  waves: [{ waveId: 'a', servers: [{ sourceServerId: 's-00000000000000001' }] }],
  stopWhen: [{ alarms: ['errors', 'latency'] }, { alarms: ['fire'], do: 'cancel', target: 'there' }],
});
const stops = frozenStops(plan, home);

const facts = (states: Readonly<Record<string, AlarmFact['state']>>): AlarmReader =>
  createMemoryAlarmReader(() => Object.entries(states).map(([name, state]) => ({ name, state, since: 0 })));
const check = (reader: AlarmReader, mode: 'DRILL' | 'RECOVERY') =>
  checkStopAlarms(reader, stops, [aWave('a')], mode);

describe('the alarms that stop drills', () => {
  it('stand where the plan says, by default in the account and Region of the deployment', () => {
    expect(stops).toEqual([
      { alarms: ['errors', 'latency'], do: 'pause', target: home },
      { alarms: ['fire'], do: 'cancel', target: there },
    ]);
  });

  it('let a drill start that they could still stop', async () => {
    const reader = facts({ errors: 'OK', latency: 'INSUFFICIENT_DATA', fire: 'OK' });
    expect(await check(reader, 'DRILL')).toEqual({ faults: [], findings: [] });
  });

  it('refuse a drill that they would stop at once, or could not stop, with each reason', async () => {
    const { faults } = await check(facts({ errors: 'ALARM', fire: 'OK' }), 'DRILL');
    expect(faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'stopWhen[0].alarms: alarm errors in 111122223333/eu-west-1 has been in ALARM since 1970-01-01T00:00:00.000Z',
      'stopWhen[0].alarms: there is no alarm latency in 111122223333/eu-west-1',
    ]);
    const deaf = await check({ read: () => Promise.reject(new Error('no such permission')) }, 'DRILL');
    expect(deaf.faults).toHaveLength(2);
    expect(deaf.faults[0]?.message).toContain('no such permission');
  });

  it('warn a recovery and refuse none', async () => {
    const { faults, findings } = await check(facts({ errors: 'ALARM' }), 'RECOVERY');
    expect(faults).toEqual([]);
    expect(findings).toHaveLength(3);
    expect(findings[0]).toMatchObject({ level: 'warning', name: 'alarm' });
  });
});

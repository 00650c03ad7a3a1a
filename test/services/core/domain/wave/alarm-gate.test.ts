import { expect, it } from 'vitest';
import type { AlarmAction } from '../../../../../contracts/actions/alarm.ts';
import { gateOf } from '../../../../../services/core/domain/wave/alarm-gate.ts';

const minute = 60_000;
const started = Date.parse('2026-01-05T10:00:00Z');
const action: AlarmAction = {
  ...{ kind: 'alarm', actionId: 'green', when: 'BOTH', optional: false, timeoutMinutes: 60 },
  ...{ alarms: ['errors', 'latency'], okMinutes: 5, missingData: 'wait' },
};
const ok = (name: string, since = started - 60 * minute) => ({ name, state: 'OK' as const, since });
const gate = (seen: Parameters<typeof gateOf>[1], afterMinutes: number, changes: Partial<AlarmAction> = {}) =>
  gateOf({ ...action, ...changes }, seen, started, started + afterMinutes * minute);

it('a gate counts from the start of its action, however long its alarms were OK before', () => {
  expect(gate([ok('errors'), ok('latency')], 4.9)).toMatchObject({ is: 'closed', leftMs: 0.1 * minute });
  expect(gate([ok('errors'), ok('latency')], 5)).toEqual({ is: 'open' });
});

it('a gate counts anew from the last alarm that was not OK', () => {
  const later = ok('latency', started + 7 * minute);
  expect(gate([ok('errors'), later], 11.9)).toMatchObject({ is: 'closed' });
  expect(gate([ok('errors'), later], 12)).toEqual({ is: 'open' });
});

it.each([
  ['an alarm rings', [ok('errors'), { ...ok('latency'), state: 'ALARM' as const }], 'latency is ALARM'],
  [
    'an alarm has no data',
    [{ ...ok('errors'), state: 'INSUFFICIENT_DATA' as const }, ok('latency')],
    'errors is INSUFFICIENT_DATA',
  ],
  ['an alarm is gone', [ok('errors')], 'latency does not exist'],
])('a gate stays closed, and says why, while %s', (_, seen, why) => {
  expect(gate(seen, 30)).toEqual({ is: 'closed', why, leftMs: Infinity });
});

it('a gate takes missing data for OK where its plan says so', () => {
  const silent = { ...ok('errors'), state: 'INSUFFICIENT_DATA' as const };
  expect(gate([silent, ok('latency')], 5, { missingData: 'ok' })).toEqual({ is: 'open' });
});

it('a gate of a hundred alarms names five of those that ring', () => {
  const alarms = Array.from({ length: 100 }, (_, index) => `alarm-${index}`);
  const seen = alarms.map((name) => ({ ...ok(name), state: 'ALARM' as const }));
  expect(gate(seen, 30, { alarms })).toMatchObject({
    why: 'alarm-0 is ALARM, alarm-1 is ALARM, alarm-2 is ALARM, alarm-3 is ALARM, alarm-4 is ALARM and 95 more',
  });
});

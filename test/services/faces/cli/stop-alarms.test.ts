import { expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import type { AlarmFact, AlarmReader } from '../../../../services/core/ports/alarm-reader.ts';
import type { Deployment } from '../../../../services/core/ports/deployment.ts';
import { stopTexts } from '../../../../services/core/view/stop-text.ts';
import { stopAlarmsCheck } from '../../../../services/faces/cli/doctor/stop-alarms.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const there = {
  ...{ account: '444455556666', region: 'eu-central-1' },
  role: 'arn:aws:iam::444455556666:role/groundswell-target',
  externalId: 'shared-secret',
};
const plan = planSchema.parse({
  planId: 'shop',
  targets: { frankfurt: there },
  stopWhen: [{ alarms: ['errors', 'latency'] }, { alarms: ['orders'], do: 'cancel', target: 'frankfurt' }],
  waves: [{ waveId: 'web', servers: [{ sourceServerId: 's-00000000000000001' }] }],
});
const plans = [{ planId: 'shop', version: 1, hash: 'h', plan, storedAt: '2026-01-01T00:00:00Z' }];
const allowed = { deniedActions: async () => [] } as unknown as Deployment;
const fact = (name: string, state: AlarmFact['state'] = 'OK'): AlarmFact => ({ name, state, since: 0 });
const reading = (facts: Readonly<Record<string, readonly AlarmFact[]>>): AlarmReader => ({
  read: async ({ account }, names) => (facts[account] ?? []).filter(({ name }) => names.includes(name)),
});

it('tells which alarms stand where a plan says, each account and Region asked for its own', async () => {
  const found = reading({
    [home.account]: [fact('errors'), fact('latency')],
    [there.account]: [fact('orders')],
  });
  expect(await stopAlarmsCheck(found, allowed, plans, home)).toEqual([
    {
      ...{ check: 'stopWhen', level: 'ok' },
      message: '3 alarms in 111122223333/eu-west-1, 444455556666/eu-central-1 can stop drills',
    },
  ]);
});

it('names an alarm that stands elsewhere only, and one that has risen', async () => {
  const found = reading({ [home.account]: [fact('errors', 'ALARM'), fact('latency'), fact('orders')] });
  const findings = await stopAlarmsCheck(found, allowed, plans, home);
  expect(findings.map(({ level, message }) => [level, message])).toEqual([
    ['warning', 'errors in 111122223333/eu-west-1 is in ALARM: no drill of shop starts until it is not'],
    ['fault', 'there is no alarm orders in 444455556666/eu-central-1: no drill of shop starts'],
  ]);
});

it('names the place that may not be read, and the role that may not ask', async () => {
  const denied: AlarmReader = {
    read: async ({ account }) => {
      if (account === there.account)
        throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
      return [fact('errors'), fact('latency')];
    },
  };
  const without = {
    deniedActions: async (role: string) =>
      role.includes('run-actions') ? ['cloudwatch:DescribeAlarms'] : [],
  } as unknown as Deployment;
  const findings = await stopAlarmsCheck(denied, without, plans, home);
  expect(findings.map(({ level, message }) => [level, message])).toEqual([
    ['fault', 'groundswell-run-actions-eu-west-1 lacks cloudwatch:DescribeAlarms: it hears of no alarm'],
    ['unknown', '444455556666/eu-central-1: not checked: AccessDenied: not authorized'],
  ]);
});

it('a plan says in words by what it is stopped, and where', () => {
  expect(stopTexts(plan)).toEqual([
    'errors or latency where Groundswell is deployed: pauses a drill, and is reported in a recovery',
    'orders in 444455556666/eu-central-1: cancels a drill, and is reported in a recovery',
  ]);
});

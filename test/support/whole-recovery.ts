import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'vitest';
import { type Order, valueText } from '../../contracts/traffic-order.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import { createAwsTrafficService } from '../../services/core/ports/aws/traffic-service.ts';
import { hub } from './enforced-deployment.ts';
import { clientIn, completed, expectEnd, samplePlan } from './enforced-samples.ts';
import type { OperatedRuntime } from './operated-runtime.ts';

const controlArn = (name: string) =>
  `arn:aws:route53-recovery-control::${hub.account}:controlpanel/shop/routingcontrol/${name}`;

const records: Order = {
  route: { what: 'records', hostedZoneId: 'Z0SHOP' },
  points: (
    [
      ['drill', 'A'],
      ['api', 'A'],
      ['api', 'AAAA'],
      ['static', 'CNAME'],
      ['www', 'A'],
    ] as const
  ).map(([name, type]) => ({
    ...{ what: 'record', hostedZoneId: 'Z0SHOP', name: `${name}.shop.example.com`, type },
  })),
};
const controls: Order = {
  route: {
    what: 'routing-controls',
    endpoints: ['https://bcde2345.route53-recovery-cluster.us-east-1.amazonaws.com/v1'],
  },
  points: ['drill', 'primary', 'recovery'].map((name) => ({
    ...{ what: 'routing-control', arn: controlArn(name) },
  })),
};

/** What stands at the records and routing controls of the sample, by the wire. */
const standing = async ({ runtime }: OperatedRuntime): Promise<readonly string[]> => {
  const traffic = createAwsTrafficService({
    access: async () => ({
      region: hub.region,
      credentials: { accessKeyId: accessKeyFor(hub.account, () => 0), secretAccessKey: 'local' },
    }),
    call: createSignedCall(runtime.endpoint),
  });
  const read = [...(await traffic.read(hub, records)), ...(await traffic.read(hub, controls))];
  return read.map((reading) => ('value' in reading ? valueText(reading.value) : reading.why));
};

const address = /^10\..* \(TTL 60 s\)$/;
const atFirst = [
  ...['no record', '203.0.113.10 (TTL 300 s)', 'no record', 'static-primary.shop.example.com (TTL 300 s)'],
  ...['alias of primary-1.eu-central-1.elb.amazonaws.com', 'Off', 'On', 'Off'],
];

/** One tier after the other; its cache is warmed while the shop is green, and users come after that. */
const expectOrder = (operated: OperatedRuntime, id: string): void => {
  const starts = operated
    .stream(id)
    .flatMap(({ type, data }) => (type === 'WaveStarted' ? [data.waveId] : []));
  expect(starts.slice(0, 3)).toEqual(['database', 'application', 'web']);
  const done = operated
    .stream(id, 'web')
    .flatMap(({ type, data }) => (type === 'ActionCompleted' ? [data.actionId] : []));
  expect(done.slice(0, 3)).toEqual(['green', 'warm-cache', 'go-live']);
};

const reasonsOf = (operated: OperatedRuntime, id: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    operated.all(id, 'ActionCompleted').map(({ data: { actionId, reason } }) => [actionId, reason]),
  );

const setAlarm = async (operated: OperatedRuntime, StateValue: 'OK' | 'ALARM'): Promise<void> => {
  const client = new CloudWatchClient(clientIn(operated, hub));
  await client.send(
    new SetAlarmStateCommand({ AlarmName: 'web-errors', StateValue, StateReason: 'as the test says' }),
  );
};

/**
 * A drill moves a name and a control of its own. A recovery waits until the alarm is OK, moves those of the shop, and
 * puts everything back when it is declined; one that is approved leaves its users where the servers are.
 */
export const wholeRecovery = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, said } = operated;
  const plan = samplePlan('whole-recovery');
  expect(await standing(operated)).toEqual(atFirst);

  const drill = await operated.drill(plan);
  await expectEnd(operated, drill, completed('COMPLETED'));
  expectOrder(operated, drill);
  const drilled = await standing(operated);
  expect(drilled).toEqual([
    expect.stringMatching(address),
    ...atFirst.slice(1, 5),
    ...['On', ...atFirst.slice(6)],
  ]);

  const decline = (id: string) => groundswell('decline', id, 'web', 'users-arrive', '--by', 'lead');
  const asked = (id: string) => said(id, 'ActionStarted', ({ actionId }) => actionId === 'users-arrive');
  const failing = await groundswell('request', plan.planId, '--mode', 'drill', '--request-id', 'again');
  await asked(failing);
  await decline(failing);
  await expectEnd(operated, failing, { type: 'ExecutionFailed' }, ['declined']);
  expect(await standing(operated)).toEqual(drilled);
  expect(reasonsOf(operated, failing)).toMatchObject({
    'drill-names-back': expect.stringMatching(/^drill\.shop\.example\.com A: 10\..* → 10\./),
    'drill-cell-back': 'routing control drill: On → On',
  });

  const sure = ['--confirm', plan.planId, '--reason', 'the Region is down'];
  const recover = (requestId: string, ...accepting: string[]) =>
    groundswell(
      ...['request', plan.planId, '--mode', 'recovery', '--by', 'ops', ...sure],
      ...['--request-id', requestId, ...accepting],
    );
  await setAlarm(operated, 'ALARM');
  const lost = await recover('lost');
  await said(lost, 'ActionProgressed', ({ actionId }) => actionId === 'green');
  await setAlarm(operated, 'OK');
  await asked(lost);
  expectOrder(operated, lost);
  expect(await standing(operated)).toEqual([
    ...[drilled[0], expect.stringMatching(address), '2001:db8::10 (TTL 60 s)'],
    ...['static-recovery.shop.example.com (TTL 60 s)', 'alias of recovery-1.eu-west-1.elb.amazonaws.com'],
    ...['On', 'Off', 'On'],
  ]);
  await decline(lost);
  await expectEnd(operated, lost, { type: 'ExecutionFailed' }, ['declined']);
  expect(await standing(operated)).toEqual([drilled[0], ...atFirst.slice(1, 5), 'On', 'On', 'Off']);
  expect(reasonsOf(operated, lost)['cells-back']).toBe(
    'routing control recovery: On → Off; routing control primary: Off → On',
  );

  const real = await recover('real', '--accept-warning', 'recovery-over-recovery');
  await expectEnd(operated, real, completed('COMPLETED'));
  expect((await standing(operated)).slice(5)).toEqual(['On', 'Off', 'On']);
};

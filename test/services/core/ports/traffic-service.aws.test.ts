import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { scenarioSchema } from '../../../../infra/simulated-aws/scenario.ts';
import type { TrafficPoint } from '../../../../contracts/traffic.ts';
import type { Change } from '../../../../contracts/traffic-order.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { createAwsTrafficService } from '../../../../services/core/ports/aws/traffic-service.ts';
import type { TrafficService } from '../../../../services/core/ports/traffic-service.ts';

const region = 'eu-west-1';
const target = { account: '111122223333', region };
const zone = 'Z0SHOP';
const panel = 'arn:aws:route53-recovery-control::111122223333:controlpanel/shop';
const [west, east] = [`${panel}/routingcontrol/west`, `${panel}/routingcontrol/east`];
const endpoints = ['eu-west-1', 'us-east-1'].map(
  (each) => `https://abcd1234.route53-recovery-cluster.${each}.amazonaws.com/v1`,
);
const scenario = scenarioSchema.parse({
  route53: {
    inSyncSeconds: 4,
    zones: [
      {
        id: zone,
        name: 'example.com',
        records: [
          { name: 'www.example.com', type: 'A', ttl: 300, values: ['203.0.113.7', '203.0.113.8'] },
          {
            name: 'weighted.example.com',
            type: 'A',
            setIdentifier: 'blue',
            weight: 1,
            ttl: 60,
            values: ['203.0.113.9'],
          },
          { name: 'shop.example.com', type: 'CNAME', ttl: 60, values: ['www.example.com'] },
          { name: 'api.example.com', type: 'A', alias: { hostedZoneId: 'Z0ELB', dnsName: 'lb.example.net' } },
        ],
      },
    ],
  },
  routingControl: {
    controls: [
      { arn: west, name: 'west', state: 'On' },
      { arn: east, name: 'east' },
    ],
    safetyRules: [{ arn: `${panel}/safetyrule/one`, name: 'one-on', controls: [west, east], atLeastOn: 1 }],
    endpointsDown: ['eu-west-1'],
  },
});

let aws: SimulatedAws;
let traffic: TrafficService;
beforeAll(async () => {
  aws = await createSimulatedAws({ scenario });
  traffic = createAwsTrafficService({
    access: async () => ({ region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    call: createSignedCall(aws.endpoint),
  });
});
afterAll(() => aws.close());

const record = (name: string, type: 'A' | 'AAAA' | 'CNAME' = 'A'): TrafficPoint => ({
  ...{ what: 'record', hostedZoneId: zone, name: `${name}.example.com`, type },
});
const records = { what: 'records', hostedZoneId: zone } as const;
const read = (...points: readonly TrafficPoint[]) => traffic.read(target, { route: records, points });
const www = { ttlSeconds: 300, values: ['203.0.113.7', '203.0.113.8'] };
const fresh = { ttlSeconds: 60, values: ['198.51.100.9'] };

describe('records of Route 53', () => {
  it('are read as they are, and what cannot be put back whole is named', async () => {
    expect(await read(record('www'), record('none'), record('api'))).toEqual([
      { value: www },
      { value: 'no record' },
      { value: { alias: { hostedZoneId: 'Z0ELB', dnsName: 'lb.example.net', evaluateTargetHealth: false } } },
    ]);
    const [weighted, beside] = await read(record('weighted'), record('shop', 'A'));
    expect(weighted).toMatchObject({ why: expect.stringContaining('not a simple record (SetIdentifier)') });
    expect(beside).toMatchObject({ why: expect.stringContaining('a record of type CNAME') });
  });

  it('in a zone that does not exist are named so', async () => {
    const point = { ...record('www'), hostedZoneId: 'Z0NONE' };
    expect(
      await traffic.read(target, { route: { ...records, hostedZoneId: 'Z0NONE' }, points: [point] }),
    ).toEqual([{ why: 'No hosted zone found with ID: Z0NONE' }]);
  });

  it('are changed together, only from what was read, and are INSYNC after a while', async () => {
    const changes: readonly Change[] = [
      { point: record('www'), from: www, to: fresh },
      { point: record('new', 'AAAA'), from: 'no record', to: { ttlSeconds: 60, values: ['2001:db8::1'] } },
    ];
    const answer = await traffic.change(target, records, changes);
    expect(answer).toMatchObject({ status: 'accepted' });
    const id = answer.status === 'accepted' ? (answer.changeId ?? '') : '';
    expect(await traffic.isInSync(target, id)).toBe(false);
    await expect.poll(() => traffic.isInSync(target, id), { timeout: 30_000 }).toBe(true);
    expect(await read(record('www'), record('new', 'AAAA'))).toEqual([
      { value: fresh },
      { value: { ttlSeconds: 60, values: ['2001:db8::1'] } },
    ]);
    expect(await traffic.change(target, records, changes)).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('the values provided do not match the current values'),
    });
    expect(
      await traffic.change(target, records, [
        { point: record('www'), from: fresh, to: www },
        { point: record('new', 'AAAA'), from: { ttlSeconds: 60, values: ['2001:db8::1'] }, to: 'no record' },
      ]),
    ).toMatchObject({ status: 'accepted' });
    expect(await read(record('www'), record('new', 'AAAA'))).toEqual([
      { value: www },
      { value: 'no record' },
    ]);
  });

  it('are changed to what they are, to learn when that is INSYNC', async () => {
    const same = [{ point: record('www'), from: www, to: www }];
    expect(await traffic.change(target, records, same)).toMatchObject({ status: 'accepted' });
    expect(await read(record('www'))).toEqual([{ value: www }]);
  });
});

describe('routing controls of ARC', () => {
  const route = { what: 'routing-controls', endpoints } as const;
  const control = (arn: string): TrafficPoint => ({ what: 'routing-control', arn });

  it('are read and changed at the next endpoint where one is not available', async () => {
    const points = [control(west), control(east)];
    expect(await traffic.read(target, { route, points })).toEqual([{ value: 'On' }, { value: 'Off' }]);
    const answer = await traffic.change(target, route, [{ point: control(east), from: 'Off', to: 'On' }]);
    expect(answer).toEqual({ status: 'accepted' });
    expect(await traffic.read(target, { route, points })).toEqual([{ value: 'On' }, { value: 'On' }]);
  });

  it('are refused with the words of the safety rule', async () => {
    const off = [west, east].map((arn) => ({ point: control(arn), from: 'On', to: 'Off' }) as const);
    expect(await traffic.change(target, route, off)).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('The safety rule one-on'),
    });
  });

  it('are asked for later where no endpoint is available', async () => {
    const down = { ...route, endpoints: endpoints.slice(0, 1) };
    const on = [{ point: control(east), from: 'Off', to: 'On' }] as const;
    expect(await traffic.change(target, down, on)).toMatchObject({ status: 'later' });
    await expect(traffic.read(target, { route: down, points: [control(east)] })).rejects.toThrow(
      "isn't available",
    );
  });

  it('that do not exist are named so', async () => {
    const arn = `${panel}/routingcontrol/none`;
    expect(await traffic.read(target, { route, points: [control(arn)] })).toEqual([
      { why: `No routing control was found: ${arn}` },
    ]);
  });
});

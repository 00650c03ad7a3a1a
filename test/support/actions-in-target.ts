import { expect } from 'vitest';
import { type Order, valueText } from '../../contracts/traffic-order.ts';
import { type Scenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import { createAwsTrafficService } from '../../services/core/ports/aws/traffic-service.ts';
import { externalId, ledgerControl, target, targetRole } from './enforced-deployment.ts';
import { expectEnd } from './enforced-samples.ts';
import type { OperatedRuntime, WrittenPlan } from './operated-runtime.ts';

const name = 'api.shop.example.com';
const endpoint = 'https://abcd1234.route53-recovery-cluster.eu-west-1.amazonaws.com/v1';
const records: Order = {
  route: { what: 'records', hostedZoneId: 'Z0SHOP' },
  points: [{ what: 'record', hostedZoneId: 'Z0SHOP', name, type: 'A' }],
};
const controls: Order = {
  route: { what: 'routing-controls', endpoints: [endpoint] },
  points: [{ what: 'routing-control', arn: ledgerControl }],
};

/** Servers, alarms and functions of the target's Region; zone and routing control of its account. */
export const actionsInTargetScenario: Scenario = scenarioSchema.parse({
  targets: {
    [`${target.account}/${target.region}`]: {
      drs: { servers: [{ name: 'ledger', tags: { Tier: 'ledger' } }] },
      cloudwatch: { alarms: [{ name: 'ledger-errors' }] },
      lambda: {
        functions: [
          { name: 'warm-ledger', qualifiers: ['live'], durable: true, lastsSeconds: 60 },
          { name: 'replica-caught-up', failures: 1 },
        ],
      },
    },
  },
  route53: {
    zones: [
      {
        ...{ id: 'Z0SHOP', name: 'shop.example.com', account: target.account },
        records: [{ name, type: 'A', ttl: 300, values: ['203.0.113.10'] }],
      },
    ],
  },
  routingControl: { controls: [{ name: 'ledger', arn: ledgerControl }] },
});

const traffic = { kind: 'traffic', when: 'BOTH', drillTraffic: true } as const;
const plan: WrittenPlan = {
  planId: 'ledger-traffic',
  targets: { there: { ...target, role: targetRole, externalId } },
  waves: [
    {
      ...{ waveId: 'ledger', target: 'there', servers: { tags: { Tier: 'ledger' }, minimum: 1 } },
      onFailure: 'stop',
      after: [
        { kind: 'alarm', actionId: 'green', alarms: ['ledger-errors'], okMinutes: 1 },
        { kind: 'lambda', actionId: 'warm', function: 'warm-ledger:live', mode: 'durable' },
        { kind: 'lambda', actionId: 'caught-up', function: 'replica-caught-up', mode: 'poll' },
        {
          ...{ ...traffic, actionId: 'names' },
          move: {
            ...{ what: 'records', hostedZoneId: 'Z0SHOP' },
            records: [{ name, type: 'A', values: ['${servers.privateAddresses}'] }],
          },
        },
        {
          ...{ ...traffic, actionId: 'cell' },
          move: {
            ...{ what: 'routing-controls', endpoints: [endpoint] },
            controls: [{ arn: ledgerControl, state: 'On' }],
          },
        },
        { kind: 'approval', actionId: 'works', timeoutMinutes: 1_000 },
      ],
      onFailureActions: [
        { ...traffic, actionId: 'cell-back', move: { what: 'back', actionId: 'cell' } },
        { ...traffic, actionId: 'names-back', move: { what: 'back', actionId: 'names' } },
      ],
    },
  ],
};

/** What stands there, by the wire and as the target's own account sees it. */
const standing = async ({ runtime }: OperatedRuntime): Promise<readonly string[]> => {
  const service = createAwsTrafficService({
    access: async () => ({
      region: target.region,
      credentials: { accessKeyId: accessKeyFor(target.account, () => 0), secretAccessKey: 'local' },
    }),
    call: createSignedCall(runtime.endpoint),
  });
  const read = [...(await service.read(target, records)), ...(await service.read(target, controls))];
  return read.map((reading) => ('value' in reading ? valueText(reading.value) : reading.why));
};

/** Alarms, functions, records and routing controls of a target are asked and moved in its role, and put back in it. */
export const actInTarget = async (operated: OperatedRuntime): Promise<void> => {
  const atFirst = ['203.0.113.10 (TTL 300 s)', 'Off'];
  expect(await standing(operated)).toEqual(atFirst);
  const id = await operated.drill(plan);
  await operated.said(id, 'ActionStarted', ({ actionId }) => actionId === 'works');
  expect(await standing(operated)).toEqual([expect.stringMatching(/^10\..* \(TTL 60 s\)$/), 'On']);
  await operated.groundswell('decline', id, 'ledger', 'works');
  await expectEnd(operated, id, { type: 'ExecutionFailed' }, ['declined']);
  expect(await standing(operated)).toEqual(atFirst);
};

import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { deployment, externalId, hub, target, targetRole } from '../support/enforced-deployment.ts';
import {
  type OperatedRuntime,
  operateRuntime,
  patienceMs,
  type WrittenPlan,
} from '../support/operated-runtime.ts';

const servers = (...names: string[]) => names.map((name) => ({ name, tags: { Tier: name } }));
const alarms = (...names: string[]) => names.map((name) => ({ name }));
const scenario = scenarioSchema.parse({
  drs: { servers: servers('home') },
  cloudwatch: { alarms: alarms('gate') },
  targets: {
    [`${target.account}/${target.region}`]: {
      drs: { servers: servers('there') },
      cloudwatch: { alarms: alarms('gate') },
    },
  },
});

let operated: OperatedRuntime;
beforeAll(async () => {
  // So slow that the timer behind a hint takes seconds.
  operated = await operateRuntime({ speed: 10, scenario, iam: { deployment: deployment() } });
}, patienceMs);
afterAll(() => operated.close());

/** CloudWatch is told by hand how an alarm is. */
const setAlarm = async (
  { account, region }: typeof hub,
  AlarmName: string,
  StateValue: 'OK' | 'ALARM',
): Promise<void> => {
  const cloudwatch = new CloudWatchClient({
    ...{ endpoint: operated.runtime.endpoint, region },
    credentials: { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' },
  });
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'as the test says' }));
};

const gated = (tier: 'home' | 'there'): WrittenPlan => ({
  planId: `gated-${tier}`,
  targets: { there: { ...target, role: targetRole, externalId } },
  waves: [
    {
      waveId: 'tier',
      ...(tier === 'there' && { target: 'there' }),
      servers: { tags: { Tier: tier }, minimum: 1 },
      before: [{ kind: 'alarm', actionId: 'green', alarms: ['gate'], okMinutes: 0 }],
    },
  ],
});

describe('an alarm that changes its state', { timeout: patienceMs }, () => {
  it.each([
    ['in the hub', 'home', hub],
    ['in a target, which forwards it,', 'there', target],
  ] as const)('%s wakes the gate that waits for it at once', async (_, tier, place) => {
    await setAlarm(place, 'gate', 'ALARM');
    const id = await operated.drill(gated(tier));
    await operated.said(id, 'ActionProgressed', ({ message }) => message === 'gate is ALARM');
    await setAlarm(place, 'gate', 'OK');
    await operated.said(id, 'ActionCompleted');
    const [completed] = operated.all(id, 'ActionCompleted');
    expect(completed?.metadata.causationId).not.toMatch(/^timer:/);
  });
});

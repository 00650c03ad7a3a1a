import { DrsClient, StartRecoveryCommand, TerminateRecoveryInstancesCommand } from '@aws-sdk/client-drs';
import { expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createLocalDrs } from '../../../../infra/simulated-aws/drs/local-drs.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import type { DrsRecord } from '../../../../infra/simulated-aws/drs/state.ts';
import { createLocalEc2 } from '../../../../infra/simulated-aws/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import type { Ec2Event } from '../../../../infra/simulated-aws/ec2/state-change.ts';
import type { Ec2Record } from '../../../../infra/simulated-aws/ec2/state.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { place, startAt, steady, web1 } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

const standby = 'i-00000000000000001';

/** EC2 in one place with an instance of its own, and what it tells of states. */
const ec2Fixture = (events: object = {}) => {
  const clock = createManualClock(startAt);
  const told: Ec2Event[] = [];
  const ec2 = createLocalEc2({
    ...{ ...place, random: seededRandom(2), clock, journal: openJournal<Ec2Record>(undefined) },
    scenario: ec2Scenario.parse({ instances: [{ id: standby, state: 'running' }], events }),
    launched: () => [],
    emit: (event) => void told.push(event),
  });
  const call = async (Action: string) => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', 'InstanceId.1': standby }).toString();
    return ec2.service.handle({ method: 'POST', path: '/', query: {}, headers: {}, body });
  };
  const states = (): readonly string[] => told.map(({ detail }) => detail.state);
  return { call, clock, told, states, tell: ec2.tell };
};

it('each state that people bring an instance to is an event of EC2, with the one that it passes through', async () => {
  const { call, clock, told, states } = ec2Fixture();
  await call('StopInstances');
  await call('StopInstances');
  await call('StartInstances');
  await call('TerminateInstances');
  await clock.advance(1_000);
  expect(states()).toEqual(['stopping', 'stopped', 'pending', 'running', 'shutting-down', 'terminated']);
  expect(told[0]).toEqual({
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: '111122223333',
    region: 'eu-west-1',
    resources: [`arn:aws:ec2:eu-west-1:111122223333:instance/${standby}`],
    detail: { 'instance-id': standby, state: 'stopping' },
  });
});

it('a state may be told late, twice or never', async () => {
  const lost = ec2Fixture({ lossRate: 1 });
  await lost.call('TerminateInstances');
  await lost.clock.advance(60_000);
  expect(lost.states()).toEqual([]);
  const doubled = ec2Fixture({ duplicateRate: 1, delaySecondsMax: 30 });
  await doubled.call('TerminateInstances');
  expect(doubled.states()).toEqual([]);
  await doubled.clock.advance(60_000);
  expect(doubled.states().toSorted()).toEqual(['shutting-down', 'shutting-down', 'terminated', 'terminated']);
});

it('what DRS launches and ends is announced when it happens, also what a launch ends of an earlier one', async () => {
  const clock = createManualClock(startAt);
  const told: (readonly [string, string, number])[] = [];
  const drs = createLocalDrs({
    ...{ clock, journal: openJournal<DrsRecord>(undefined), ...place, random: seededRandom(7) },
    scenario: parseDrsScenario(steady),
    emit: () => undefined,
    onInstance: (instanceId, state) => told.push([instanceId, state, clock.now()]),
  });
  const client = new DrsClient(clientOptions(drs.service));
  const drill = () =>
    client.send(new StartRecoveryCommand({ isDrill: true, sourceServers: [{ sourceServerID: web1 }] }));
  await drill();
  await clock.advance(3_600_000);
  const [first] = drs.instances();
  expect(told).toEqual([
    [first?.instanceID, 'pending', Math.ceil(first?.launchedAt ?? 0)],
    [first?.instanceID, 'running', Math.ceil(first?.launchedAt ?? 0)],
  ]);
  told.length = 0;
  await drill();
  await clock.advance(3_600_000);
  const [ended, second] = drs.instances();
  expect(told.map(([id, state]) => [id, state])).toEqual([
    [first?.instanceID, 'shutting-down'],
    [first?.instanceID, 'terminated'],
    [second?.instanceID, 'pending'],
    [second?.instanceID, 'running'],
  ]);
  expect(told[1]?.[2]).toBe(Math.ceil(ended?.terminatedAt ?? 0));
  told.length = 0;
  const recoveryInstanceIDs = [second?.instanceID ?? ''];
  await client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
  await clock.advance(3_600_000);
  expect(told.map(([id, state]) => [id, state])).toEqual([
    [second?.instanceID, 'shutting-down'],
    [second?.instanceID, 'terminated'],
  ]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createLocalEc2 } from '../../../../infra/simulated-aws/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import type { Ec2Record } from '../../../../infra/simulated-aws/ec2/state.ts';
import { type Journal, openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { startAt } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';

const idOf = (digit: number): string => `i-0000000000000000${digit}`;

/** Instances that exist: the first runs, the second is stopped, the third is protected against everything. */
const instances = [
  { id: idOf(1), state: 'running', tags: { Name: 'db' } },
  { id: idOf(2), platform: 'windows', bootMode: 'uefi' },
  { id: idOf(3), state: 'running', disableApiTermination: true, disableApiStop: true },
];

const ec2Fixture = (journal: Journal<Ec2Record> = openJournal(undefined), more: object = {}) => {
  const clock = createManualClock(startAt);
  const { service } = createLocalEc2({
    ...{ account: '111122223333', region: 'eu-west-1', random: seededRandom(2), clock, journal },
    scenario: ec2Scenario.parse({ instances, ...more }),
    launched: () => [],
  });
  const call = async (Action: string, form: Record<string, string> = {}) => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', ...form }).toString();
    return service.handle({ method: 'POST', path: '/', query: {}, headers: {}, body });
  };
  const shown = async (digit: number): Promise<string> =>
    (await call('DescribeInstances', { 'InstanceId.1': idOf(digit) })).body;
  const stateOf = async (digit: number) =>
    /<instanceState>.*?<name>(.*?)<\/name>/.exec(await shown(digit))?.[1];
  return { call, shown, stateOf, clock };
};

const first = { 'InstanceId.1': idOf(1) };

describe('an instance that exists', () => {
  it('is shown with what a launch into it depends on', async () => {
    const { shown } = ec2Fixture();
    const stopped = await shown(2);
    for (const text of [
      '<code>80</code><name>stopped</name>',
      '<platform>windows</platform>',
      '<architecture>x86_64</architecture>',
      '<virtualizationType>hvm</virtualizationType>',
      '<rootDeviceType>ebs</rootDeviceType>',
      '<currentInstanceBootMode>uefi</currentInstanceBootMode>',
      `<volumeId>vol-${idOf(2).slice(2)}</volumeId>`,
      '<launchTime>2026-11-22T10:00:00.000Z</launchTime>',
    ])
      expect(stopped).toContain(text);
    // EC2 names the platform of Windows only.
    expect(await shown(1)).not.toContain('<platform>');
  });

  it('is found by the key and by the value of a tag', async () => {
    const { call } = ec2Fixture();
    const filter = { 'Filter.1.Name': 'tag:Name', 'Filter.1.Value.1': 'd?' };
    expect((await call('DescribeInstances', filter)).body).toContain(idOf(1));
    const other = { 'Filter.1.Name': 'tag-key', 'Filter.1.Value.1': 'Owner' };
    expect((await call('DescribeInstances', other)).body).toContain('<reservationSet></reservationSet>');
  });

  it('comes in pages of the size that EC2 pleases, whatever was asked for', async () => {
    const { call } = ec2Fixture(undefined, { pageSizeMax: 2 });
    const page = await call('DescribeInstances', { MaxResults: '1000' });
    const NextToken = /<nextToken>(.*?)<\/nextToken>/.exec(page.body)?.[1] ?? '';
    expect(page.body).not.toContain(idOf(3));
    expect((await call('DescribeInstances', { NextToken })).body).toContain(idOf(3));
  });

  it('is stopped, started and terminated, with the state before and after', async () => {
    const { call, shown, stateOf, clock } = ec2Fixture();
    expect((await call('StopInstances', first)).body).toContain(
      `<instancesSet><item><instanceId>${idOf(1)}</instanceId>` +
        '<currentState><code>80</code><name>stopped</name></currentState>' +
        '<previousState><code>16</code><name>running</name></previousState></item></instancesSet>',
    );
    await clock.advance(60_000);
    await call('StartInstances', first);
    expect(await shown(1)).toContain('<launchTime>2026-11-23T10:01:00.000Z</launchTime>');
    await clock.advance(60_000);
    await call('StartInstances', first);
    // It ran already.
    expect(await shown(1)).toContain('<launchTime>2026-11-23T10:01:00.000Z</launchTime>');
    await call('TerminateInstances', first);
    expect(await stateOf(1)).toBe('terminated');
    expect((await call('TerminateInstances', first)).statusCode).toBe(200);
  });

  it('is kept by its protection until that is switched off', async () => {
    const { call, stateOf } = ec2Fixture();
    const both = { ...first, 'InstanceId.2': idOf(3) };
    expect((await call('TerminateInstances', both)).body).toContain(
      `<Code>OperationNotPermitted</Code><Message>The instance '${idOf(3)}' may not be terminated. ` +
        "Modify its 'disableApiTermination' instance attribute and try again.</Message>",
    );
    expect((await call('StopInstances', both)).body).toContain(
      `The instance '${idOf(3)}' may not be stopped. Modify its 'disableApiStop'`,
    );
    // All of them or none.
    expect([await stateOf(1), await stateOf(3)]).toEqual(['running', 'running']);
    const off = { InstanceId: idOf(3), 'DisableApiTermination.Value': 'false' };
    expect((await call('ModifyInstanceAttribute', off)).body).toContain('<return>true</return>');
    const answers = ['disableApiTermination', 'disableApiStop'].map((Attribute) =>
      call('DescribeInstanceAttribute', { InstanceId: idOf(3), Attribute }),
    );
    const [termination, stop] = await Promise.all(answers);
    expect(termination?.body).toContain('<disableApiTermination><value>false</value>');
    expect(stop?.body).toContain('<disableApiStop><value>true</value>');
    await call('TerminateInstances', both);
    expect([await stateOf(1), await stateOf(3)]).toEqual(['terminated', 'terminated']);
  });

  it('takes tags beside those that it has', async () => {
    const { call, shown } = ec2Fixture();
    const tag = { 'Tag.1.Key': 'AWSDRS', 'Tag.1.Value': 'AllowLaunchingIntoThisInstance' };
    await call('CreateTags', { 'ResourceId.1': idOf(1), ...tag });
    expect(await shown(1)).toContain(
      '<item><key>Name</key><value>db</value></item>' +
        '<item><key>AWSDRS</key><value>AllowLaunchingIntoThisInstance</value></item>',
    );
  });

  it('is after a restart as people left it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec2-'));
    const opened = () => openJournal<Ec2Record>(join(folder, 'ec2.jsonl'));
    try {
      await ec2Fixture(opened()).call('StopInstances', first);
      expect(await ec2Fixture(opened()).stateOf(1)).toBe('stopped');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['StopInstances', {}, 'MissingParameter'],
    ['TerminateInstances', {}, 'MissingParameter'],
    ['CreateTags', { 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' }, 'MissingParameter'],
    ['StartInstances', { 'InstanceId.1': idOf(9) }, 'InvalidInstanceID.NotFound'],
    ['CreateTags', { 'ResourceId.1': idOf(9) }, 'InvalidInstanceID.NotFound'],
    ['DescribeInstanceAttribute', { InstanceId: idOf(9), Attribute: 'disableApiStop' }, 'InvalidInstanceID'],
    ['ModifyInstanceAttribute', { InstanceId: idOf(9) }, 'InvalidInstanceID.NotFound'],
    ['DescribeInstances', { ...first, MaxResults: '5' }, 'InvalidParameterCombination'],
  ])('is left alone by %s of %j', async (action, form, code) => {
    const { call, stateOf } = ec2Fixture();
    const { statusCode, body } = await call(action, form);
    expect([statusCode, /<Code>(.*?)</.exec(body)?.[1]]).toEqual([400, expect.stringContaining(code)]);
    expect(await Promise.all([1, 2, 3].map(stateOf))).toEqual(['running', 'stopped', 'running']);
  });

  it.each(['StartInstances', 'StopInstances'])('takes no %s once it is terminated', async (action) => {
    const { call } = ec2Fixture();
    await call('TerminateInstances', first);
    expect((await call(action, first)).body).toContain('<Code>IncorrectInstanceState</Code>');
  });
});

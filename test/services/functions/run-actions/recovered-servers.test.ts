import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskRequested } from '../../../../contracts/task-events.ts';
import type { RecoveryInstance } from '../../../../services/core/domain/recovery-job.ts';
import type { InstanceFacts } from '../../../../services/core/ports/recovery-service.ts';
import { actionKnobs } from '../../../../services/functions/run-actions/service.ts';
import { openActions } from '../../../support/action-bench.ts';
import {
  aCallback,
  aFunction,
  anAutomation,
  aWave,
  jobId,
  serverId,
  someServers,
} from '../../../support/frozen-wave.ts';

const { quarantineMs, findAgainMs } = actionKnobs.claim;
const parameters = { Ids: ['${servers.instanceIds}'], Hosts: ['${servers.privateAddresses}'] };
const definition = aWave('app', {
  servers: someServers(3),
  success: { atLeast: 2 },
  after: [anAutomation('smoke', { parameters })],
});

const addressed = (instanceId: string, privateAddress: string): InstanceFacts => ({
  ...{ instanceId, privateAddress, availabilityZone: 'eu-west-1a' },
});
const instanceOf = (n: number, job: number, instanceId: string): RecoveryInstance => ({
  ...{ sourceServerId: serverId(n), instanceId, state: 'RUNNING', isDrill: true, jobId: jobId(job) },
});

/** Two of three servers have been launched; the log of their job named the instances of `named` only. */
const launched = async (named: Readonly<Record<number, string>>, wave = definition) => {
  const instances: InstanceFacts[] = [];
  const inDrs: RecoveryInstance[] = [];
  const bench = await openActions(wave, {
    describeInstances: async (_target, ids) => instances.filter(({ instanceId }) => ids.includes(instanceId)),
    describeRecoveryInstances: async (_target, ids = []) =>
      inDrs.filter(({ sourceServerId }) => ids.includes(sourceServerId)),
  });
  const servers = [1, 2, 3].map(serverId);
  const inJob = { waveId: 'app', attempt: 1, job: 1 };
  const endedAt = new Date(bench.clock.now()).toISOString();
  await bench.say(
    { type: 'DRSJobClaimed', data: { ...inJob, tryNumber: 1, servers } },
    {
      type: 'DRSJobStarted',
      data: { ...inJob, tryNumber: 1, servers, jobId: jobId(1), ...wave.target, adopted: false },
    },
    {
      type: 'DRSJobCompleted',
      data: {
        ...{ ...inJob, jobId: jobId(1), createdAt: endedAt, endedAt },
        servers: servers.map((sourceServerId, index) => {
          const instanceId = named[index + 1];
          return {
            ...{ sourceServerId, name: `server-${index + 1}`, phases: {}, jobId: jobId(1) },
            launchResult: index === 2 ? ('FAILED' as const) : ('LAUNCHED' as const),
            ...(instanceId !== undefined && { instanceId }),
          };
        }),
      },
    },
  );
  return { ...bench, instances, inDrs };
};

/** The job ends otherwise than it was shown: the second server has failed. */
const takeBack = async (bench: Awaited<ReturnType<typeof launched>>): Promise<void> => {
  await bench.say({
    type: 'DRSJobCompleted',
    data: {
      ...{ waveId: 'app', attempt: 1, job: 1, jobId: jobId(1) },
      ...{ createdAt: '2026-01-05T00:00:00.000Z', endedAt: '2026-01-05T00:01:00.000Z' },
      servers: [1, 2, 3].map((n) => ({
        ...{ sourceServerId: serverId(n), name: `server-${n}`, phases: {}, jobId: jobId(1) },
        launchResult: n === 1 ? ('LAUNCHED' as const) : ('FAILED' as const),
      })),
    },
  });
};

const both = { 1: 'i-1', 2: 'i-2' };
const told = (bench: Awaited<ReturnType<typeof launched>>) =>
  bench.ssm.startedAutomations().map(({ parameters: given }) => given);
const smoke = 'after/smoke';

describe('a runbook after the recovery', () => {
  let bench: Awaited<ReturnType<typeof launched>>;
  beforeEach(async () => {
    bench = await launched(both);
  });

  it('is told of the servers that were launched, and of no other', async () => {
    bench.instances.push(addressed('i-2', '10.0.0.2'), addressed('i-1', '10.0.0.1'));
    await bench.run();
    expect(told(bench)).toEqual([{ Ids: ['i-1', 'i-2'], Hosts: ['10.0.0.1', '10.0.0.2'] }]);
  });

  it('waits while EC2 does not show one of them, and then is told of all', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'));
    await bench.run();
    expect(told(bench)).toEqual([]);
    expect(await bench.action(smoke)).toBeUndefined();
    expect(bench.delays).toEqual([findAgainMs]);
    bench.instances.push(addressed('i-2', '10.0.0.2'));
    await bench.clock.advance(findAgainMs);
    await bench.run();
    expect(told(bench)).toEqual([{ Ids: ['i-1', 'i-2'], Hosts: ['10.0.0.1', '10.0.0.2'] }]);
  });

  it('waits while EC2 shows one of them without an address', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'), { instanceId: 'i-2' });
    await bench.run();
    expect(told(bench)).toEqual([]);
  });

  it('fails with the reason, and is never started, when EC2 does not show one of them at all', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'));
    await bench.run();
    await bench.clock.advance(quarantineMs - 1);
    await bench.run();
    expect(await bench.action(smoke)).toBeUndefined();
    await bench.clock.advance(1);
    await bench.run();
    expect(await bench.action(smoke)).toMatchObject({
      ...{ status: 'FAILED', cause: 'refused' },
      message: 'not started, since neither DRS nor EC2 says ${servers.privateAddresses} of server-2',
    });
    expect(told(bench)).toEqual([]);
  });

  it('is not said to have failed when another handler, which knows all, claims it meanwhile', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'));
    await bench.run();
    await bench.clock.advance(quarantineMs);
    bench.rival.atClaim = async () => {
      bench.instances.push(addressed('i-2', '10.0.0.2'));
      await bench.run();
    };
    await bench.run();
    expect(bench.rival.atClaim).toBeUndefined();
    expect(await bench.action(smoke)).toMatchObject({ status: 'RUNNING' });
    expect(told(bench)).toHaveLength(1);
  });

  it('that may have been started is asked for again with what it was told first, whatever has changed', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-2', '10.0.0.2'));
    const asked: unknown[] = [];
    const busy: typeof bench.ssm.start = async (_target, { parameters: given }) => {
      asked.push(given);
      return { status: 'later', message: 'no answer' };
    };
    await bench.run({ start: busy });
    await takeBack(bench);
    await bench.clock.advance(quarantineMs);
    await bench.run({ start: busy });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]).toEqual({ Ids: ['i-1', 'i-2'], Hosts: ['10.0.0.1', '10.0.0.2'] });
  });

  it('that an earlier version claimed is left to people when what it was told is not to be had again', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-2', '10.0.0.2'));
    await bench.run({ start: async () => ({ status: 'later', message: 'no answer' }) });
    await bench.forgetTold();
    bench.instances.pop();
    await bench.clock.advance(actionKnobs.claim.giveUpMs - 1);
    await bench.run();
    expect(await bench.action(smoke)).toMatchObject({ status: 'CLAIMED' });
    await bench.clock.advance(1);
    await bench.run();
    expect(await bench.action(smoke)).toMatchObject({ status: 'FAILED', cause: 'failed' });
    expect(bench.events.slice(-2)).toEqual(['ActionFailed', 'OperatorNeeded']);
    expect(told(bench)).toEqual([]);
  });

  it('that may have been started is not started again with fewer servers', async () => {
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-2', '10.0.0.2'));
    await expect(
      bench.run({
        start: async (...asked) => {
          await bench.ssm.start(...asked);
          throw new Error('died');
        },
      }),
    ).rejects.toThrow('died');
    bench.instances.pop();
    await bench.clock.advance(findAgainMs);
    await bench.run();
    expect(await bench.action(smoke)).toMatchObject({ status: 'RUNNING' });
    expect(told(bench)).toHaveLength(1);
  });
});

describe('who else is asked after the recovery', () => {
  const later = { status: 'later', message: 'no answer' } as const;
  const hear = async (action: Parameters<typeof aWave>[1]): Promise<Awaited<ReturnType<typeof launched>>> => {
    const bench = await launched(both, { ...definition, ...action });
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-2', '10.0.0.2'));
    return bench;
  };

  it.each(['durable', 'poll'] as const)(
    'is told the same at each repeat, a function in the mode %s',
    async (mode) => {
      const bench = await hear({ after: [aFunction('smoke', { mode, parameters })] });
      const asked: string[] = [];
      const busy = async (_target: unknown, { payload }: { readonly payload: string }) => {
        asked.push(payload);
        return later;
      };
      const run = () => bench.run({}, {}, { startDurable: busy, poll: busy });
      await run();
      if (mode === 'poll') await run();
      await takeBack(bench);
      await bench.clock.advance(quarantineMs);
      await run();
      expect(asked).toHaveLength(2);
      expect(asked[1]).toBe(asked[0]);
      expect(asked[0]).toContain('10.0.0.2');
    },
  );

  it('is told the same at each repeat, a worker also of the servers themselves', async () => {
    const bench = await hear({ after: [aCallback('smoke', { parameters })] });
    const asked: TaskRequested[] = [];
    const dies = async (task: TaskRequested): Promise<never> => {
      asked.push(task);
      throw new Error('died');
    };
    await bench.run({}, { request: dies }).catch(() => undefined);
    await takeBack(bench);
    await bench.clock.advance(quarantineMs);
    await bench.run({}, { request: dies }).catch(() => undefined);
    const [first, second] = asked.map(({ parameters: given, servers }) => ({ given, servers }));
    expect(first?.servers).toHaveLength(2);
    expect(second).toEqual(first);
  });
});

describe('an instance that the log of its job did not name in time', () => {
  it('is the one that DRS shows of the same job', async () => {
    const bench = await launched({ 1: 'i-1' });
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-new', '10.0.0.9'));
    bench.inDrs.push(instanceOf(2, 9, 'i-old'), instanceOf(2, 1, 'i-new'));
    await bench.run();
    expect(told(bench)).toEqual([{ Ids: ['i-1', 'i-new'], Hosts: ['10.0.0.1', '10.0.0.9'] }]);
  });

  it("is waited for while DRS shows another job's only", async () => {
    const bench = await launched({ 1: 'i-1' });
    bench.instances.push(addressed('i-1', '10.0.0.1'), addressed('i-old', '10.0.0.8'));
    bench.inDrs.push(instanceOf(2, 9, 'i-old'));
    await bench.run();
    expect(told(bench)).toEqual([]);
    expect(await bench.action(smoke)).toBeUndefined();
  });
});

describe('a runbook that asks for nothing about servers', () => {
  it('starts without a question to DRS or EC2', async () => {
    const wave = { ...definition, after: [anAutomation('smoke', { parameters: { Wave: ['${wave.id}'] } })] };
    const bench = await launched({ 1: 'i-1' }, wave);
    await bench.run();
    expect(told(bench)).toEqual([{ Wave: ['app'] }]);
  });
});

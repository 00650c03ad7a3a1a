import { noWayHome } from '../../../memory/homeward-reader.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { noFunctions } from '../../../memory/function-service.ts';
import { noTraffic } from '../../../memory/traffic-service.ts';
import { describe, expect, it } from 'vitest';
import { createAcceptExecution } from '../../../../services/functions/accept-execution/service.ts';
import { takeLeases } from '../../../../services/functions/accept-execution/leases.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { around } from '../../../memory/answers.ts';
import { createMemoryRecoveryService } from '../../../memory/recovery-service.ts';
import type { RecoveryService } from '../../../../services/core/ports/recovery-service.ts';
import type { Wake } from '../../../../services/core/ports/timers.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../../../services/core/streams/plan-store.ts';
import { recordRequest } from '../../../../services/core/streams/record-request.ts';
import { anythingAllowed } from '../../../support/anything-allowed.ts';
import { aWave, someServers } from '../../../support/frozen-wave.ts';
import { home } from '../../../support/memory-deployment.ts';
import { ThrottlingException } from '../../../support/throttled-recovery.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const asked = {
  requestId: 'request',
  planId: 'wide',
  mode: 'DRILL' as const,
  requestedBy: 'somebody',
};
const executionId = executionIdOf('request');
const minute = 60_000;

/** An intake over memory, whose time stands still until a test moves it, and whose DRS answers as a test says. */
const setUp = async (servers = 3) => {
  let now = Date.UTC(2026, 0, 5);
  const clock = { now: () => now };
  const store = createMemoryRecordStore();
  const drs = createMemoryRecoveryService(clock, wideModel(servers));
  const said: string[] = [];
  const wakes: (readonly [Wake, number])[] = [];
  const questions: string[] = [];
  let refuses: (name: string) => boolean = () => false;
  const counted = around<RecoveryService>(drs, async (name, call) => {
    questions.push(name);
    if (refuses(name)) throw new ThrottlingException('Rate exceeded');
    return call();
  });
  const ports = {
    store,
    clock,
    recovery: counted,
    home,
    alarms: createMemoryAlarmReader(),
    calendars: createMemoryCalendarReader(),
    functions: noFunctions.reader,
    traffic: noTraffic,
    homeward: noWayHome,
    allowed: anythingAllowed,
    runbooks: { read: async () => ({ status: 'unknown' as const, message: 'nobody asks' }) },
    bus: {
      publish: async (events: readonly { readonly type: string }[]) =>
        void said.push(...events.map(({ type }) => type)),
    },
    timers: {
      set: async (wake: Wake, delayMs: number) => void wakes.push([wake, delayMs]),
      ensure: async () => undefined,
      setIfSooner: async () => undefined,
    },
    log: { info: () => undefined, warn: () => undefined },
  };
  await putPlan(store, widePlan(1, servers), new Date(now).toISOString());
  return {
    ...{ ports, store, said, wakes, questions },
    intake: createAcceptExecution(ports),
    status: async () => (await readExecution(store, executionId)).status,
    pass: (ms: number) => void (now += ms),
    refuse: (which: typeof refuses) => void (refuses = which),
  };
};
const wake: Wake = { service: 'accept-execution', executionId };

describe('the intake', () => {
  it('has the request on record before it asks DRS anything', async () => {
    const { intake, status, refuse, said, wakes } = await setUp();
    refuse(() => true);
    await intake.accept(asked, 'event');
    expect(await status()).toBe('REQUESTED');
    expect(said).toEqual(['ExecutionAccepted']);
    expect(wakes).toEqual([[wake, 2_000]]);
  });

  it('goes on from where a throttled run stopped, and asks for nothing twice that is still good', async () => {
    const { intake, status, refuse, questions } = await setUp();
    refuse((name) => name === 'describeJobsSince');
    await intake.accept(asked, 'event');
    const first = questions.splice(0);
    expect(first.filter((name) => name === 'describeLaunchConfiguration')).toHaveLength(3);
    refuse(() => false);
    await intake.resume(wake, 'timer');
    expect(questions).toEqual(['describeJobsSince']);
    expect(await status()).toBe('RUNNING');
  });

  it('asks again about what a launch could destroy or collide with when its answer is a minute old', async () => {
    const { intake, status, refuse, pass, questions } = await setUp();
    refuse((name) => name === 'describeJobsSince');
    await intake.accept(asked, 'event');
    questions.splice(0);
    refuse(() => false);
    pass(minute);
    await intake.resume(wake, 'timer');
    expect(questions.toSorted()).toEqual([
      'describeJobsSince',
      'describeMachinesOf',
      'describeRecoveryInstances',
    ]);
    expect(await status()).toBe('RUNNING');
  });

  it('pauses the longer the longer nothing is answered, and lets its run fail after a quarter of an hour', async () => {
    const { intake, refuse, pass, wakes } = await setUp();
    refuse(() => true);
    await intake.accept(asked, 'event');
    pass(10_000);
    await intake.resume(wake, 'timer');
    pass(5 * minute);
    await intake.resume(wake, 'timer');
    expect(wakes.map(([, delayMs]) => delayMs)).toEqual([2_000, 10_000, 30_000]);
    pass(11 * minute);
    await expect(intake.resume(wake, 'timer')).rejects.toThrow('Rate exceeded');
  });

  it('notes an outage now and then, not in each of the runs that meet it', async () => {
    const { intake, pass, refuse, store } = await setUp();
    refuse(() => true);
    await intake.accept(asked, 'event');
    for (let run = 0; run < 40; run++) {
      pass(15_000);
      await intake.resume(wake, 'timer');
    }
    const pages = await Promise.all(
      Array.from({ length: 40 }, (_, page) =>
        store.read({ kind: 'check', id: `${executionId}/before/${page}` }),
      ),
    );
    expect(pages.filter((page) => page !== undefined)).toHaveLength(5);
  });

  it('starts nothing anew for a repeat of the request', async () => {
    const { intake, said, status } = await setUp();
    await intake.accept(asked, 'event');
    await intake.accept({ ...asked, mode: 'DRILL', reason: 'again' }, 'event-again');
    await intake.resume(wake, 'timer');
    expect(said).toEqual(['ExecutionAccepted', 'ExecutionStarted']);
    expect(await status()).toBe('RUNNING');
  });

  it('freezes the calendars of the request', async () => {
    const { intake, store } = await setUp();
    await intake.accept({ ...asked, calendars: ['freeze', 'freeze'] }, 'event');
    expect((await readExecution(store, executionId)).calendars).toEqual(['freeze']);
  });

  it('starts what is in time, and refuses what is late without asking anything', async () => {
    const startBy = '2026-01-05T00:00:00.000Z';
    const inTime = await setUp();
    await inTime.intake.accept({ ...asked, startBy }, 'event');
    expect(await inTime.status()).toBe('RUNNING');
    const late = await setUp();
    late.pass(1);
    await late.intake.accept({ ...asked, startBy }, 'event');
    expect(await late.status()).toBe('REJECTED');
    expect(late.questions).toEqual([]);
  });

  it('refuses what became late while it was asked about', async () => {
    const { intake, status, pass, ports, said } = await setUp();
    const slow = createAcceptExecution({
      ...ports,
      recovery: {
        ...ports.recovery,
        describeSourceServers: async (...given) => {
          pass(1);
          return ports.recovery.describeSourceServers(...given);
        },
      },
    });
    await slow.accept({ ...asked, startBy: '2026-01-05T00:00:00.000Z' }, 'event');
    expect(await status()).toBe('REJECTED');
    await intake.resume(wake, 'timer');
    expect(said).toEqual(['ExecutionAccepted', 'ExecutionRejected']);
  });

  it('survives a death at any of its calls, and starts once', async () => {
    for (let calls = 0; ; calls++) {
      const { ports, store, said, status } = await setUp();
      let left = calls;
      const mortal = <Port extends object>(port: Port): Port =>
        around(port, async (_name, call) => {
          if (left-- <= 0) throw new Error('the sandbox died');
          return call();
        });
      const dying = { ...ports, store: mortal(store), bus: mortal(ports.bus), timers: mortal(ports.timers) };
      const isAlive = await createAcceptExecution(dying)
        .accept(asked, 'event')
        .then(
          () => true,
          () => false,
        );
      await createAcceptExecution(ports).accept(asked, 'event');
      expect([calls, await status()]).toEqual([calls, 'RUNNING']);
      expect(new Set(said)).toEqual(new Set(['ExecutionAccepted', 'ExecutionStarted']));
      if (isAlive) return;
    }
  });

  it('refuses thousands of servers in an event that can still be carried', async () => {
    const { intake, store, status } = await setUp(1_000);
    await putPlan(
      store,
      { ...widePlan(1, 1_000), targets: { there: { account: '444455556666', region: 'eu-west-1' } } },
      '2026-01-05T00:00:00.000Z',
    );
    await store.write({ kind: 'stream', id: 'other' }, { state: { status: 'RUNNING' } }, 0);
    for (const { sourceServerId } of someServers(1_000))
      await store.write(
        { kind: 'lease', id: `${home.account}/${home.region}/${sourceServerId}` },
        { executionId: 'other' },
        0,
      );
    await intake.accept(asked, 'event');
    expect(await status()).toBe('REJECTED');
    const record = await store.read({ kind: 'stream', id: executionId });
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
  });
});

describe('leases', () => {
  const waves = [aWave('w', { servers: someServers(120) })];

  const request = async (
    store: ReturnType<typeof createMemoryRecordStore>,
    requestId: string,
    at: number,
  ) => {
    await recordRequest(store, { ...asked, requestId }, 'event', at);
    return { executionId: executionIdOf(requestId), startedAt: at, mode: asked.mode };
  };

  it('of two requests that meet are those of one: the earlier waits until the later is decided', async () => {
    const store = createMemoryRecordStore();
    const early = await request(store, 'early', 1_000);
    const late = await request(store, 'late', 2_000);
    const [first, second] = await Promise.all([
      takeLeases(store, late, waves),
      takeLeases(store, early, waves),
    ]);
    expect(first.faults.length === 0 && !first.undecided).toBe(true);
    expect(second).toMatchObject({ faults: [], undecided: true });
    expect((await takeLeases(store, late, waves)).faults).toEqual([]);
  });

  it('refuse the later of two requests, which stops taking what the earlier may still want', async () => {
    const store = createMemoryRecordStore();
    const early = await request(store, 'early', 1_000);
    const late = await request(store, 'late', 2_000);
    await takeLeases(store, early, [aWave('w', { servers: someServers(1) })]);
    const { faults } = await takeLeases(store, late, waves);
    expect(faults).toHaveLength(1);
    const key = (n: number) => `${home.account}/${home.region}/s-${String(n).padStart(17, '0')}`;
    expect(await store.read({ kind: 'lease', id: key(2) })).toBeDefined();
    expect(await store.read({ kind: 'lease', id: key(120) })).toBeUndefined();
  });

  it('remember from whom they were taken over, so that a death before the second check does not skip it', async () => {
    const store = createMemoryRecordStore();
    const ended = { state: { status: 'COMPLETED' } };
    await store.write({ kind: 'stream', id: 'ended' }, ended, 0);
    const id = `${home.account}/${home.region}/${someServers(1)[0]?.sourceServerId}`;
    await store.write({ kind: 'lease', id }, { executionId: 'ended' }, 0);
    const claimant = await request(store, 'next', 1_000);
    expect((await takeLeases(store, claimant, waves)).takenOver).toBe(true);
    expect((await takeLeases(store, claimant, waves)).takenOver).toBe(true);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Mode } from '../../../../contracts/identifiers.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { initialExecution, type ExecutionState } from '../../../../services/core/domain/execution-state.ts';
import { append, emptyStream } from '../../../../services/core/kernel/stream.ts';
import { evolveExecution } from '../../../../services/core/domain/execution-state.ts';
import type { AlarmFact } from '../../../../services/core/ports/alarm-reader.ts';
import { alarmWatchKey, watchersOf } from '../../../../services/core/ports/alarm-watch.ts';
import type { Wake } from '../../../../services/core/ports/timers.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { writeFrozenPlan } from '../../../../services/core/streams/frozen-plan.ts';
import { createAdvanceExecution } from '../../../../services/functions/advance-execution/service.ts';
import { lookAtStopAlarms } from '../../../../services/functions/run-actions/stop-alarms.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { createMemoryEventBus } from '../../../memory/event-bus.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const executionId = 'exec-00000000000000000001';
const target = { account: '111122223333', region: 'eu-west-1' };

/** A running execution, what run-actions sees of its alarms, and what advance-execution makes of that. */
const open = async (mode: Mode = 'DRILL') => {
  const store = createMemoryRecordStore();
  const clock = createManualClock(Date.UTC(2026, 0, 5));
  const said: string[] = [];
  const timers: (readonly [string, number])[] = [];
  const alarms: AlarmFact[] = [];
  const control: { failure?: Error } = {};
  const frozenHash = await writeFrozenPlan(store, [aWave('a'), { ...aWave('b'), dependsOn: ['a'] }], 240);
  const started = {
    type: 'ExecutionStarted' as const,
    data: {
      ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash, mode },
      ...{ requestedBy: 'x', reason: '', waveCount: 2, serverCount: 2, overrides: [] },
      stopWhen: [{ alarms: ['errors'], do: 'pause' as const, target }],
    },
  };
  const empty = emptyStream<ExecutionState>(executionId, executionId, initialExecution);
  const record = append(empty, evolveExecution, [started], 'test', clock.now());
  await store.write({ kind: 'stream', id: executionId }, { ...record, outbox: [] }, 0);
  const set = async (wake: Wake, delayMs: number) => void timers.push([wake.service, delayMs]);
  const core = {
    ...{ store, clock, log: { info: () => undefined, warn: () => undefined } },
    bus: createMemoryEventBus(({ type }) => void said.push(type)),
    timers: { set, ensure: set, setIfSooner: set },
    alarms: createMemoryAlarmReader(() => {
      if (control.failure !== undefined) throw control.failure;
      return alarms;
    }),
  };
  const advancing = createAdvanceExecution({ ...core, calendars: createMemoryCalendarReader() });
  return {
    ...{ store, clock, said, timers, control },
    is: (state: AlarmFact['state']) =>
      void alarms.splice(0, 1, { name: 'errors', state, since: clock.now() }),
    look: () => lookAtStopAlarms(core, executionId),
    advance: () => advancing.advance({ service: 'advance-execution', executionId }, 'test'),
    resume: () =>
      advancing.decide(
        executionId,
        { decision: 'resume', decisionId: `resume-${clock.now()}`, by: 'ops', reason: '' },
        'test',
      ),
    status: async () => (await readExecution(store, executionId)).status,
  };
};

let bench: Awaited<ReturnType<typeof open>>;
beforeEach(async () => void (bench = await open()));

describe('the look at alarms that stop drills', () => {
  it('sets the next look, has CloudWatch’s events wake the execution, and wakes nobody for an alarm that is OK', async () => {
    bench.is('OK');
    await bench.look();
    expect(bench.timers).toEqual([['run-actions', 60_000]]);
    expect(await watchersOf(bench.store, alarmWatchKey(target, 'errors'), bench.clock.now())).toMatchObject([
      { executionId },
    ]);
  });

  it('puts a rise on record, so that no wave starts over it, whoever comes first', async () => {
    bench.is('ALARM');
    await bench.look();
    expect(bench.timers).toContainEqual(['advance-execution', 0]);
    bench.is('OK');
    await bench.look();
    await bench.advance();
    expect(bench.said).toEqual(['AlarmRaised', 'ExecutionPaused']);
    expect(await bench.status()).toBe('PAUSED');
  });

  it('asks for a decision until one is made, and rests while the drill is paused', async () => {
    bench.is('ALARM');
    await bench.look();
    await bench.look();
    expect(bench.timers.filter(([service]) => service === 'advance-execution')).toHaveLength(2);
    await bench.advance();
    bench.timers.length = 0;
    await bench.look();
    expect(bench.timers).toEqual([]);
  });

  it('begins again when somebody resumes, who is not stopped by the same rise', async () => {
    bench.is('ALARM');
    await bench.look();
    await bench.advance();
    bench.timers.length = 0;
    await bench.resume();
    expect(bench.timers).toContainEqual(['run-actions', 0]);
    await bench.look();
    await bench.advance();
    expect(await bench.status()).toBe('RUNNING');
    await bench.clock.advance(60_000);
    bench.is('ALARM');
    await bench.look();
    await bench.advance();
    expect(await bench.status()).toBe('PAUSED');
  });

  it('tells a recovery once, and stops it never', async () => {
    bench = await open('RECOVERY');
    for (let times = 0; times < 3; times++) {
      bench.is('ALARM');
      await bench.look();
      await bench.advance();
      await bench.clock.advance(60_000);
    }
    expect(bench.said.filter((type) => type === 'AlarmRaised')).toHaveLength(1);
    expect(await bench.status()).toBe('RUNNING');
  });

  it('looks again where CloudWatch does not answer', async () => {
    bench.control.failure = new Error('no answer');
    await bench.look();
    expect(bench.timers).toEqual([['run-actions', 60_000]]);
    expect(await bench.status()).toBe('RUNNING');
  });
});

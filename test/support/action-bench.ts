import { createMemoryAlarmReader } from '../memory/alarm-reader.ts';
import { createMemoryFunctionService, type FunctionModel } from '../memory/function-service.ts';
import type { FunctionService } from '../../services/core/ports/function-service.ts';
import type { AlarmFact } from '../../services/core/ports/alarm-reader.ts';
import type { Recorded } from '../../contracts/envelope.ts';
import type { TaskReport } from '../../contracts/task-events.ts';
import { createMemoryTrafficService } from '../memory/traffic-service.ts';
import { createMemoryTaskBoard } from '../memory/task-board.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Mode } from '../../contracts/identifiers.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import { createManualClock } from '../../infra/simulated-aws/clock.ts';
import { evolveExecution, initialExecution } from '../../services/core/domain/execution-state.ts';
import { readStream } from '../../services/core/kernel/read-stream.ts';
import { waveStream } from '../../services/core/kernel/stream-names.ts';
import { append, emptyStream } from '../../services/core/kernel/stream.ts';
import { createTransact } from '../../services/core/kernel/transact.ts';
import type { AutomationService } from '../../services/core/ports/automation-service.ts';
import { createMemoryAutomationService } from '../memory/automation-service.ts';
import { createMemoryEventBus } from '../memory/event-bus.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import type { RecordKey } from '../../services/core/ports/record-store.ts';
import type { Wake } from '../../services/core/ports/timers.ts';
import type { TrafficService } from '../../services/core/ports/traffic-service.ts';
import type { TaskBoard } from '../../services/core/ports/task-board.ts';
import type { RecoveryService } from '../../services/core/ports/recovery-service.ts';
import type { ApprovalAnswer } from '../../services/core/domain/wave/answers.ts';
import { actionKnobs, createRunActions } from '../../services/functions/run-actions/service.ts';
import { writeFrozenPlan } from '../../services/core/streams/frozen-plan.ts';
import { readWaveState, waveAddress, waveKind } from '../../services/core/streams/wave-stream.ts';

const executionId = 'exec-00000000000000000001';

const startedWith = (definition: FrozenWave, frozenHash: string, mode: Mode) => [
  {
    type: 'ExecutionStarted' as const,
    data: {
      ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash, mode },
      ...{ requestedBy: 'x', reason: '', waveCount: 1, serverCount: 1, overrides: [] },
    },
  },
  {
    type: 'WaveStarted' as const,
    data: { waveId: definition.waveId, attempt: 1, mode, definition },
  },
];

/** run-actions over memory, in a running execution of one wave; an automation ends only when it is stopped. */
export const openActions = async (
  definition: FrozenWave,
  recovery: Partial<RecoveryService> = {},
  models: Readonly<Record<string, FunctionModel>> = {},
  mode: Mode = 'DRILL',
) => {
  const { waveId } = definition;
  const clock = createManualClock(Date.UTC(2026, 0, 5));
  const store = createMemoryRecordStore();
  const ssm = createMemoryAutomationService(clock, () => ({
    endsAfterMs: Infinity,
    end: { status: 'succeeded', ssmStatus: 'Success', outputs: {} },
  }));
  const facts = startedWith(definition, await writeFrozenPlan(store, [definition], 240), mode);
  const empty = emptyStream(executionId, executionId, initialExecution);
  const record = append(empty, evolveExecution, facts, 'test', clock.now());
  await store.write({ kind: 'stream', id: executionId }, { ...record, outbox: [] }, 0);

  const said: Recorded[] = [];
  const events: string[] = [];
  const delays: number[] = [];
  /** When the timer of each quarantine fires, epoch ms. */
  const quarantines = new Map<string, number>();
  const rival: { atClaim?: () => Promise<unknown> } = {};
  const told: RecordKey[] = [];
  const racing: typeof store = {
    ...store,
    async write(key, ...written) {
      if (key.kind === 'told') told.push(key);
      const { atClaim } = rival;
      if (key.kind === 'stream' && atClaim !== undefined) {
        delete rival.atClaim;
        await atClaim().catch(() => undefined);
      }
      return store.write(key, ...written);
    },
  };
  const alarms: AlarmFact[] = [];
  const failure: { alarms?: Error } = {};
  const failAlarms = (error: Error): void => void (failure.alarms = error);
  const lambda = createMemoryFunctionService(clock, models);
  const core = {
    alarms: createMemoryAlarmReader(() => {
      if (failure.alarms !== undefined) throw failure.alarms;
      return alarms;
    }),
    ...{ store: racing, clock, log: { info: () => undefined, warn: () => undefined } },
    bus: createMemoryEventBus((event) => {
      said.push(event);
      events.push(event.type);
    }),
    timers: {
      set: async (_wake: unknown, delayMs: number) => void delays.push(delayMs),
      setIfSooner: () => Promise.reject(new Error('actions put off no timer')),
      ensure: async (wake: Wake, delayMs: number) => {
        const { endedWait } = wake;
        if (endedWait !== undefined && !quarantines.has(endedWait))
          quarantines.set(endedWait, clock.now() + delayMs);
      },
    },
    // A call of DRS or EC2 that a test does not expect fails it.
    recovery: recovery as RecoveryService,
  };
  const tasks = createMemoryTaskBoard();
  const traffic = createMemoryTrafficService(clock);
  const wake = { service: 'run-actions' as const, executionId, waveId };
  /** Looks at the wave, for each quarantine that is over or, where none is, without one. */
  const run = async (
    automation: Partial<AutomationService> = {},
    board: Partial<TaskBoard> = {},
    functions: Partial<FunctionService> = {},
    moved: Partial<TrafficService> = {},
  ): Promise<void> => {
    const over = [...quarantines].flatMap(([name, at]) => (at <= clock.now() ? [name] : []));
    over.forEach((name) => quarantines.delete(name));
    const wakes = over.length === 0 ? [wake] : over.map((endedWait) => ({ ...wake, endedWait }));
    for (const each of wakes)
      await createRunActions(
        {
          ...core,
          tasks: { ...tasks, ...board },
          automation: { ...ssm, ...automation },
          functions: { ...lambda.service, ...functions },
          traffic: { ...traffic, ...moved },
        },
        actionKnobs,
      ).run(each, 'test');
  };
  const answer = (given: ApprovalAnswer) =>
    createRunActions(
      { ...core, tasks, traffic, automation: ssm, functions: lambda.service },
      actionKnobs,
    ).answer(wake, given, 'test');
  /** Gives why the report is nobody's, if it is. */
  const report = (said: TaskReport, reportId: string) =>
    createRunActions(
      { ...core, tasks, traffic, automation: ssm, functions: lambda.service },
      actionKnobs,
    ).report(said, reportId);
  const say = (...said: readonly WaveFact[]) =>
    createTransact('watch-jobs', core, waveKind)(waveAddress(executionId, waveId), 'test', () => said);
  const stopWave = () => say({ type: 'WaveStopped', data: { waveId, attempt: 1, reason: 'cancelled' } });
  /** What the wave's stream has on record and nobody has published yet. */
  const unpublished = async (): Promise<readonly Recorded[]> =>
    (await readStream(store, waveStream(executionId, waveId)))?.body.outbox ?? [];
  /** Takes what tries were told off the record, where an earlier version put nothing. */
  const forgetTold = async (): Promise<void> => {
    for (const key of told) await store.remove(key, (await store.read(key))?.revision ?? 0);
  };
  const action = async (key: string) => (await readWaveState(store, executionId, waveId)).actions[key];
  return {
    clock,
    ssm,
    tasks,
    lambda,
    traffic,
    alarms,
    failAlarms,
    said,
    events,
    delays,
    quarantines,
    run,
    answer,
    report,
    say,
    stopWave,
    unpublished,
    forgetTold,
    action,
    rival,
  };
};

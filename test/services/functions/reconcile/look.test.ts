import { describe, expect, it } from 'vitest';
import { initialExecution, type ExecutionState } from '../../../../services/core/domain/execution-state.ts';
import { initialWave, type WaveState } from '../../../../services/core/domain/wave/state.ts';
import { emptyStream } from '../../../../services/core/kernel/stream.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import type { Timers, Wake } from '../../../../services/core/ports/timers.ts';
import { createReconcile } from '../../../../services/functions/reconcile/service.ts';
import { writeFrozenPlan } from '../../../../services/core/streams/frozen-plan.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { recordRequest } from '../../../../services/core/streams/record-request.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const executionId = 'exec-1';
const minute = 60_000;
/** No thorough look is due at this minute, and one at the next. */
const usual = 9 * minute;
const thorough = 10 * minute;

const putStream = (store: RecordStore, id: string, state: unknown) =>
  store.write({ kind: 'stream', id }, emptyStream(id, executionId, state), 0);

/** One wave that waits for its launcher. */
const underWay = async (
  wave: Partial<WaveState> = {},
  changes: Partial<ExecutionState> = {},
  minutes: { readonly wave?: number; readonly execution?: number } = {},
) => {
  const store = createMemoryRecordStore();
  const definition = aWave('w', { timeoutMinutes: minutes.wave ?? 240 });
  const frozenHash = await writeFrozenPlan(store, [definition], minutes.execution ?? 240);
  const progress = { status: 'STARTED' as const, attempt: 1, startedAt: 0, satisfied: false };
  const waves = { w: { ...progress, launched: 0, failed: 0, timedOut: false } };
  const state = { ...initialExecution, status: 'RUNNING' as const, frozenHash, waveCount: 1, active: 1 };
  await putStream(store, executionId, { ...state, waves, ...changes });
  await putStream(store, `${executionId}/w`, { ...initialWave, attempt: 1, ...wave });
  return store;
};

const look = async (store: RecordStore, now: number, isFailing = false, id = executionId) => {
  const asked: string[] = [];
  const ask =
    (how: keyof Timers): Timers['set'] =>
    async ({ service, waveId }: Wake, delayMs) => {
      if (isFailing && how === 'ensure') throw new Error('the queue does not answer');
      asked.push(`${how} ${service}${waveId === undefined ? '' : `/${waveId}`} ${delayMs}`);
    };
  const timers = { set: ask('set'), ensure: ask('ensure'), setIfSooner: ask('setIfSooner') };
  const log = { info: () => undefined, warn: () => undefined };
  const looking = createReconcile({ store, timers, log, clock: { now: () => now } }).reconcile;
  await looking({ service: 'reconcile', executionId: id }).catch(() => asked.push('died'));
  return asked;
};

/** Whom the sweep over all open executions wakes. */
const sweep = async (store: RecordStore) => {
  const woken: string[] = [];
  const ensure: Timers['ensure'] = async (wake) => void woken.push(`${wake.service} ${wake.executionId}`);
  const set = () => Promise.reject(new Error('no timer is moved'));
  const timers = { set, setIfSooner: set, ensure };
  const log = { info: () => undefined, warn: () => undefined };
  await createReconcile({ store, timers, log, clock: { now: () => 0 } }).sweep();
  return woken;
};

describe('a look at an execution', () => {
  it('plans the next before all else, so that a look that dies delays nothing', async () => {
    const store = await underWay();
    expect(await look(store, usual)).toEqual(['set reconcile 120000', 'ensure launch-wave/w 0']);
    expect(await look(store, usual, true)).toEqual(['set reconcile 120000', 'died']);
  });

  it('wakes the execution too every five minutes, for waves that could start', async () => {
    const store = await underWay();
    expect(await look(store, thorough)).toEqual([
      'set reconcile 120000',
      'ensure launch-wave/w 0',
      'ensure advance-execution 0',
    ]);
  });

  it('comes in time for the warning of a time-out and for the time-out, of a wave and of the execution', async () => {
    const usually = ['set reconcile 120000', 'ensure launch-wave/w 0'];
    const speaking = [...usually, 'ensure advance-execution 0'];
    for (const timeouts of [{ wave: 10 }, { execution: 10 }]) {
      const store = await underWay({}, {}, timeouts);
      expect(await look(store, 4 * minute)).toEqual(usually);
      expect(await look(store, 7 * minute)).toEqual([...usually, 'set reconcile 60000']);
      expect(await look(store, 8 * minute)).toEqual(speaking);
      expect(await look(store, 9 * minute)).toEqual([...speaking, 'set reconcile 60001']);
      expect(await look(store, 10 * minute - 500)).toEqual([...speaking, 'set reconcile 1000']);
    }
  });

  it('comes at its usual times when a time-out has been spoken of', async () => {
    const spoken = { warned: true, timedOut: true };
    const progress = { status: 'STARTED' as const, attempt: 1, startedAt: 0, satisfied: false };
    const waves = { w: { ...progress, launched: 0, failed: 0, ...spoken } };
    const store = await underWay({}, { ...spoken, waves }, { wave: 10, execution: 10 });
    expect(await look(store, 9 * minute)).toEqual(['set reconcile 120000', 'ensure launch-wave/w 0']);
  });

  it('wakes the execution at once when a wave has settled, and when nothing runs', async () => {
    const settled = await underWay({ stopped: 'the execution was cancelled' });
    expect(await look(settled, usual)).toEqual(['set reconcile 120000', 'ensure advance-execution 0']);
    const still = await underWay({}, { waves: {}, active: 0 });
    expect(await look(still, usual)).toEqual(['set reconcile 120000', 'ensure advance-execution 0']);
  });

  it('closes the books of one that has ended, and plans no other look', async () => {
    const store = await underWay({}, { status: 'COMPLETED', waves: {}, active: 0, concluded: 1 });
    expect(await look(store, usual)).toEqual([]);
    expect(await store.openExecutions()).toEqual([]);
  });

  it('wakes the intake for a request whose row was written and whose event was never published', async () => {
    const store = createMemoryRecordStore();
    const asked = { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ann' } as const;
    expect(await recordRequest(store, asked, 'api:r', 0)).toEqual({ status: 'recorded' });
    const id = executionIdOf('r');
    expect(await sweep(store)).toEqual([`reconcile ${id}`]);
    expect(await look(store, usual, false, id)).toEqual([
      'set reconcile 120000',
      'ensure accept-execution 0',
      'ensure accept-execution 0',
    ]);
  });

  it('does nothing about an execution that there is not', async () => {
    expect(await look(createMemoryRecordStore(), thorough)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { initialExecution } from '../../../../services/core/domain/execution-state.ts';
import { initialWave } from '../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../services/core/domain/wave/evolve.ts';
import { append, emptyStream, type StreamRecord } from '../../../../services/core/kernel/stream.ts';
import { createTransact } from '../../../../services/core/kernel/transact.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { Wake } from '../../../../services/core/ports/timers.ts';
import { createReconcile } from '../../../../services/functions/reconcile/service.ts';
import { executionAddress, executionKind } from '../../../../services/core/streams/execution-stream.ts';
import { openWave } from '../../../../services/core/streams/wave-session.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const executionId = 'exec-00000000000000000001';

/** A store with its bus, which accepts nothing while it is down. */
const createWorld = () => {
  const store = createMemoryRecordStore();
  const published: Recorded[] = [];
  const wakes: Wake[] = [];
  const bus = { isDown: false };
  const wake = async (asked: Wake) => void wakes.push(asked);
  const ports = {
    store,
    bus: {
      publish: async (events: readonly Recorded[]) => {
        if (bus.isDown) throw new Error('the bus does not answer');
        published.push(...events);
      },
    },
    timers: { set: wake, ensure: wake, setIfSooner: wake },
    clock: { now: () => 0 },
    log: { info: () => undefined, warn: () => undefined },
  };
  const look = async (): Promise<readonly Wake[]> => {
    wakes.length = 0;
    await createReconcile(ports).reconcile({ service: 'reconcile', executionId });
    return wakes.filter(({ service }) => service !== 'reconcile');
  };
  return { ports, store, bus, published, look };
};

describe('what a crash left unpublished', () => {
  it('of a wave that has ended is published by its speaker, and only then are the books closed', async () => {
    const { ports, store, published, look } = createWorld();
    const progress = { status: 'COMPLETED' as const, attempt: 1, startedAt: 0, satisfied: true };
    const waves = { w: { ...progress, launched: 1, failed: 0, timedOut: false } };
    const ended = { ...initialExecution, status: 'COMPLETED' as const, waves, concluded: 1, waveCount: 1 };
    const index = { executionId, planId: 'p', status: 'COMPLETED', startedAt: '', open: true };
    await store.write(
      { kind: 'stream', id: executionId },
      emptyStream(executionId, executionId, ended),
      0,
      index,
    );
    const inJob = { waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers: [serverId(1)] };
    const left = append(
      emptyStream(`${executionId}/w`, executionId, initialWave),
      evolveWave,
      [{ type: 'DRSJobClaimed', data: inJob }],
      'cause',
      0,
    );
    await store.write({ kind: 'stream', id: `${executionId}/w` }, left, 0);

    const wake: Wake = { service: 'launch-wave', executionId, waveId: 'w' };
    expect(await look()).toEqual([wake]);
    expect(await store.openExecutions()).toHaveLength(1);
    expect(await openWave(ports, 'launch-wave', wake, 'timer')).toBeUndefined();
    expect(published).toEqual(left.outbox);
    expect(await look()).toEqual([]);
    expect(await store.openExecutions()).toEqual([]);
  });

  it('of a request that was refused is found among the open executions', async () => {
    const { ports, store, bus, published, look } = createWorld();
    const transact = createTransact('accept-execution', ports, executionKind);
    const refusal: ExecutionFact = {
      type: 'ExecutionRejected',
      data: { requestId: 'r', planId: 'p', faults: [{ path: 'planId', message: 'there is no plan p' }] },
    };
    bus.isDown = true;
    await expect(transact(executionAddress(executionId), 'request', () => [refusal])).rejects.toThrow(
      'the bus does not answer',
    );
    expect((await store.openExecutions()).map(({ status }) => status)).toEqual(['REJECTED']);

    bus.isDown = false;
    expect(await look()).toEqual([{ service: 'accept-execution', executionId }]);
    await transact(executionAddress(executionId), 'timer', () => []);
    expect(published.map(({ type }) => type)).toEqual(['ExecutionRejected']);
    expect(await look()).toEqual([]);
    expect(await store.openExecutions()).toEqual([]);
    const stored = await store.read<StreamRecord<unknown>>({ kind: 'stream', id: executionId });
    expect(stored?.body.outbox).toEqual([]);
  });
});

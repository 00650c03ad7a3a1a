import { describe, expect, it } from 'vitest';
import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { createTransact } from '../../../../services/core/kernel/transact.ts';
import { pagedRecords } from '../../../../services/core/ports/paged-records.ts';
import { cleanUpAddress, cleanUpKind } from '../../../../services/core/streams/clean-up-stream.ts';
import { executionAddress, executionKind } from '../../../../services/core/streams/execution-stream.ts';
import { holdForCleanUp } from '../../../../services/core/streams/leases.ts';
import { takeLeases, type Claimant } from '../../../../services/functions/accept-execution/leases.ts';
import { createMemoryEventBus } from '../../../memory/event-bus.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const wave = aWave('w');
const drill = 'exec-0000000000000000000d';

/** A drill that has ended, whose clean-up runs, or has come to its end, and holds its server. */
const drilled = async (isRunning: boolean) => {
  const ports = {
    store: pagedRecords(createMemoryRecordStore()),
    bus: createMemoryEventBus(() => undefined),
    timers: { set: async () => undefined, ensure: async () => undefined, setIfSooner: async () => undefined },
    clock: { now: () => Date.UTC(2026, 0, 5) },
  };
  const ended = { type: 'ExecutionFailed', data: {} } as ExecutionFact;
  await createTransact('advance-execution', ports, executionKind)(executionAddress(drill), 'test', () => [
    ended,
  ]);
  const facts = [
    { type: 'CleanUpStarted', data: { run: 1 } },
    ...(isRunning ? [] : [{ type: 'CleanUpCompleted', data: { run: 1, terminated: 0 } }]),
  ] as readonly CleanUpFact[];
  await createTransact('clean-up-drill', ports, cleanUpKind)(cleanUpAddress(drill), 'test', () => facts);
  const held = await holdForCleanUp(ports.store, drill, wave.target, [serverId(1)]);
  expect(held.size).toBe(0);
  return (claimant: Partial<Claimant>) =>
    takeLeases(
      ports.store,
      { executionId: 'exec-00000000000000000001', startedAt: 1, mode: 'RECOVERY', ...claimant },
      [wave],
    );
};

describe('servers that a clean-up has in hand', () => {
  it('are not waited for by a real recovery', async () => {
    const take = await drilled(true);
    expect(await take({})).toEqual({ faults: [], takenOver: true, undecided: false });
  });

  it.each<[string, Partial<Claimant>]>([
    ['a drill', { mode: 'DRILL' }],
    ['a failback, which would find what its drill has reversed being taken back', { direction: 'failback' }],
  ])('are refused to %s, until the clean-up has ended', async (_who, claimant) => {
    const { faults } = await (await drilled(true))(claimant);
    expect(faults).toEqual([
      {
        path: 'waves.w',
        message: `${serverId(1)} is being cleaned up after drill ${drill}`,
        expected: 'a request after the end of that clean-up',
      },
    ]);
    expect((await (await drilled(false))(claimant)).faults).toEqual([]);
  });
});

import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import { createAdvanceExecution } from '../../../../services/functions/advance-execution/service.ts';
import { evolveExecution, initialExecution } from '../../../../services/core/domain/execution-state.ts';
import { append, emptyStream } from '../../../../services/core/kernel/stream.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import type { RecordKey, RecordStore } from '../../../../services/core/ports/record-store.ts';
import { readExecution } from '../../../../services/core/streams/execution-stream.ts';
import { writeFrozenPlan } from '../../../../services/core/streams/frozen-plan.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const executionId = 'exec-00000000000000000001';
const cancel = { decision: 'cancel', decisionId: 'd', by: 'operator', reason: 'enough' } as const;

/** What the intake saves when an execution of two waves in turn starts. */
const start = async (store: RecordStore): Promise<void> => {
  const frozenHash = await writeFrozenPlan(store, [aWave('a'), { ...aWave('b'), dependsOn: ['a'] }], 240);
  const record = append(
    emptyStream(executionId, executionId, initialExecution),
    evolveExecution,
    [
      {
        type: 'ExecutionStarted',
        data: {
          requestId: 'r',
          planId: 'p',
          planVersion: 1,
          planHash: 'h',
          frozenHash,
          mode: 'DRILL',
          requestedBy: 'somebody',
          reason: '',
          waveCount: 2,
          serverCount: 2,
          overrides: [],
        },
      },
    ],
    'request',
    0,
  );
  expect(await store.write({ kind: 'stream', id: executionId }, record, 0)).toBe('written');
};

/** Cancels an execution that starts as soon as the cancelling handler has read so many records. */
const cancelling = async (readsBefore: number) => {
  const store = createMemoryRecordStore();
  const published: Recorded[] = [];
  let reads = 0;
  const read = async <Body>(key: RecordKey) => {
    if (reads === readsBefore) await start(store);
    reads += 1;
    return store.read<Body>(key);
  };
  const { decide } = createAdvanceExecution({
    store: { ...store, read },
    bus: { publish: async (events) => void published.push(...events) },
    timers: { set: async () => undefined, ensure: async () => undefined, setIfSooner: async () => undefined },
    clock: { now: () => 1_000 },
    calendars: createMemoryCalendarReader(),
  });
  await decide(executionId, cancel, 'decision');
  return { execution: await readExecution(store, executionId), published, reads };
};

it.each([0, 1])(
  'a cancellation leaves out every wave of an execution that started after its read %i',
  async (readsBefore) => {
    const { execution, published, reads } = await cancelling(readsBefore);
    expect(reads).toBeGreaterThan(readsBefore);
    expect(execution.status).toBe('CANCELLED');
    expect(published.filter(({ type }) => type === 'WaveSkipped').map(({ data }) => data)).toMatchObject([
      { waveId: 'a' },
      { waveId: 'b' },
    ]);
  },
);

import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { Recorded } from '../../../../contracts/envelope.ts';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import {
  executionStates,
  initialExecution,
  progressStatuses,
  type ExecutionState,
  type ExecutionStatus,
  type WaveProgress,
} from '../../../../services/core/domain/execution-state.ts';
import { emptyStream, type StreamRecord } from '../../../../services/core/kernel/stream.ts';
import { createMemoryEventBus } from '../../../memory/event-bus.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createRunActions } from '../../../../services/functions/run-actions/service.ts';

const executionId = 'exec-00000000000000000001';
const key = { kind: 'stream' as const, id: executionId };
const wake = { service: 'run-actions' as const, executionId, waveId: 'app' };

type WaveStatus = WaveProgress['status'] | 'WAITING';

const stateOf = (status: ExecutionStatus, wave: WaveStatus): ExecutionState => ({
  ...initialExecution,
  status,
  waveCount: 1,
  waves:
    wave === 'WAITING'
      ? {}
      : {
          app: {
            ...{ status: wave, attempt: 1, startedAt: 0, satisfied: false },
            ...{ launched: 0, failed: 0, timedOut: false },
          },
        },
});

const open = async (status: ExecutionStatus, wave: WaveStatus) => {
  const store = createMemoryRecordStore();
  const told: Recorded[] = [];
  const warned: unknown[] = [];
  if (status !== 'NONE')
    await store.write(key, emptyStream(executionId, executionId, stateOf(status, wave)), 0);
  const actions = createRunActions({
    ...{ store, clock: createManualClock(0), bus: createMemoryEventBus((event) => void told.push(event)) },
    log: { info: () => undefined, warn: (...said) => void warned.push(said) },
    // Whoever answers for a wave that does not run has nothing to ask of AWS, and nothing to wait for.
    ...{
      automation: {} as never,
      recovery: {} as never,
      timers: {} as never,
      tasks: {} as never,
      alarms: {} as never,
      functions: {} as never,
      traffic: {} as never,
    },
  });
  const answer = (word: 'approve' | 'decline') =>
    actions.answer(
      wake,
      {
        ...{ approved: word === 'approve', actionId: 'go', by: 'ana', reason: 'seen', decisionId: 'd-1' },
      },
      'test',
    );
  const state = async () => (await store.read<StreamRecord<ExecutionState>>(key))?.body.state;
  return { answer, told, state, warned };
};

/** Every status in which a wave does not run: it waits, or has an end, or an operator has to decide on it. */
const waveStatuses = (['WAITING', ...progressStatuses] as const).filter((status) => status !== 'STARTED');
const cells = executionStates
  .filter((status) => status !== 'NONE')
  .flatMap((status) =>
    waveStatuses.flatMap((wave) => (['approve', 'decline'] as const).map((word) => ({ status, wave, word }))),
  );

describe('an answer to an approval of a wave that does not run', () => {
  it.each(cells)(
    'is refused once, with the reason: $word of a wave that is $wave in an execution that is $status',
    async ({ status, wave, word }) => {
      const { answer, told, state } = await open(status, wave);
      await answer(word);
      await answer(word);
      const refused: ExecutionFact = {
        type: 'DecisionRefused',
        data: {
          ...{ decisionId: 'd-1', decision: word, by: 'ana', waveId: 'app', actionId: 'go' },
          reason: `wave app is ${wave}; none of its approvals waits`,
        },
      };
      expect(told.map(({ type, data }) => ({ type, data }))).toEqual([refused]);
      // Nothing else has changed: the execution and its wave stand where they stood.
      expect(await state()).toEqual({ ...stateOf(status, wave), decisions: ['d-1'] });
    },
  );

  it.each(['approve', 'decline'] as const)(
    'says nothing to %s in an execution that is none',
    async (word) => {
      const { answer, told, state } = await open('NONE', 'WAITING');
      await answer(word);
      expect([told, await state()]).toEqual([[], undefined]);
    },
  );

  it('is logged each time, with whether it was refused just now', async () => {
    const { answer, warned } = await open('RUNNING', 'WAITING');
    await answer('approve');
    await answer('approve');
    const who = { executionId, waveId: 'app', actionId: 'go', by: 'ana' };
    expect(warned).toEqual([
      ['an approval answer did not apply', { ...who, refused: true }],
      ['an approval answer did not apply', { ...who, refused: false }],
    ]);
  });
});

import { expect, it } from 'vitest';
import type { DeadLetter } from '../../../../services/core/ports/dead-letters.ts';
import { createRedriveDeadLetters } from '../../../../services/functions/redrive-dead-letters/service.ts';

const executionId = 'exec-0123456789abcdef0123';
const own = (id: string) =>
  JSON.stringify({
    source: 'groundswell',
    'detail-type': 'WaveStarted',
    detail: { metadata: { executionId: id } },
  });
const request = JSON.stringify({ source: 'groundswell', 'detail-type': 'ExecutionRequested', detail: {} });
const hint = JSON.stringify({
  source: 'aws.drs',
  'detail-type': 'DRS Source Server Launch Result',
  detail: {},
});

const run = async (bodies: readonly string[], failing?: string) => {
  const told = { reconciled: [] as string[], parked: [] as string[], removed: [] as string[] };
  const redrive = createRedriveDeadLetters({
    deadLetters: {
      receive: async () => bodies.map((body, index): DeadLetter => ({ receipt: `r${index}`, body })),
      remove: async ({ receipt }) => void told.removed.push(receipt),
    },
    timers: {
      set: async () => Promise.reject(new Error('a timer that is to fire must be left alone')),
      setIfSooner: async () => Promise.reject(new Error('a timer that is to fire must be left alone')),
      ensure: async (wake, delayMs) => {
        if (wake.executionId === failing) throw new Error('throttled');
        told.reconciled.push(`${wake.service} ${wake.executionId} ${delayMs}`);
      },
    },
    log: { info: () => undefined, warn: () => undefined },
    park: async ({ receipt }, reason) => void told.parked.push(`${receipt}: ${reason}`),
  });
  const error = await redrive().catch((thrown: unknown) => thrown);
  return { ...told, error };
};

it("a dead letter about an execution wakes that execution's reconciler and is removed", async () => {
  expect(await run([own(executionId)])).toEqual({
    reconciled: [`reconcile ${executionId} 0`],
    parked: [],
    removed: ['r0'],
    error: undefined,
  });
});

it('a dead request is parked for an operator and never repeated', async () => {
  expect(await run([request])).toEqual({
    reconciled: [],
    parked: ['r0: ExecutionRequested was not acted on; ask again if it is still wanted'],
    removed: ['r0'],
    error: undefined,
  });
});

it('a dead decision is parked too, and its execution is looked at: what followed from it may not have been said', async () => {
  const decision = JSON.stringify({
    source: 'groundswell',
    'detail-type': 'PauseRequested',
    detail: { data: { executionId } },
  });
  expect(await run([decision])).toEqual({
    reconciled: [`reconcile ${executionId} 0`],
    parked: ['r0: PauseRequested was not acted on; ask again if it is still wanted'],
    removed: ['r0'],
    error: undefined,
  });
});

it('a dead hint is dropped', async () => {
  expect(await run([hint])).toEqual({ reconciled: [], parked: [], removed: ['r0'], error: undefined });
});

it('a letter that fails stays, the others are dealt with, and the run fails at its end', async () => {
  const failing = 'exec-00000000000000000000';
  const { reconciled, removed, error } = await run([own(failing), own(executionId), hint], failing);
  expect(reconciled).toEqual([`reconcile ${executionId} 0`]);
  expect(removed).toEqual(['r1', 'r2']);
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as AggregateError).message).toBe('1 dead letters could not be dealt with');
});

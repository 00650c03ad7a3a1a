import { expect, it } from 'vitest';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { initialCleanUp } from '../../../../services/core/domain/clean-up/state.ts';
import type { Plan } from '../../../../contracts/plan.ts';
import { initialExecution } from '../../../../services/core/domain/execution-state.ts';
import { putPlan } from '../../../../services/core/streams/plan-store.ts';
import { readOverdueProofs } from '../../../../services/core/streams/overdue-proofs.ts';
import { cleanUpStream } from '../../../../services/core/kernel/stream-names.ts';
import { survey } from '../../../../services/functions/reconcile/survey.ts';

const now = Date.parse('2026-05-04T12:00:00Z');

it('a survey of nothing says that it took place, and that nothing is old', async () => {
  expect(await survey(createMemoryRecordStore(), now, 0)).toEqual([
    { name: 'Sweeps', value: 1 },
    { name: 'OpenExecutions', value: 0 },
    { name: 'OldestOpenMinutes', value: 0 },
    { name: 'OpenCleanUps', value: 0 },
    { name: 'OverdueCleanUps', value: 0 },
    { name: 'OverdueProofs', value: 0 },
  ]);
});

it('a survey tells how old the oldest open execution is, and what is held at each place', async () => {
  const store = createMemoryRecordStore();
  const index = { planId: 'shop', status: 'RUNNING', open: true };
  const times = ['2026-05-04T11:50:00Z', '2026-05-04T09:00:00Z'];
  for (const [n, startedAt] of times.entries())
    await store.write({ kind: 'stream', id: `e${n}` }, {}, 0, { ...index, executionId: `e${n}`, startedAt });
  const hold = { holdId: 'h', executionId: 'e0', waveId: 'web', servers: 7 };
  const ledger = { holds: [hold, { ...hold, holdId: 'i' }], waiting: [{ ...hold, holdId: 'j' }] };
  await store.write({ kind: 'capacity', id: '111122223333/eu-west-1' }, ledger, 0);
  const dimensions = { Place: '111122223333/eu-west-1' };
  expect(await survey(store, now, 0)).toEqual([
    { name: 'Sweeps', value: 1 },
    { name: 'OpenExecutions', value: 2 },
    { name: 'OldestOpenMinutes', value: 180 },
    { name: 'OpenCleanUps', value: 0 },
    { name: 'OverdueCleanUps', value: 0 },
    { name: 'OverdueProofs', value: 0 },
    { name: 'JobsHeld', value: 2, dimensions },
    { name: 'ServersHeld', value: 14, dimensions },
  ]);
});

it.each([
  ['AWAITED', { dueAt: now + 1 }, 0],
  ['AWAITED', { dueAt: now - 3_599_000 }, 0],
  ['AWAITED', { dueAt: now - 3_600_000 }, 1],
  ['RUNNING', { startedAt: now - 3_600_000 }, 1],
  ['FAILED', { startedAt: now - 3_600_000 }, 1],
] as const)(
  'a survey tells a drill whose clean-up is %s %j from an execution that is stuck',
  async (status, times, overdue) => {
    const store = createMemoryRecordStore();
    const executionId = 'exec-0123456789abcdef0123';
    const index = { executionId, planId: 'shop', status: 'COMPLETED', startedAt: '2026-05-01T12:00:00Z' };
    await store.write({ kind: 'stream', id: executionId }, {}, 0, { ...index, open: true });
    const state = { ...initialCleanUp, status, ...times };
    await store.write({ kind: 'stream', id: cleanUpStream(executionId) }, { state }, 0);
    expect(await survey(store, now, 0)).toEqual([
      { name: 'Sweeps', value: 1 },
      { name: 'OpenExecutions', value: 0 },
      { name: 'OldestOpenMinutes', value: 0 },
      { name: 'OpenCleanUps', value: 1 },
      { name: 'OverdueCleanUps', value: overdue },
      { name: 'OverdueProofs', value: 0 },
    ]);
  },
);

const day = 86_400_000;

it.each([
  ['never, within its time', undefined, 'DRILL', 30, 20, 0],
  ['never, and its time is over', undefined, 'DRILL', 30, 31, 1],
  ['by a drill within its time', 29, 'DRILL', 30, 100, 0],
  ['by a drill too long ago', 31, 'DRILL', 30, 100, 1],
  ['by a real recovery alone', 1, 'RECOVERY', 30, 100, 1],
  ['too long ago, where it does not matter', 31, 'DRILL', undefined, 100, 0],
] as const)(
  'a survey counts a plan proven %s',
  async (_what, provenDays, mode, within, storedDays, overdue) => {
    const store = createMemoryRecordStore();
    const plan = { planId: 'shop', waves: [], ...(within !== undefined && { provenWithinDays: within }) };
    await putPlan(store, plan as unknown as Plan, new Date(now - storedDays * day).toISOString());
    // A newer version does not begin the time anew.
    await putPlan(store, { ...plan, description: 'new' } as unknown as Plan, new Date(now).toISOString());
    const executionId = 'exec-0123456789abcdef0123';
    if (provenDays !== undefined) {
      const endedAt = now - provenDays * day;
      const index = {
        executionId,
        planId: 'shop',
        status: 'COMPLETED',
        startedAt: new Date(endedAt).toISOString(),
      };
      const state = { ...initialExecution, status: 'COMPLETED', mode, endedAt };
      await store.write({ kind: 'stream', id: executionId }, { state }, 0, { ...index, open: false });
    }
    const { length } = await readOverdueProofs(store, now);
    expect(await survey(store, now, length)).toContainEqual({ name: 'OverdueProofs', value: overdue });
  },
);

import { beforeEach, describe, expect, it } from 'vitest';
import { initialExecution, type ExecutionState } from '../../../../services/core/domain/execution-state.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import {
  listExecutions,
  openExecutions,
  type WantedExecutions,
} from '../../../../services/core/streams/list-executions.ts';
import { readDecisions } from '../../../../services/core/streams/read-decisions.ts';
import { executionKind } from '../../../../services/core/streams/execution-stream.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const begin = Date.parse('2026-03-01T08:00:00Z');
const idOf = (n: number): string => `exec-${String(n).padStart(20, '0')}`;

let store: RecordStore;
beforeEach(() => {
  store = createMemoryRecordStore();
});

/** One minute after the other; its stream alone, as a list needs no more. */
const put = async (n: number, more: Partial<ExecutionState>): Promise<void> => {
  const startedAt = begin + n * 60_000;
  const state = { ...initialExecution, status: 'COMPLETED' as const, planId: 'shop', startedAt, ...more };
  const body = { stream: idOf(n), executionId: idOf(n), state, version: 1, outbox: [], lastHash: '' };
  const index = executionKind.indexOf?.(idOf(n), state);
  const isOpen = !['COMPLETED', 'REJECTED'].includes(state.status);
  await store.write({ kind: 'stream', id: idOf(n) }, body, 0, index && { ...index, open: isOpen });
};

const found = async (wanted: Partial<WantedExecutions>): Promise<readonly string[]> =>
  (await listExecutions(store, { limit: 25, ...wanted })).executions.map(({ executionId }) => executionId);

describe('a list of executions', () => {
  it('is narrowed by plan, mode, person, text and time, newest first', async () => {
    await put(1, { requestedBy: 'alice', mode: 'DRILL' });
    await put(2, { requestedBy: 'bob', mode: 'RECOVERY', planId: 'ledger' });
    const request = { planId: 'shop', mode: 'DRILL' as const, reason: 'The yearly test' };
    await put(3, { requestedBy: 'Alice', mode: 'DRILL', request });
    expect(await found({})).toEqual([idOf(3), idOf(2), idOf(1)]);
    expect(await found({ plan: 'ledger' })).toEqual([idOf(2)]);
    expect(await found({ mode: 'RECOVERY' })).toEqual([idOf(2)]);
    expect(await found({ by: ' ALICE ' })).toEqual([idOf(3), idOf(1)]);
    expect(await found({ text: 'YEARLY' })).toEqual([idOf(3)]);
    expect(await found({ from: '2026-03-01T08:02:00Z', to: '2026-03-01T10:02:30+02:00' })).toEqual([idOf(2)]);
  });

  it('goes on where the page before it ended, and reads nothing twice or never', async () => {
    for (let n = 0; n < 130; n++) await put(n, { requestedBy: n % 3 === 0 ? 'alice' : 'bob' });
    const pages: string[] = [];
    for (let after: string | undefined, count = 0; count < 20; count++) {
      const page = await listExecutions(store, { by: 'alice', limit: 7, ...(after && { after }) });
      pages.push(...page.executions.map(({ executionId }) => executionId));
      after = page.next;
      if (after === undefined) break;
    }
    const all = Array.from({ length: 130 }, (_, n) => n).filter((n) => n % 3 === 0);
    expect(pages).toEqual(all.toReversed().map(idOf));
  });

  it('ends a page early where few of many are wanted, and says where to go on', async () => {
    for (let n = 0; n < 450; n++) await put(n, { requestedBy: n === 0 ? 'alice' : 'bob' });
    const page = await listExecutions(store, { by: 'alice', limit: 25 });
    expect(page.executions).toEqual([]);
    const rest = await listExecutions(store, { by: 'alice', limit: 25, after: page.next });
    expect(rest.executions).toMatchObject([{ executionId: idOf(0), requestedBy: 'alice' }]);
    expect(rest.next).toBeUndefined();
  });
});

describe('what has not ended', () => {
  it('is found however many newer executions there are, and so is what it waits for', async () => {
    const approval = { expiresAt: begin + 3_600_000 };
    await put(0, { status: 'AWAITING_APPROVAL', mode: 'RECOVERY', requestedBy: 'alice', approval });
    for (let n = 1; n < 60; n++) await put(n, { status: 'REJECTED' });
    expect(await openExecutions(store)).toMatchObject([{ executionId: idOf(0), mode: 'RECOVERY' }]);
    expect(await readDecisions(store, begin)).toMatchObject([
      { executionId: idOf(0), kind: 'second-person', until: '2026-03-01T09:00:00.000Z' },
    ]);
  });
});

import { computed, signal } from '@preact/signals';
import type { ExecutionSnapshot } from '../../../contracts/api.ts';
import type { ExecutionView, ViewEvent } from '../../view/execution-view.ts';
import { viewOf } from '../../view/fold.ts';
import { inOrder } from '../../view/order.ts';
import { currentView, plannedView } from '../../view/planned-view.ts';
import { createConditionalGet, messageOf } from './api.ts';
import { listen } from './live.ts';

const readAgainMs = 700;
const tries = 30;

/** One execution as the page knows it: its records, its events, and the place in a replay. */
export const openExecution = (executionId: string) => {
  const snapshot = signal<ExecutionSnapshot | undefined>(undefined);
  const known = signal<readonly ViewEvent[]>([]);
  const fault = signal('');
  /** How many events are shown; undefined: all, live. */
  const shown = signal<number | undefined>(undefined);

  const readSnapshot = createConditionalGet<ExecutionSnapshot>(`/executions/${executionId}`);
  const readEvents = createConditionalGet<{ readonly events: readonly ViewEvent[] }>(
    `/executions/${executionId}/events`,
  );
  let waiting: ViewEvent[] = [];
  let isClosed = false;

  const take = (events: readonly ViewEvent[]): void => {
    if (events.length > 0) known.value = inOrder([...known.value, ...events]);
  };

  const refresh = async (left = tries): Promise<void> => {
    try {
      const [newer, history] = [await readSnapshot(), await readEvents()];
      if (newer !== undefined) snapshot.value = newer;
      take(history?.events ?? []);
      fault.value = '';
    } catch (error) {
      // A request that was just made is taken up within moments; a network that was cut comes back.
      if (left > 0 && !isClosed) setTimeout(() => void refresh(left - 1), readAgainMs);
      else fault.value = messageOf(error);
    }
  };

  const flush = (): void => {
    const events = waiting;
    waiting = [];
    take(events);
    if (events.some(({ type }) => type === 'ExecutionStarted' || type.startsWith('ExecutionC')))
      void refresh();
  };

  const end = listen({
    onReset: () => void refresh(),
    onEvent: (event) => {
      if (event.metadata.executionId !== executionId) return;
      if (waiting.push(event) === 1) requestAnimationFrame(flush);
    },
  });
  void refresh();

  const view = computed<ExecutionView | undefined>(() => {
    const base = snapshot.value;
    if (base === undefined) return undefined;
    const hasHistory = known.value.some(({ metadata }) => metadata.version === 1);
    if (!hasHistory) return currentView(base);
    return viewOf(plannedView(base), known.value.slice(0, shown.value));
  });
  return {
    executionId,
    view,
    events: known,
    shown,
    fault,
    close(): void {
      isClosed = true;
      end();
    },
  };
};

export type ExecutionStore = ReturnType<typeof openExecution>;

import { computed, signal } from '@preact/signals';
import type { ExecutionSnapshot } from '../../../../contracts/api.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { viewOf } from '../../../core/view/fold.ts';
import { beginHistory, replanned, withEvents, type History } from '../../../core/view/history.ts';
import { currentView, plannedView } from '../../../core/view/planned-view.ts';
import { readExecution } from './execution-reader.ts';
import { followForecast } from './forecast-store.ts';
import { listen } from './live.ts';

/** The shape of the plan: while it stays, a later snapshot tells the history nothing new. */
const shapeOf = ({ planId, waves }: ExecutionSnapshot): string =>
  JSON.stringify([planId, waves.map(({ waveId, servers }) => [waveId, servers.length])]);

/** What is known of an execution: what was planned, and the events since. */
const createKnowledge = () => {
  const snapshot = signal<ExecutionSnapshot | undefined>(undefined);
  const history = signal<History | undefined>(undefined);
  /** What passed before it was known what had been planned. */
  let early: readonly DomainEvent[] = [];
  return {
    snapshot,
    history,
    plan: (newer: ExecutionSnapshot): void => {
      const known = snapshot.value;
      snapshot.value = newer;
      if (known !== undefined && shapeOf(known) === shapeOf(newer)) return;
      const planned = plannedView(newer);
      history.value =
        history.value === undefined
          ? withEvents(beginHistory(planned), early)
          : replanned(history.value, planned);
    },
    take: (events: readonly DomainEvent[]): void => {
      if (history.value === undefined) early = [...early, ...events];
      else history.value = withEvents(history.value, events);
    },
  };
};

/** Collects what passes until the next frame, so that a burst is drawn once. */
const createBatch = (take: (events: readonly DomainEvent[]) => void) => {
  let waiting: DomainEvent[] = [];
  const flush = (): void => {
    const events = waiting;
    waiting = [];
    take(events);
  };
  return (event: DomainEvent): void => {
    if (waiting.push(event) === 1) requestAnimationFrame(flush);
  };
};

/** Events after which the records say more than the events do. */
const isTurn = ({ type }: DomainEvent): boolean =>
  type === 'ExecutionStarted' || type.startsWith('ExecutionC');

/** One execution as the page knows it: its records, its events, and the place in a replay. */
export const openExecution = (executionId: string) => {
  const { snapshot, history, plan, take } = createKnowledge();
  /** How many events are shown; undefined: all, live. */
  const shown = signal<number | undefined>(undefined);
  const { fault, refresh, close } = readExecution(executionId, { plan, take });
  const hear = createBatch((events) => {
    take(events);
    if (events.some(isTurn)) refresh();
  });
  const end = listen({
    onReset: refresh,
    onEvent: (event) => {
      if (event.metadata.executionId === executionId) hear(event);
    },
  });
  refresh();
  const view = computed<ExecutionView | undefined>(() => {
    const [base, known] = [snapshot.value, history.value];
    if (base === undefined || known === undefined) return undefined;
    const isWhole = known.events.some(({ metadata }) => metadata.version === 1);
    if (!isWhole) return currentView(base);
    return shown.value === undefined ? known.view : viewOf(known.planned, known.events.slice(0, shown.value));
  });
  const { expected, close: forget } = followForecast(executionId, view);
  return {
    ...{ executionId, view, shown, fault, expected },
    events: computed(() => history.value?.events ?? []),
    close(): void {
      close();
      end();
      forget();
    },
  };
};

export type ExecutionStore = ReturnType<typeof openExecution>;

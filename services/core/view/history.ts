import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { ExecutionView } from './execution-view.ts';
import { viewOf } from './fold.ts';
import { inOrder } from './order.ts';

/** The events of an execution that are known, in order, and what they show. */
export interface History {
  readonly planned: ExecutionView;
  readonly events: readonly DomainEvent[];
  readonly view: ExecutionView;
}

export const beginHistory = (planned: ExecutionView): History => ({ planned, events: [], view: planned });

/** The same events of an execution of which more is known. */
export const replanned = ({ events }: History, planned: ExecutionView): History => ({
  ...{ planned, events },
  view: viewOf(planned, events),
});

/**
 * Takes up further events. Those that come after all that is known are folded onto it, which costs no more
 * than they do; if one was missed and belongs earlier, everything is folded again.
 */
export const withEvents = (history: History, more: readonly DomainEvent[]): History => {
  const known = new Set(history.events.map(({ metadata }) => metadata.eventId));
  const news = more.filter(({ metadata }) => !known.has(metadata.eventId));
  if (news.length === 0) return history;
  const events = inOrder([...history.events, ...news]);
  const isContinued = history.events.every((event, index) => events[index] === event);
  const view = isContinued
    ? viewOf(history.view, events.slice(history.events.length))
    : viewOf(history.planned, events);
  return { planned: history.planned, events, view };
};

import { signal } from '@preact/signals';
import type { DueDecision } from '../../../../contracts/api.ts';
import { get } from './api.ts';
import { channel } from './connection.ts';
import { listen } from './live.ts';

/** What waits for people in all executions, oldest first; undefined until it is known. */
export const decisions = signal<readonly DueDecision[] | undefined>(undefined);

/** Many events come at once; the list is read again once they have paused for a moment. */
const restMs = 500;
/** Where nothing is pushed, each reading asks for every open execution. */
const pollMs = 12_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let readAt = 0;

const read = async (): Promise<void> => {
  readAt = Date.now();
  try {
    decisions.value = (await get<{ readonly decisions: readonly DueDecision[] }>('/decisions')).decisions;
  } catch {
    // Without an answer it stays as it was; the page says that there is no connection.
  }
};

const readSoon = (): void => {
  clearTimeout(timer);
  timer = setTimeout(() => void read(), restMs);
};

/** Keeps the list of what waits for people, for the badge that every page has. */
export const followDecisions = (): void => {
  void read();
  listen({
    onReset: () => {
      if (channel.value !== 'polling' || Date.now() - readAt >= pollMs) readSoon();
    },
    onEvent: ({ type }) => {
      if (!type.startsWith('DRSJob')) readSoon();
    },
  });
};

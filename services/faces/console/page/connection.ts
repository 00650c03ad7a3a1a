import { computed, effect, signal } from '@preact/signals';
import { now } from './clock.ts';

export type Connection = 'connecting' | 'live' | 'polling' | 'lost';

/** How the page hears of what happens. */
export const channel = signal<Connection>('connecting');

/** Whether the last question that the page asked was answered. */
export const isAnswered = signal(true);

/** Where only questions tell whether there is a connection, they do. */
export const connection = computed<Connection>(() =>
  channel.value === 'polling' && !isAnswered.value ? 'lost' : channel.value,
);

/** Since when there is no connection, in the time of the server; undefined while there is one. */
export const lostSince = signal<number | undefined>(undefined);
effect(() => {
  lostSince.value = connection.value === 'lost' ? (lostSince.peek() ?? now.peek()) : undefined;
});

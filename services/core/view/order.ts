import { byText } from '../../core/kernel/by-text.ts';
import type { Recorded } from '../../../contracts/envelope.ts';

/** Servers as people look for them: by name, in which `web-2` stands before `web-10`. */
export const byName = <Server extends { readonly name: string }>(
  servers: readonly Server[],
): readonly Server[] =>
  servers.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || byText(a.name, b.name));

/**
 * Each event once, every stream in its own order, streams interleaved by time as far as their clocks
 * agree: an event is never placed before one that precedes it in its stream.
 */
export const inOrder = <Event extends Pick<Recorded, 'metadata'>>(
  events: readonly Event[],
): readonly Event[] => {
  const unique = [...new Map(events.map((event) => [event.metadata.eventId, event])).values()];
  const latest = new Map<string, string>();
  return unique
    .sort((a, b) => a.metadata.version - b.metadata.version)
    .map((event) => {
      const { stream, emittedAt } = event.metadata;
      const before = latest.get(stream) ?? '';
      const at = emittedAt > before ? emittedAt : before;
      latest.set(stream, at);
      return { event, at };
    })
    .sort(
      (a, b) =>
        byText(a.at, b.at) ||
        byText(a.event.metadata.stream, b.event.metadata.stream) ||
        a.event.metadata.version - b.event.metadata.version,
    )
    .map(({ event }) => event);
};

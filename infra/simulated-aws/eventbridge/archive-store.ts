import { eventTimeOf } from './event.ts';
import type { Log } from './log.ts';

const minuteMs = 60_000;

/** The events of archives as text, by the minute of their own time, which is how they are replayed. */
export interface ArchiveStore {
  keep(archive: string, eventText: string): void;
  /** The minutes that hold events with a time from `fromMs` to `toMs`, ascending; a minute as its first instant. */
  minutes(archive: string, fromMs: number, toMs: number): readonly number[];
  eventsIn(archive: string, minute: number): readonly string[];
  /** Forgets what is older than an archive's retention. */
  expire(archive: string): void;
  drop(archive: string): void;
  statsOf(archive: string): { readonly eventCount: number; readonly sizeBytes: number };
}

interface Shelf {
  readonly minutes: Map<number, string[]>;
  eventCount: number;
  sizeBytes: number;
}

const put = (shelf: Shelf, text: string): void => {
  const minute = Math.floor(eventTimeOf(text) / minuteMs) * minuteMs;
  const events = shelf.minutes.get(minute);
  if (events === undefined) shelf.minutes.set(minute, [text]);
  else events.push(text);
  shelf.eventCount++;
  shelf.sizeBytes += Buffer.byteLength(text);
};

const removeMinute = (shelf: Shelf, minute: number): void => {
  const events = shelf.minutes.get(minute) ?? [];
  shelf.minutes.delete(minute);
  shelf.eventCount -= events.length;
  shelf.sizeBytes -= events.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
};

const restore = (log: Log, shelfOf: (archive: string) => Shelf, shelves: Map<string, Shelf>): void => {
  for (const record of log.records) {
    if (record.kind === 'event') record.archives.forEach((archive) => put(shelfOf(archive), record.event));
    else if (record.kind === 'row' && record.of === 'archive' && record.row === undefined)
      shelves.delete(record.key);
  }
};

/** `oldestKept` gives the instant before which an archive keeps nothing, epoch ms. */
export const createArchiveStore = (log: Log, oldestKept: (archive: string) => number): ArchiveStore => {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (archive: string): Shelf => {
    const known = shelves.get(archive) ?? { minutes: new Map(), eventCount: 0, sizeBytes: 0 };
    shelves.set(archive, known);
    return known;
  };
  const expire = (archive: string): void => {
    const shelf = shelves.get(archive);
    if (shelf === undefined) return;
    const beforeMs = oldestKept(archive);
    for (const minute of shelf.minutes.keys()) if (minute + minuteMs <= beforeMs) removeMinute(shelf, minute);
  };
  restore(log, shelfOf, shelves);
  log.register({
    tidy: () => [...shelves.keys()].forEach(expire),
    size: () => [...shelves.values()].reduce((sum, shelf) => sum + shelf.eventCount, 0),
    records: function* () {
      for (const [archive, { minutes }] of shelves)
        for (const events of minutes.values())
          for (const event of events) yield { kind: 'event', event, archives: [archive], deliveries: [] };
    },
  });
  return {
    keep: (archive, eventText) => put(shelfOf(archive), eventText),
    minutes: (archive, fromMs, toMs) =>
      [...(shelves.get(archive)?.minutes.keys() ?? [])]
        .filter((minute) => minute + minuteMs > fromMs && minute <= toMs)
        .sort((a, b) => a - b),
    eventsIn: (archive, minute) => shelves.get(archive)?.minutes.get(minute) ?? [],
    expire,
    drop: (archive) => void shelves.delete(archive),
    statsOf: (archive) => {
      const { eventCount = 0, sizeBytes = 0 } = shelves.get(archive) ?? {};
      return { eventCount, sizeBytes };
    },
  };
};

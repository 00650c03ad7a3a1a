import type { ArchiveStore } from './archive-store.ts';
import { eventTimeOf } from './event.ts';
import { type Replay, shuffled } from './replay.ts';

/** The next events of a replay, and where it stands once they are sent. */
export interface Batch {
  readonly texts: readonly string[];
  readonly cursor: Replay['cursor'];
}

/** What is worked out once for a replay and again after a restart. */
interface Course {
  /** The minutes that are left, the present one first. */
  readonly minutes: readonly number[];
  /** The present minute's events. */
  readonly texts: readonly string[];
}

const minuteMs = 60_000;

/** Reads archives minute by minute. A minute that gains events after its replay began may give some of them. */
export const createReplayReader = (store: ArchiveStore, batchSize: number) => {
  const courses = new Map<string, Course>();

  const courseAlong = (replay: Replay, minutes: readonly number[]): Course => {
    const [minute] = minutes;
    const events = minute === undefined ? [] : store.eventsIn(replay.archive, minute);
    const wanted = events.filter((text) => {
      const time = eventTimeOf(text);
      return time >= replay.fromMs && time <= replay.toMs;
    });
    return { minutes, texts: shuffled(wanted, replay.name) };
  };

  const courseOf = (replay: Replay): Course => {
    const known = courses.get(replay.name);
    if (known !== undefined) return known;
    const from = Math.max(replay.fromMs, replay.cursor.minute);
    const course = courseAlong(replay, store.minutes(replay.archive, from, replay.toMs));
    courses.set(replay.name, course);
    return course;
  };

  return {
    /** The batch at the replay's cursor, or nothing when all is read. */
    next(replay: Replay): Batch | undefined {
      const { minutes, texts } = courseOf(replay);
      const [minute, ...later] = minutes;
      if (minute === undefined) return undefined;
      const done = replay.cursor.minute === minute ? replay.cursor.done : 0;
      const batch = texts.slice(done, done + batchSize);
      if (done + batch.length < texts.length)
        return { texts: batch, cursor: { minute, done: done + batch.length } };
      courses.set(replay.name, courseAlong(replay, later));
      return { texts: batch, cursor: { minute: minute + minuteMs, done: 0 } };
    },
    forget: (name: string): void => void courses.delete(name),
  };
};

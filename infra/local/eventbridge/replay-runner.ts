import type { ArchiveStore } from './archive-store.ts';
import type { Core } from './core.ts';
import { asReplayed, eventTimeOf, parseEvent } from './event.ts';
import { isUnfinished, type Replay } from './replay.ts';
import { type Batch, createReplayReader } from './replay-reader.ts';
import type { Router } from './router.ts';

/** The pace of replays, in the runtime's time. */
export interface ReplayPace {
  /** Until the first event; on AWS some minutes. */
  readonly startDelayMs: number;
  readonly eventsPerSecond: number;
  /** Deliveries under way, of whatever kind, above which a replay pauses. */
  readonly backlogMax: number;
}

export const defaultReplayPace: ReplayPace = {
  startDelayMs: 60_000,
  eventsPerSecond: 1_000,
  backlogMax: 5_000,
};

export interface ReplayRunnerParts {
  readonly core: Core;
  readonly store: ArchiveStore;
  readonly router: Pick<Router, 'dispatch'>;
  readonly pace: ReplayPace;
  /** Deliveries that are under way. */
  backlog(): number;
}

export interface ReplayRunner {
  start(name: string): void;
  /** Looks at a replay that is being cancelled now, rather than when it would start. */
  hasten(name: string): void;
  /** Takes up the replays that were under way when the process ended. */
  resume(): void;
  close(): void;
}

const stepMs = 100;

const send = (router: Pick<Router, 'dispatch'>, replay: Replay, texts: readonly string[]): void => {
  const only = replay.filterArns?.length ? new Set(replay.filterArns) : undefined;
  for (const text of texts) router.dispatch(asReplayed(parseEvent(text), replay.name), replay.bus, only);
};

const advanced = (replay: Replay, { texts, cursor }: Batch): Replay => {
  const last = texts.reduce(
    (latest, text) => Math.max(latest, eventTimeOf(text)),
    replay.lastReplayedMs ?? 0,
  );
  return { ...replay, state: 'RUNNING', cursor, ...(last > 0 ? { lastReplayedMs: last } : {}) };
};

/** Sends archived events again, minute by minute. */
export const createReplayRunner = (parts: ReplayRunnerParts): ReplayRunner => {
  const { core, router, pace } = parts;
  const { clock, tables } = core;
  const reader = createReplayReader(
    parts.store,
    Math.max(1, Math.round((pace.eventsPerSecond * stepMs) / 1_000)),
  );
  const timers = new Map<string, () => void>();

  const save = (replay: Replay): void => tables.replay.set(replay.name, replay);
  const end = (replay: Replay, state: 'COMPLETED' | 'CANCELLED' | 'FAILED', stateReason?: string): void => {
    reader.forget(replay.name);
    save({ ...replay, state, endedAt: clock.now(), ...(stateReason === undefined ? {} : { stateReason }) });
  };
  const arm = (name: string, delayMs: number): void => {
    const run = (): void => step(name);
    timers.set(name, clock.after(delayMs, run));
  };

  const step = (name: string): void => {
    timers.delete(name);
    const replay = tables.replay.get(name);
    if (replay === undefined) return;
    if (replay.state === 'CANCELLING') {
      end(replay, 'CANCELLED');
    } else if (tables.archive.get(replay.archive) === undefined) {
      end(replay, 'FAILED', `Archive ${replay.archive} does not exist.`);
    } else if (parts.backlog() > pace.backlogMax) {
      arm(name, stepMs);
    } else {
      const batch = reader.next(replay);
      if (batch === undefined) {
        end(replay, 'COMPLETED');
        return;
      }
      // The cursor moves after the batch was sent: a crash in between sends it twice, and loses nothing.
      send(router, replay, batch.texts);
      save(advanced(replay, batch));
      arm(name, stepMs);
    }
  };

  return {
    start: (name) => arm(name, pace.startDelayMs),
    hasten(name) {
      timers.get(name)?.();
      arm(name, stepMs);
    },
    resume() {
      for (const replay of tables.replay.values())
        if (isUnfinished(replay))
          arm(replay.name, Math.max(0, replay.startedAt + pace.startDelayMs - clock.now()));
    },
    close: () => timers.forEach((cancel) => cancel()),
  };
};

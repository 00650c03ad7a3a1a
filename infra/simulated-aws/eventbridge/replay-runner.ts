import { uuidFrom } from '../identifiers.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { Core } from './core.ts';
import { asReplayed, eventTimeOf, parseEvent } from './event.ts';
import { isUnfinished, type Replay } from './replay.ts';
import { type Batch, createReplayReader } from './replay-reader.ts';
import type { Router } from './router.ts';

/** How replays go; times are the runtime's. */
export interface ReplaySettings {
  /** Until the first event; on AWS some minutes. */
  readonly startDelayMs: number;
  readonly eventsPerSecond: number;
  /** Deliveries under way, of whatever kind, above which a replay pauses. */
  readonly backlogMax: number;
  /** Whether a replayed event has the id of the original, which AWS does not say. */
  readonly keepsEventIds: boolean;
}

export const defaultReplaySettings: ReplaySettings = {
  startDelayMs: 60_000,
  eventsPerSecond: 1_000,
  backlogMax: 5_000,
  keepsEventIds: true,
};

export interface ReplayRunnerParts {
  readonly core: Core;
  readonly store: ArchiveStore;
  readonly router: Pick<Router, 'dispatch'>;
  readonly settings: ReplaySettings;
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

const send = (
  { core, router, settings }: ReplayRunnerParts,
  replay: Replay,
  texts: readonly string[],
): void => {
  const only = replay.filterArns?.length ? new Set(replay.filterArns) : undefined;
  for (const text of texts) {
    const event = parseEvent(text);
    const id = settings.keepsEventIds ? event.id : uuidFrom(core.random);
    router.dispatch(asReplayed({ ...event, id }, replay.name), replay.bus, { onlyRuleArns: only });
  }
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
  const { core, settings } = parts;
  const { clock, tables } = core;
  const reader = createReplayReader(
    parts.store,
    Math.max(1, Math.round((settings.eventsPerSecond * stepMs) / 1_000)),
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
    } else if (parts.backlog() > settings.backlogMax) {
      arm(name, stepMs);
    } else {
      const batch = reader.next(replay);
      if (batch === undefined) {
        end(replay, 'COMPLETED');
        return;
      }
      // The cursor moves after the batch was sent: a crash in between sends it twice, and loses nothing.
      send(parts, replay, batch.texts);
      save(advanced(replay, batch));
      arm(name, stepMs);
    }
  };

  return {
    start: (name) => arm(name, settings.startDelayMs),
    hasten(name) {
      timers.get(name)?.();
      arm(name, stepMs);
    },
    resume() {
      for (const replay of tables.replay.values())
        if (isUnfinished(replay))
          arm(replay.name, Math.max(0, replay.startedAt + settings.startDelayMs - clock.now()));
    },
    close: () => timers.forEach((cancel) => cancel()),
  };
};

import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import type { ExecutionRecord } from './execution.ts';
import { viewAt } from './execution-view.ts';
import { type AwsEvent, notificationOf, type Place } from './notification.ts';
import { drawMs, type SsmScenario } from './scenario.ts';
import type { Change } from './change.ts';
import { timelineOf } from './timeline.ts';

export interface AnnounceDeps extends Place {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly scenario: SsmScenario;
  readonly emit: (event: AwsEvent) => void;
}

/** Sends the event of one change, as well as best effort does: late, twice or never. */
export const createSender = ({ clock, random, scenario, emit, account, region }: AnnounceDeps) => {
  const { lossRate, duplicateRate, delaySeconds } = scenario.events;
  return (record: ExecutionRecord, change: Change): void => {
    const event = notificationOf({ account, region }, uuidFrom(random), viewAt(record, change.at), change);
    if (random() < lossRate) return;
    const send = (): void => void clock.after(drawMs(delaySeconds, random), () => emit(event));
    send();
    if (random() < duplicateRate) send();
  };
};

export interface Announcer {
  /** Announces what has changed by now, and comes back by itself for what is to change. */
  follow(record: ExecutionRecord): void;
  /** The same for an execution found in the journal, whose past has been announced before. */
  resume(record: ExecutionRecord): void;
}

/**
 * Walks along each execution's timeline. Only the number of announced changes is kept: the past of a
 * timeline never changes, and after a restart it is what lies before now.
 */
export const createAnnouncer = (deps: AnnounceDeps, onChange: (change: Change) => void): Announcer => {
  const { clock } = deps;
  const send = createSender(deps);
  const announced = new Map<string, number>();
  const timers = new Map<string, () => void>();

  const arm = (record: ExecutionRecord, next: Change | undefined): void => {
    timers.get(record.id)?.();
    timers.delete(record.id);
    if (next !== undefined)
      timers.set(
        record.id,
        clock.after(next.at - clock.now(), () => follow(record)),
      );
  };

  const follow = (record: ExecutionRecord): void => {
    const timeline = timelineOf(record);
    const now = clock.now();
    const from = announced.get(record.id) ?? 0;
    const due = timeline.slice(from).filter((change) => change.at <= now);
    announced.set(record.id, from + due.length);
    arm(record, timeline[from + due.length]);
    for (const change of due) {
      // A start is answered to the caller; the first event is the one that says it is in progress.
      if (change.status !== 'Pending') send(record, change);
      onChange(change);
    }
  };

  return {
    follow,
    resume(record) {
      const past = timelineOf(record).filter((change) => change.at <= clock.now());
      announced.set(record.id, past.length);
      follow(record);
    },
  };
};

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { untilWritten } from '../../kernel/until-written.ts';
import type { Clock } from '../clock.ts';
import type { RecordStore, StoredRecord } from '../record-store.ts';
import { type WokenService, wokenServices } from '../../../../contracts/services.ts';
import { type FiringTimers, type Timers, type Wake, wakeName } from '../timers.ts';

export interface TimersDeps {
  readonly store: RecordStore;
  readonly client: SQSClient;
  readonly queueUrl: (service: WokenService) => string;
  readonly clock: Clock;
  /** Never twice the same. */
  readonly newToken: () => string;
}

/** A timer that has come due, until its handler is done with it. */
export interface FiredTimer {
  readonly wake: Wake;
  readonly token: string;
}

/** The half of the timers that reads the queue. */
export interface TimerReceiver {
  /**
   * The timer that this message stands for, or undefined if the timer has been replaced since, or has time
   * left and was sent on its way again. Throws to be redelivered; a body of another form is a MalformedTimerError.
   */
  receive(body: string): Promise<FiredTimer | undefined>;
  /** Forgets a timer whose handler succeeded. Before that, a redelivery of its message fires it again. */
  complete(fired: FiredTimer): Promise<void>;
}

export class MalformedTimerError extends Error {
  constructor(reason: string) {
    super(`A timer's message is malformed: ${reason}`);
    this.name = 'MalformedTimerError';
  }
}

/** SQS: SendMessage.DelaySeconds is at most 900; a longer timer is a chain of messages. */
const delaySecondsMax = 900;

/** A timer this much overdue was lost; less may be a queue's backlog or a machine's wrong clock. */
const lostAfterMs = 60_000;

/**
 * `unsent` where sending its message failed: it does not count as set. `fired` while its handler runs, so that the
 * handler can set its successor.
 */
interface TimerBody {
  readonly token: string;
  readonly dueAt: number;
  readonly stage: 'sent' | 'unsent' | 'fired';
  /** It was set while a firing before it was handled, and stands for all who wanted it to fire then. */
  readonly follows?: true;
}

const messageSchema = z.object({
  wake: z.object({
    service: z.enum(wokenServices),
    executionId: z.string().min(1),
    waveId: z.string().exactOptional(),
    endedWait: z.string().exactOptional(),
    hinted: z.literal(true).exactOptional(),
  }),
  token: z.string().min(1),
  remainingMs: z.number().nonnegative(),
});
type TimerMessage = z.infer<typeof messageSchema>;

const keyOf = (wake: Wake) => ({ kind: 'timer' as const, id: wakeName(wake) });

const messageOf = (body: string): TimerMessage => {
  const parsed = messageSchema.safeParse(jsonOf(body));
  if (!parsed.success) throw new MalformedTimerError(z.prettifyError(parsed.error));
  return parsed.data;
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isToFire = (timer: TimerBody, now: number): boolean =>
  timer.stage === 'sent' && now < timer.dueAt + lostAfterMs;

const isSoonEnough =
  (delayMs: number) =>
  (timer: TimerBody, now: number): boolean =>
    isToFire(timer, now) && timer.dueAt <= now + delayMs;

type Send = (message: TimerMessage) => Promise<void>;

const createSend =
  ({ client, queueUrl }: TimersDeps): Send =>
  async ({ wake, token, remainingMs }) => {
    const DelaySeconds = Math.min(delaySecondsMax, Math.ceil(remainingMs / 1_000));
    const rest = { wake, token, remainingMs: Math.max(0, remainingMs - DelaySeconds * 1_000) };
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(wake.service),
        MessageBody: JSON.stringify(rest),
        DelaySeconds,
        // "Amazon SQS fair queues": one execution with many timers does not keep the others' waiting.
        MessageGroupId: wake.executionId,
      }),
    );
  };

/** Sets a timer, unless one that is to be left alone is there. */
type Place = (
  wake: Wake,
  delayMs: number,
  isLeftAlone: (timer: TimerBody, now: number) => boolean,
  more?: Pick<TimerBody, 'follows'>,
) => Promise<void>;

const named = (wake: Wake): string => `timer ${wakeName(wake)}`;

/**
 * The setting half. The record comes before the message, which would else be taken for a replaced timer's. A crash
 * between the two leaves a timer that never fires and is found like one whose message was lost: marking each timer
 * once it is sent would find it sooner, and cost every timer another write.
 */
const createPlace =
  ({ store, clock, newToken }: TimersDeps, send: Send): Place =>
  async (wake, delayMs, isLeftAlone, more = {}) => {
    const remainingMs = Math.max(0, delayMs);
    return untilWritten(named(wake), async () => {
      const before = await store.read<TimerBody>(keyOf(wake));
      const now = clock.now();
      if (before !== undefined && isLeftAlone(before.body, now)) return;
      const timer: TimerBody = { token: newToken(), dueAt: now + remainingMs, stage: 'sent', ...more };
      const revision = before?.revision ?? 0;
      if ((await store.write(keyOf(wake), timer, revision)) === 'conflict') return 'conflict';
      try {
        await send({ wake, token: timer.token, remainingMs });
      } catch (error) {
        // A conflict means that it was replaced, which says more.
        await store.write(keyOf(wake), { ...timer, stage: 'unsent' }, revision + 1);
        throw error;
      }
      return;
    });
  };

const createTimers = (place: Place): Timers => ({
  set: (wake, delayMs) => place(wake, delayMs, () => false),
  ensure: (wake, delayMs) => place(wake, delayMs, isToFire),
  setIfSooner: (wake, delayMs) => place(wake, delayMs, isSoonEnough(delayMs)),
});

/**
 * Whose timer is not marked as fired, which is a third of its writes: the reconciler replaces its timer by itself, and
 * what comes up while it looks is found by its next look. Everybody else is told by a timer of what came up.
 */
const looksAgainAnyway = ({ service }: Wake): boolean => service === 'reconcile';

const createReceiver = ({ store }: TimersDeps, send: Send): TimerReceiver => {
  const current = async ({ wake, token }: FiredTimer): Promise<StoredRecord<TimerBody> | undefined> => {
    const stored = await store.read<TimerBody>(keyOf(wake));
    return stored?.body.token === token ? stored : undefined;
  };
  /** Marks the timer as fired; false if it was replaced. */
  const claim = (fired: FiredTimer): Promise<boolean> =>
    untilWritten(named(fired.wake), async () => {
      const stored = await current(fired);
      if (stored === undefined) return false;
      if (stored.body.stage === 'fired' || looksAgainAnyway(fired.wake)) return true;
      const body: TimerBody = { ...stored.body, stage: 'fired' };
      return (await store.write(keyOf(fired.wake), body, stored.revision)) === 'conflict' ? 'conflict' : true;
    });
  return {
    async receive(body) {
      const { wake, token, remainingMs } = messageOf(body);
      const fired = { wake, token };
      if (remainingMs === 0) return (await claim(fired)) ? fired : undefined;
      if ((await current(fired)) !== undefined) await send({ wake, token, remainingMs });
      return undefined;
    },
    async complete(fired) {
      const stored = await current(fired);
      // A conflict means that it was replaced this moment, and the successor is not ours to forget.
      if (stored !== undefined) await store.remove(keyOf(fired.wake), stored.revision);
    },
  };
};

/** No handler lives longer: whatever was fired before that is handled no more. */
const handledWithinMs = 30_000;

/** Fires a timer without its message, which is left for a replaced one's. */
const createFiring =
  ({ store, clock, newToken }: TimersDeps, place: Place, receiver: TimerReceiver): FiringTimers['fireNow'] =>
  async (wake, run, followMs) => {
    const isHandled = ({ stage, dueAt }: TimerBody, now: number): boolean =>
      stage === 'fired' && now < dueAt + handledWithinMs;
    const isFollowing = (timer: TimerBody, now: number): boolean =>
      timer.follows === true && isToFire(timer, now);
    const fired = await untilWritten<FiredTimer | 'not'>(named(wake), async () => {
      const before = await store.read<TimerBody>(keyOf(wake));
      const now = clock.now();
      if (before !== undefined && (isHandled(before.body, now) || isFollowing(before.body, now)))
        return 'not';
      const timer: TimerBody = { token: newToken(), dueAt: now, stage: 'fired' };
      const written = await store.write(keyOf(wake), timer, before?.revision ?? 0);
      return written === 'conflict' ? 'conflict' : { wake, token: timer.token };
    });
    if (fired === 'not') return place(wake, followMs, isSoonEnough(followMs), { follows: true });
    await run();
    await receiver.complete(fired);
  };

/** Timers as delayed messages in the queue of the service that they wake; a record says which of them still counts. */
export const createAwsTimers = (deps: TimersDeps): FiringTimers & TimerReceiver => {
  const send = createSend(deps);
  const receiver = createReceiver(deps, send);
  const place = createPlace(deps, send);
  return { ...createTimers(place), ...receiver, fireNow: createFiring(deps, place, receiver) };
};

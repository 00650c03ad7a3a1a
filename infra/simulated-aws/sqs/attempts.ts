import type { Message } from './message.ts';
import type { Queue } from './store.ts';

/** "ReceiveRequestAttemptId": a receipt that was lost on its way can be asked for again for five minutes. */
const attemptMs = 300_000;

interface Attempt {
  readonly at: number;
  readonly received: readonly Message[];
}

export interface Attempts {
  /** What the attempt was given, if all of that is still in flight as it was. */
  again(queue: Queue, attemptId: string, now: number): readonly Message[] | undefined;
  keep(queue: Queue, attemptId: string, received: readonly Message[], now: number): void;
}

const isAsItWas = (queue: Queue, message: Message, now: number): boolean => {
  const current = queue.messages.get(message.id);
  return (
    current !== undefined &&
    current.receiveCount === message.receiveCount &&
    current.visibleAt === message.visibleAt &&
    current.visibleAt > now
  );
};

/** The attempts of receivers of FIFO queues; they are as short-lived as a connection, and not kept over a restart. */
export const createAttempts = (): Attempts => {
  const attempts = new Map<string, Attempt>();
  const nameOf = (queue: Queue, attemptId: string): string => `${queue.name} ${attemptId}`;
  return {
    again(queue, attemptId, now) {
      const attempt = attempts.get(nameOf(queue, attemptId));
      if (attempt === undefined || attempt.at + attemptMs <= now) return undefined;
      return attempt.received.every((message) => isAsItWas(queue, message, now))
        ? attempt.received
        : undefined;
    },
    keep(queue, attemptId, received, now) {
      for (const [name, { at }] of attempts) if (at + attemptMs <= now) attempts.delete(name);
      if (received.length > 0) attempts.set(nameOf(queue, attemptId), { at: now, received });
    },
  };
};

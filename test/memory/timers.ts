import { type FiringTimers, type Wake, wakeName } from '../../services/core/ports/timers.ts';
import type { Scheduler } from './clock.ts';

export interface TimersDeps {
  readonly scheduler: Pick<Scheduler, 'after' | 'now'>;
  /** Runs the handler of a timer that is due; a rejection fires it again, unless it was replaced meanwhile. */
  readonly fire: (wake: Wake) => Promise<void>;
  /** How long after a failure it fires again: the visibility time-out of the queue it stands for. */
  readonly redeliverAfterMs: number;
}

interface Timer {
  /** On the virtual clock, in ms. */
  readonly dueAt: number;
  readonly cancel: () => void;
  readonly isFired: boolean;
  /** A handler has it in hand. */
  readonly isHandled?: true;
  readonly follows?: true;
}

const handled = { cancel: () => undefined, isFired: true, isHandled: true } as const;

/** Timers of a virtual clock. */
export const createMemoryTimers = ({ scheduler, fire, redeliverAfterMs }: TimersDeps): FiringTimers => {
  const timers = new Map<string, Timer>();

  const arm = (
    name: string,
    wake: Wake,
    delayMs: number,
    isFired: boolean,
    more: Pick<Timer, 'follows'> = {},
  ): void => {
    const cancel = scheduler.after(Math.max(0, delayMs), () => void run(name, wake));
    timers.set(name, { cancel, isFired, dueAt: scheduler.now() + delayMs, ...more });
  };
  const run = async (name: string, wake: Wake): Promise<void> => {
    const mine: Timer = { ...handled, dueAt: scheduler.now() };
    timers.set(name, mine);
    const succeeded = await fire(wake).then(
      () => true,
      () => false,
    );
    if (timers.get(name) !== mine) return;
    if (succeeded) timers.delete(name);
    else arm(name, wake, redeliverAfterMs, true);
  };

  return {
    async set(wake, delayMs) {
      const name = wakeName(wake);
      timers.get(name)?.cancel();
      arm(name, wake, delayMs, false);
    },
    async ensure(wake, delayMs) {
      const name = wakeName(wake);
      const before = timers.get(name);
      if (before?.isFired === false) return;
      before?.cancel();
      arm(name, wake, delayMs, false);
    },
    async fireNow(wake, handle, followMs) {
      const name = wakeName(wake);
      const before = timers.get(name);
      if (before?.follows === true) return;
      if (before?.isHandled === true) {
        arm(name, wake, followMs, false, { follows: true });
        return;
      }
      before?.cancel();
      const mine: Timer = { ...handled, dueAt: scheduler.now() };
      timers.set(name, mine);
      try {
        await handle();
      } finally {
        if (timers.get(name) === mine) timers.delete(name);
      }
    },
    async setIfSooner(wake, delayMs) {
      const name = wakeName(wake);
      const before = timers.get(name);
      if (before?.isFired === false && before.dueAt <= scheduler.now() + delayMs) return;
      before?.cancel();
      arm(name, wake, delayMs, false);
    },
  };
};

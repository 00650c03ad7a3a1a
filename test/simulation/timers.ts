import { wakeName, type FiringTimers, type Wake } from '../../services/core/ports/timers.ts';
import type { Agenda } from './agenda.ts';
import type { RecoveryPath } from './coverage.ts';
import type { Delivery, StartRun } from './delivery.ts';
import type { Luck } from './luck.ts';
import type { Prng } from './prng.ts';
import { handlerTimeoutMs, type Run } from './sandbox.ts';
import type { Timing } from './timing.ts';
import type { Trace } from './trace.ts';

const minute = 60_000;
const receivesMax = 5;
const redeliveryMs = 6 * handlerTimeoutMs;

interface Timer {
  readonly wake: Wake;
  readonly dueAt: number;
  isFired: boolean;
  /** It was set while a firing before it was handled. */
  readonly follows?: boolean;
}

export interface TimersDeps {
  readonly agenda: Agenda;
  readonly luck: Luck;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly timing: Timing | undefined;
  readonly reach: (path: RecoveryPath) => void;
  readonly mutates: (run: Run) => void;
  readonly startRun: StartRun;
  readonly onDeadLetter: (delivery: Delivery) => void;
}

/** Named timers over queues: some are lost, late or fire twice; a message that fails comes back, up to a limit. */
export const createTimers = ({
  agenda,
  luck,
  prng,
  trace,
  timing,
  reach,
  mutates,
  startRun,
  onDeadLetter,
}: TimersDeps) => {
  const timers = new Map<string, Timer>();

  const arm = (name: string, wake: Wake, delayMs: number, follows = false): void => {
    const dueAt = agenda.now() + Math.max(0, Math.round(delayMs));
    const timer: Timer = { wake, dueAt, isFired: false, follows };
    timers.set(name, timer);
    trace.add('timer', name, Math.round(delayMs));
    if (luck.strikes('timers')) {
      luck.count('timers: lost');
      return;
    }
    const ownMs = timing === undefined ? prng.between(10, 60) : timing.timerMs(delayMs) - delayMs;
    const isLate = luck.strikes('timers');
    if (isLate) luck.count('timers: late');
    const lateMs = ownMs + (isLate ? prng.int(5 * minute) : 0);
    agenda.after(delayMs + lateMs, () => fire(name, timer, 1));
    if (!luck.strikes('timers')) return;
    luck.count('timers: doubled');
    agenda.after(delayMs + lateMs + prng.int(20_000), () => fire(name, timer, 1));
  };
  const fire = (name: string, timer: Timer, receives: number): void => {
    if (timers.get(name) !== timer) return;
    const { wake } = timer;
    // The reconciler's timer counts as still to fire while it looks.
    timer.isFired = wake.service !== 'reconcile';
    startRun(
      { service: wake.service, type: 'timer', eventId: `timer:${name}`, wake, attempts: 0 },
      (succeeded) => {
        if (timers.get(name) !== timer) return;
        if (succeeded) timers.delete(name);
        else if (receives < receivesMax) agenda.after(redeliveryMs, () => fire(name, timer, receives + 1));
        else
          onDeadLetter({ service: wake.service, type: 'timer', eventId: `timer:${name}`, wake, attempts: 0 });
      },
    );
  };

  return (run: Run): FiringTimers => ({
    fireNow: async (wake, handle, followMs) => {
      const name = wakeName(wake);
      const taken = await run.call(() => {
        mutates(run);
        const before = timers.get(name);
        if (before?.follows === true && !before.isFired && agenda.now() <= before.dueAt + minute)
          return undefined;
        if (before?.isFired === true && agenda.now() < before.dueAt + handlerTimeoutMs) {
          arm(name, wake, followMs, true);
          return undefined;
        }
        const mine: Timer = { wake, dueAt: agenda.now(), isFired: true };
        timers.set(name, mine);
        trace.add('timer', `${name} now`, 0);
        return mine;
      });
      if (taken === undefined) return;
      await handle();
      await run.call(() => {
        if (timers.get(name) === taken) timers.delete(name);
      });
    },
    set: (wake, delayMs) =>
      run.call(() => {
        mutates(run);
        arm(wakeName(wake), wake, delayMs);
      }),
    ensure: (wake, delayMs) =>
      run.call(() => {
        mutates(run);
        const name = wakeName(wake);
        const before = timers.get(name);
        const isLost = before !== undefined && agenda.now() > before.dueAt + minute;
        if (isLost && !before.isFired) reach('timer lost and found');
        if (before === undefined || before.isFired || isLost) arm(name, wake, delayMs);
      }),
    setIfSooner: (wake, delayMs) =>
      run.call(() => {
        mutates(run);
        const name = wakeName(wake);
        const before = timers.get(name);
        const isLost = before !== undefined && agenda.now() > before.dueAt + minute;
        const isSoonEnough = before?.isFired === false && before.dueAt <= agenda.now() + delayMs;
        if (!isSoonEnough || isLost) arm(name, wake, delayMs);
      }),
  });
};

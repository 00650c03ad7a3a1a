import type { Clock } from '../../services/core/ports/clock.ts';
import type { Agenda } from './agenda.ts';
import type { Delivery } from './delivery.ts';

/** What a handler calls, as far as calls differ in how long they take. */
export type PortName = 'store' | 'bus' | 'timers' | 'recovery' | 'automation';

/** What befalls one run of a handler, by the number of its port calls. */
export interface Ordeal {
  /** The sandbox dies at this call; -1: never. */
  readonly crashAt: number;
  /** Whether the call at which it dies still takes effect. */
  readonly crashAfter: boolean;
  /** The machine's clock jumps before this call; -1: never. */
  readonly jumpAt: number;
  readonly jumpMs: number;
  /** Before this call the sandbox is frozen for so long. */
  readonly pauseAt: number;
  readonly pauseMs: number;
  /** Latency of each call, drawn when it is made; undefined: calls answer at once. */
  readonly latencyMs: ((port: PortName) => number) | undefined;
  readonly skewMs: number;
}

export const noOrdeal: Ordeal = {
  crashAt: -1,
  crashAfter: false,
  jumpAt: -1,
  jumpMs: 0,
  pauseAt: -1,
  pauseMs: 0,
  latencyMs: undefined,
  skewMs: 0,
};

/** Lambda's time-out of every function but the reconciler. */
export const handlerTimeoutMs = 30_000;
/** A handler that calls more often goes round in circles: 6,000 servers are asked about and leased in one run. */
const callsMax = 60_000;
/** A request that left the sandbox just before its death may still arrive. */
const inFlightMs = 3_000;

/** One run of a handler. */
export interface Run {
  readonly id: number;
  readonly service: Delivery['service'];
  readonly startedAt: number;
  /** Invoked for a replayed event: nothing that it does may have an effect. */
  readonly isReplay: boolean;
  readonly clock: Clock;
  isDead(): boolean;
  /** The sandbox dies now: within a call, just after its effect. */
  die(): void;
  /**
   * A call to the world. `effect` happens at one instant; what it throws reaches the handler. A dead run's calls
   * have no effect and no answer.
   */
  call<T>(effect: () => T, port?: PortName): Promise<T>;
}

export interface RunSpec {
  readonly id: number;
  readonly service: Delivery['service'];
  readonly ordeal: Ordeal;
  readonly timeoutMs: number;
  readonly isReplay: boolean;
  readonly body: (run: Run) => Promise<void>;
  /** Called once: with how the run ended, a crash and a time-out being failures. */
  readonly onEnd: (ended: 'succeeded' | 'failed' | 'crashed' | 'timed-out') => void;
}

/** A tick runs when all microtasks are over, whatever they lead to: then a step has come to rest. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Runs handlers on the agenda. `settled` is awaited between two steps, so that a step's promises have come to rest. */
export const createSandboxes = (agenda: Agenda, isOver: () => boolean, fail: (what: string) => void) => {
  let waiting: Promise<void> | undefined;

  const start = ({ id, service, ordeal, timeoutMs, isReplay, body, onEnd }: RunSpec): void => {
    const isArmed = ordeal.latencyMs !== undefined || ordeal.pauseAt >= 0;
    const startedAt = agenda.now();
    let dead = false;
    let diedAt = 0;
    let calls = 0;
    let quiet: () => void = () => undefined;
    let cancelTimeout: () => void = () => undefined;

    const end = (ended: Parameters<typeof onEnd>[0]): void => {
      if (dead) return;
      dead = true;
      diedAt = agenda.now();
      cancelTimeout();
      onEnd(ended);
      quiet();
    };
    const isDead = (): boolean => dead;
    const never = new Promise<never>(() => undefined);

    const call = <T>(effect: () => T, port: PortName = 'store'): Promise<T> => {
      if (dead) return never;
      const number = calls++;
      if (number > callsMax) fail(`a run of ${service} makes more than ${callsMax} calls`);
      if (isOver()) {
        end('crashed');
        return never;
      }
      if (number === ordeal.crashAt) {
        if (ordeal.crashAfter) attempt(effect);
        end('crashed');
        return never;
      }
      const pauseMs = number === ordeal.pauseAt ? ordeal.pauseMs : 0;
      const latencyMs = ordeal.latencyMs?.(port) ?? 0;
      if (pauseMs + latencyMs === 0) {
        const answer = now(effect);
        return isDead() ? never : answer;
      }
      return new Promise((resolve, reject) => {
        const answer = (): void => {
          if (dead && agenda.now() - diedAt > inFlightMs) return;
          const outcome = attempt(effect);
          if (dead) return;
          // The answer takes its time too: between effect and answer others come in.
          agenda.after(latencyMs / 2, () => {
            waiting = drained();
            if ('error' in outcome) reject(outcome.error);
            else resolve(outcome.value);
          });
        };
        agenda.after(pauseMs + latencyMs / 2, () => {
          if (pauseMs > 0 && dead) return;
          answer();
        });
      });
    };

    const hasJumped = (): boolean => ordeal.jumpAt >= 0 && calls > ordeal.jumpAt;
    const clock = { now: () => agenda.now() + ordeal.skewMs + (hasJumped() ? ordeal.jumpMs : 0) };
    if (isArmed) {
      waiting = drained();
      cancelTimeout = agenda.after(timeoutMs, () => end('timed-out'));
    } else {
      waiting = new Promise((resolve) => (quiet = resolve));
    }
    const run: Run = {
      id,
      service,
      startedAt,
      isReplay,
      clock,
      isDead,
      die: () => end('crashed'),
      call,
    };
    body(run).then(
      () => end('succeeded'),
      () => end('failed'),
    );
  };

  const settled = async (): Promise<void> => {
    if (waiting === undefined) return;
    const current = waiting;
    waiting = undefined;
    await current;
  };

  return { start, settled, isSettling: (): boolean => waiting !== undefined };
};

type Outcome<T> = { readonly value: T } | { readonly error: Error };

const attempt = <T>(effect: () => T): Outcome<T> => {
  try {
    return { value: effect() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
};

const now = <T>(effect: () => T): Promise<T> => {
  try {
    return Promise.resolve(effect());
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
};

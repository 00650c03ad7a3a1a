/** The time of the simulated AWS. Epoch milliseconds; delays in milliseconds of that time. */
export interface LocalClock {
  now(): number;
  /** Runs once, not before `delayMs` has passed. Returns the cancellation. */
  after(delayMs: number, run: () => void): () => void;
  /** Marks work as being in flight, during which a compressed clock runs at the speed of the wall clock. */
  busy<T>(work: () => Promise<T>): Promise<T>;
}

interface Entry {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

const earlier = (a: Entry, b: Entry): number => a.dueAt - b.dueAt || a.order - b.order;

/** A list kept in order of time, then insertion, with a cancellation for each entry. */
const createAgenda = () => {
  const entries: Entry[] = [];
  let order = 0;
  return {
    next: (): Entry | undefined => entries[0],
    take: (): Entry | undefined => entries.shift(),
    add(dueAt: number, run: () => void): () => void {
      const entry: Entry = { dueAt, order: order++, run };
      let at = entries.length;
      while (at > 0 && earlier(entry, entries[at - 1] ?? entry) < 0) at--;
      entries.splice(at, 0, entry);
      return () => {
        const index = entries.indexOf(entry);
        if (index >= 0) entries.splice(index, 1);
      };
    },
  };
};

export interface ScaledClockOptions {
  /** How many times faster than the wall clock idle time passes; 1 is real time. */
  readonly speed: number;
  /** Where time starts, epoch ms. A restarted runtime hands in the time at which it was stopped. Default: now. */
  readonly startAt?: number;
}

export interface ScaledClock extends LocalClock {
  /** Forgets whatever is still to run; nothing keeps the process alive any more. */
  stop(): void;
}

const longestTimeoutMs = 2_147_483_647;

/**
 * Time that is compressed while nothing happens. Work in flight is charged at the speed of the wall
 * clock, so that a duration measured around a handler is the handler's own and not a multiple of it.
 */
export const createScaledClock = ({ speed, startAt = Date.now() }: ScaledClockOptions): ScaledClock => {
  const agenda = createAgenda();
  let inFlight = 0;
  let base = { wall: performance.now(), time: startAt };
  let wake: NodeJS.Timeout | undefined;
  let isStopped = false;

  const rate = (): number => (inFlight > 0 ? 1 : speed);
  const exact = (): number => base.time + (performance.now() - base.wall) * rate();
  const now = (): number => Math.floor(exact());
  const rebase = (): void => void (base = { wall: performance.now(), time: exact() });

  const arm = (): void => {
    clearTimeout(wake);
    const next = agenda.next();
    if (next === undefined || isStopped) return;
    const waitMs = Math.max(0, (next.dueAt - exact()) / rate());
    wake = setTimeout(fire, Math.min(waitMs, longestTimeoutMs));
  };
  const fire = (): void => {
    let next = agenda.next();
    while (next !== undefined && !isStopped && next.dueAt <= exact() + 0.5) {
      agenda.take();
      next.run();
      next = agenda.next();
    }
    arm();
  };
  const enter = (change: 1 | -1): void => {
    rebase();
    inFlight += change;
    arm();
  };

  return {
    now,
    after(delayMs, run) {
      const cancel = agenda.add(exact() + Math.max(0, delayMs), run);
      arm();
      return () => {
        cancel();
        arm();
      };
    },
    async busy(work) {
      enter(1);
      try {
        return await work();
      } finally {
        enter(-1);
      }
    },
    stop() {
      isStopped = true;
      clearTimeout(wake);
    },
  };
};

export interface ManualClock extends LocalClock {
  /** Moves time on and runs what falls due, in order, letting promises settle after each step. */
  advance(ms: number): Promise<void>;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that moves only when a test moves it. */
export const createManualClock = (startAt: number): ManualClock => {
  const agenda = createAgenda();
  let time = startAt;
  return {
    now: () => time,
    after: (delayMs, run) => agenda.add(time + Math.max(0, delayMs), run),
    busy: (work) => work(),
    async advance(ms) {
      const until = time + ms;
      await settle();
      let next = agenda.next();
      while (next !== undefined && next.dueAt <= until) {
        agenda.take();
        time = Math.max(time, next.dueAt);
        next.run();
        await settle();
        next = agenda.next();
      }
      time = until;
      await settle();
    },
  };
};

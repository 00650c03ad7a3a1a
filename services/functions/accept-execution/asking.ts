import { hashOf } from '../../core/kernel/canonical.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { Target } from '../../../contracts/plan.ts';
import { isLasting } from '../../core/readiness/lasting-error.ts';
import { targetKey } from '../../core/readiness/target-facts.ts';
import { openNotes, type Note } from './notes.ts';

/**
 * Within which time of a refusal an account is asked gently, and how many calls at once that is. Each page of notes
 * is read again by every run that goes on, so that an outage of an hour is not noted by each of a hundred runs.
 */
const gently = { forMs: 5 * 60_000, notedAgainMs: 2 * 60_000, atOnce: 4 };

export interface AskingKnobs {
  /** How long one run may ask; the rest of its time is for leases and for what it saves. */
  readonly runMs: number;
  /** Calls at once in one account and Region: more only earn a throttling there. */
  readonly atOnce: number;
}

export const askingKnobs: AskingKnobs = { runMs: 12_000, atOnce: 20 };

/** The checks cannot end in this run; what has been answered is kept. */
export class NotYet extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotYet';
  }
}

const minute = 60_000;

/**
 * How long an answer may be used, in ms. What is set up beforehand hardly changes while a start is checked; whatever
 * a launch could destroy or collide with, and all that is not named here, is asked again at the end.
 */
const usableMs: Readonly<Record<string, number>> = {
  quotas: 60 * minute,
  // It may name a machine that the launch overwrites: a person who has just named one must not wait an hour to be seen.
  describeLaunchConfiguration: 10 * minute,
  describeRecoverySnapshots: 60 * minute,
  describeSourceServers: 5 * minute,
};
const soonStaleMs = 40_000;

/** The window of jobs moves with the clock, and is no other question for it. */
const sameWhenever = new Set(['describeJobsSince']);

/** Answers are written down after so many calls: a death costs no more. */
const unsavedMax = 300;

/** Lets so many through at once. */
const createGate = (atOnce: number) => {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (inside >= atOnce) await new Promise<void>((enter) => waiting.push(enter));
    else inside += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
};

/** Under this it is noted that an account refused to answer. */
const refusalKey = (target: Target): string => `refused ${targetKey(target)}`;

const isRefusal = (key: string): boolean => key.startsWith('refused ');

/** One account and Region. */
interface Place {
  readonly gate: <T>(work: () => Promise<T>) => Promise<T>;
  /** Why nothing more is asked there in this run. */
  closed?: string;
}

export interface Asking {
  /** Reads as DRS does, from what was answered before where that is still good; throws NotYet. */
  readonly recovery: RecoveryService;
  /** Ends this run's asking and writes down what was answered. */
  readonly save: () => Promise<void>;
  /** When the last answer was got that this run knows, epoch ms; 0 if none ever was. */
  readonly progressAt: () => number;
}

/** What was answered, in this run and in earlier ones. */
const createNotebook = (notes: Awaited<ReturnType<typeof openNotes>>, clock: Clock) => {
  const fresh = new Map<string, Note>();
  let unsaved: Note[] = [];
  const save = async (): Promise<void> => {
    const written = unsaved;
    unsaved = [];
    if (written.length > 0) await notes.add(written);
  };
  return {
    save,
    hasFresh: (): boolean => fresh.size > 0,
    refusedAt: (target: Target): number => notes.known.get(refusalKey(target))?.at ?? 0,
    usable(key: string, name: string): Note | undefined {
      const note = fresh.get(key) ?? notes.known.get(key);
      const isGood = note !== undefined && Math.abs(clock.now() - note.at) <= (usableMs[name] ?? soonStaleMs);
      return isGood ? note : undefined;
    },
    async add(key: string, value: unknown): Promise<void> {
      const note: Note = { key, at: clock.now(), answer: value === undefined ? {} : { value } };
      fresh.set(key, note);
      unsaved.push(note);
      if (unsaved.length >= unsavedMax) await save();
    },
    addRefusal(target: Target): void {
      const isNew = Math.abs(clock.now() - this.refusedAt(target)) > gently.notedAgainMs;
      if (isNew) unsaved.push({ key: refusalKey(target), at: clock.now(), answer: {} });
    },
    progressAt: (): number => {
      const answers = [...notes.known.values(), ...fresh.values()].filter(({ key }) => !isRefusal(key));
      return answers.reduce((latest, { at }) => Math.max(latest, at), 0);
    },
  };
};

/**
 * Questions that go on from where an earlier run of the intake stopped. A refused or failed call closes its account
 * for this run, in which the others go on: it is asked again when the next run comes, after a pause.
 */
export const openAsking = async (
  { store, recovery, clock }: { store: RecordStore; recovery: RecoveryService; clock: Clock },
  round: string,
  { runMs, atOnce }: AskingKnobs,
): Promise<Asking> => {
  const notebook = createNotebook(await openNotes(store, round), clock);
  const begun = clock.now();
  const places = new Map<string, Place>();
  const inFlight = new Set<Promise<unknown>>();
  let isOver = false;

  const placeOf = (target: Target): Place => {
    const known = places.get(targetKey(target));
    if (known !== undefined) return known;
    const isTender = Math.abs(begun - notebook.refusedAt(target)) <= gently.forMs;
    const place: Place = { gate: createGate(isTender ? Math.min(atOnce, gently.atOnce) : atOnce) };
    places.set(targetKey(target), place);
    return place;
  };
  /** Each run gets at least one answer, however late it is. */
  const isSpent = (): boolean => notebook.hasFresh() && clock.now() - begun >= runMs;
  const ask = async (target: Target, key: string, question: () => Promise<unknown>): Promise<unknown> => {
    const place = placeOf(target);
    if (isOver || isSpent()) throw new NotYet('the time of this run is over');
    if (place.closed !== undefined) throw new NotYet(place.closed);
    try {
      const answer = await question();
      await notebook.add(key, answer);
      return answer;
    } catch (error) {
      if (isLasting(error)) throw error;
      place.closed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      notebook.addRefusal(target);
      throw new NotYet(place.closed);
    }
  };
  const noted =
    (name: string, question: (target: Target, ...rest: unknown[]) => Promise<unknown>) =>
    async (target: Target, ...rest: unknown[]): Promise<unknown> => {
      const key = `${name} ${targetKey(target)}${sameWhenever.has(name) ? '' : ` ${hashOf(rest)}`}`;
      const known = notebook.usable(key, name);
      if (known !== undefined) return known.answer.value;
      const asked = placeOf(target).gate(() => ask(target, key, () => question(target, ...rest)));
      inFlight.add(asked);
      return asked.finally(() => inFlight.delete(asked));
    };
  const questions = Object.entries(recovery).filter(([name]) => name !== 'startRecovery');

  return {
    // Every question begins with its target; a new one needs no line here, and is asked again at the end.
    recovery: {
      ...recovery,
      ...Object.fromEntries(questions.map(([name, question]) => [name, noted(name, question as never)])),
    },
    async save() {
      isOver = true;
      await Promise.allSettled(inFlight);
      await notebook.save();
    },
    progressAt: notebook.progressAt,
  };
};

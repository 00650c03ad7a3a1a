import type { Recorded } from '../../contracts/envelope.ts';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import type { Plan } from '../../contracts/plan.ts';
import { isClosing } from '../../services/core/domain/closing.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';

const minute = 60_000;
const hour = 60 * minute;

/** SSM: a calendar is closed at the beginning of every so many minutes. Instants in epoch ms. */
export const calendarAt = (
  name: string,
  now: number,
): { readonly isOpen: boolean; readonly since: number; readonly changesAt: number } => {
  const number = Number(name.replace(/\D/g, ''));
  const everyMs = (40 + (number % 80)) * minute;
  const closedMs = (5 + (number % 25)) * minute;
  const from = Math.floor(now / everyMs) * everyMs;
  return now - from < closedMs
    ? { isOpen: false, since: from, changesAt: from + closedMs }
    : { isOpen: true, since: from + closedMs, changesAt: from + everyMs };
};

/** Gives some plans calendars, drawn apart from everything else. */
export const withCalendars = (prng: Prng, workload: Workload): Workload => ({
  ...workload,
  plans: workload.plans.map((plan) => {
    if (prng.chance(0.8)) return plan;
    const calendars = Array.from({ length: prng.between(1, 2) }, () => `calendar-${prng.int(500)}`);
    return { ...plan, calendars: [...new Set(calendars)] };
  }),
});

export interface CalendarRulesDeps {
  readonly now: () => number;
  readonly planOf: (planId: string, version: number) => Plan | undefined;
  /** By how much machines' clocks may differ. */
  readonly skewMaxMs: number;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
  /** SSM tells so much later that a calendar has opened, unless that is lost. */
  readonly tell: (executionId: string, afterMs: number) => void;
}

interface Held {
  readonly isDrill: boolean;
  readonly calendars: readonly string[];
  pausedUntil?: number | undefined;
  acceptedUntil: number;
  /** Since when a calendar holds it up without its being told that they are open. */
  heldSince?: number | undefined;
}

/** The reconciler has an execution looked over every five minutes, and what is broken delays that. */
const toldMs = 30 * minute;

/** What a run has read is at most so old when it is saved. */
const readMs = 40_000;

/**
 * S40: no wave of a drill starts by itself while a calendar of its plan is closed, unless a person has accepted that;
 * and no calendar pauses a real recovery; each start says that one is closed. S45: a drill that a calendar has paused is told once that they are open, when they
 * are.
 */
export const createCalendarRules = ({ now, planOf, skewMaxMs, fail, hit, tell }: CalendarRulesDeps) => {
  const known = new Map<string, Held>();
  const asked = new Map<string, readonly string[]>();

  const onStart = (held: Held, executionId: string, waveId: string): void => {
    // Last actions launch nothing, and close what has begun.
    if (held.calendars.length === 0 || isClosing(waveId)) return;
    const closed = held.calendars.filter((name) => !calendarAt(name, now()).isOpen);
    const isFresh = closed.some((name) => now() - calendarAt(name, now()).since < readMs);
    if (closed.length === 0) return;
    if (!held.isDrill) return void hit('recovery went on although a calendar was closed');
    if (now() < held.acceptedUntil) return void hit('drill went on since a person said so');
    if (!isFresh) fail('S40', `${waveId} of ${executionId} started while ${closed.join(', ')} is closed`);
  };

  /** S40: whoever starts anything is told that a calendar is closed. */
  const onBegun = (
    { mode, overrides, warnings = [] }: Extract<ExecutionFact, { type: 'ExecutionStarted' }>['data'],
    executionId: string,
    calendars: readonly string[],
  ): void => {
    const isTold = [...overrides, ...warnings].includes('calendar-closed');
    if (isTold) hit(`${mode === 'DRILL' ? 'drill' : 'recovery'} told at its start that a calendar is closed`);
    const closed = calendars.filter((name) => {
      const { isOpen, since } = calendarAt(name, now());
      return !isOpen && now() - since >= readMs;
    });
    if (closed.length > 0 && !isTold)
      fail('S40', `${executionId} started without being told that ${closed.join(', ')} is closed`);
  };

  const onOpened = (held: Held, executionId: string): void => {
    hit('drill told that its calendars are open');
    held.heldSince = undefined;
    for (const name of held.calendars) {
      const { isOpen, since } = calendarAt(name, now());
      if (!isOpen && now() - since > readMs) fail('S45', `${executionId} is told that ${name} is open`);
    }
  };

  return {
    /** S45 once all has healed: nobody waits for calendars that were open for as long as the slowest backstop takes. */
    check(healedAt: number): void {
      for (const [executionId, { heldSince = Infinity, calendars }] of known) {
        const openSince = calendars.map((name) => {
          const { isOpen, since } = calendarAt(name, now());
          return isOpen ? since : Infinity;
        });
        if (now() - Math.max(healedAt, heldSince, ...openSince) > toldMs)
          fail('S45', `${executionId} is not told that its calendars are open`);
      }
    },
    onEvent({ metadata: { executionId }, ...event }: Recorded): void {
      const fact = event as ExecutionFact;
      if (fact.type === 'ExecutionAccepted' && fact.data.calendars !== undefined)
        asked.set(executionId, fact.data.calendars);
      if (fact.type === 'ExecutionStarted') {
        const { planId, planVersion, mode } = fact.data;
        const { calendars: ofPlan = [] } = planOf(planId, planVersion) ?? {};
        const calendars = [...ofPlan, ...(asked.get(executionId) ?? [])];
        known.set(executionId, { isDrill: mode === 'DRILL', calendars, acceptedUntil: 0 });
        onBegun(fact.data, executionId, calendars);
      }
      const held = known.get(executionId);
      if (held === undefined) return;
      if (fact.type === 'WaveStarted' && fact.data.attempt === 1)
        onStart(held, executionId, fact.data.waveId);
      if (fact.type === 'ExecutionPaused') {
        const { calendars, opensAt } = fact.data;
        if (calendars === undefined) return void (held.pausedUntil = undefined);
        hit('drill paused by a calendar');
        if (!held.isDrill) fail('S40', `a calendar has paused ${executionId}, a real recovery`);
        held.pausedUntil = opensAt === undefined ? Infinity : Date.parse(opensAt);
        held.heldSince = now();
        for (const name of calendars) {
          const { isOpen, changesAt } = calendarAt(name, now());
          if (!isOpen) tell(executionId, changesAt - now());
        }
      }
      if (fact.type === 'ExecutionResumed' || fact.type === 'ExecutionCancelling') held.heldSince = undefined;
      if (fact.type === 'CalendarsOpened') onOpened(held, executionId);
      if (fact.type === 'ExecutionResumed' && held.pausedUntil !== undefined)
        held.acceptedUntil = Math.min(held.pausedUntil, now() + hour) + skewMaxMs;
    },
  };
};

import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { ExecutionState } from './execution-state.ts';

/** What the Change Calendars of an execution say at a moment. */
export type CalendarAnswer =
  | { readonly isOpen: true }
  | {
      readonly isOpen: false;
      /** Those that are closed, or that cannot be asked. */
      readonly calendars: readonly string[];
      /** Why, for people: each calendar that is closed, and when it opens again. */
      readonly message: string;
      /** Epoch ms; absent where no such time is known. */
      readonly opensAt?: number;
    };

/**
 * Whether a wave of it may only start once its calendars have been asked. A real recovery waits for no calendar; a
 * person who resumed a drill that a calendar had paused has accepted that, until the calendar was to open again.
 */
export const isHeldToCalendars = (
  { mode, calendars = [], calendarsAcceptedUntil = 0 }: ExecutionState,
  now: number,
): boolean => mode === 'DRILL' && calendars.length > 0 && now >= calendarsAcceptedUntil;

/** A number that no decision on it has. */
const pauseId = ({ decisions }: ExecutionState): string => {
  let count = decisions.length;
  while (decisions.includes(`calendar:${count}`)) count++;
  return `calendar:${count}`;
};

/** Nothing starts while a calendar is closed; what runs goes on. */
export const pausedBy = (
  state: ExecutionState,
  { calendars, message, opensAt }: Extract<CalendarAnswer, { isOpen: false }>,
): ExecutionFact => ({
  type: 'ExecutionPaused',
  data: {
    ...{ decisionId: pauseId(state), by: `Change Calendar ${calendars.join(', ')}`.slice(0, 256) },
    reason: message.slice(0, 1_000),
    calendars: [...calendars],
    ...(opensAt !== undefined && { opensAt: new Date(opensAt).toISOString() }),
  },
});

/** Whether its calendars have to be asked to know that they no longer hold the drill up. */
export const awaitsOpening = ({ status, paused }: Pick<ExecutionState, 'status' | 'paused'>): boolean =>
  status === 'PAUSED' && paused?.calendars !== undefined && paused.openedAt === undefined;

/** That the calendars are open, once for each pause. It resumes nothing: hours later, people may have gone home. */
export const openedFact = (
  state: Pick<ExecutionState, 'status' | 'paused'>,
  answer: CalendarAnswer | undefined,
): readonly ExecutionFact[] =>
  answer?.isOpen === true && awaitsOpening(state)
    ? [{ type: 'CalendarsOpened', data: { calendars: [...(state.paused?.calendars ?? [])] } }]
    : [];

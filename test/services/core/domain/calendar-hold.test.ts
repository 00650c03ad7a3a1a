import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { CalendarAnswer } from '../../../../services/core/domain/calendar-hold.ts';
import { illegalInExecution } from '../../../../services/core/domain/audit/legal-execution.ts';
import {
  awaitsCalendars,
  decideExecution,
  type ExecutionInput,
} from '../../../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minutes = (n: number): number => start + n * 60_000;
const graph = graphOf([aWave('first'), aWave('second', { dependsOn: ['first'] })], 1_440);
const look: ExecutionInput = { type: 'Look' };
const opensAt = minutes(30);
const closed: CalendarAnswer = {
  ...{ isOpen: false, calendars: ['freeze'], opensAt },
  message: 'the calendar freeze is closed until 2026-01-01T00:30:00.000Z',
};
const unknown: CalendarAnswer = { isOpen: false, calendars: ['freeze'], message: 'it cannot be asked' };

const after = (state: ExecutionState, facts: readonly ExecutionFact[], at: number): ExecutionState =>
  deepFreeze(facts.reduce((each, fact) => evolveExecution(each, fact, at), state));

const running = (mode: 'DRILL' | 'RECOVERY' = 'DRILL', calendars: string[] = ['freeze']): ExecutionState =>
  after(
    { ...initialExecution, status: 'REQUESTED' },
    [
      {
        type: 'ExecutionStarted',
        data: {
          ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash: 'f', mode },
          ...{ requestedBy: 'ops', reason: '', waveCount: 2, serverCount: 2, overrides: [], calendars },
        },
      },
    ],
    start,
  );

const decided = (state: ExecutionState, answer?: CalendarAnswer, at = start): readonly ExecutionFact[] =>
  decideExecution(graph, state, look, at, new Set(), answer);
const typesOf = (facts: readonly ExecutionFact[]): readonly string[] => facts.map(({ type }) => type);

const resume = (decisionId = 'd'): ExecutionInput => ({
  type: 'Decision',
  decision: { decision: 'resume', decisionId, by: 'ada', reason: '' },
});
const pausedWith = (answer: CalendarAnswer, at = start): ExecutionState =>
  after(running(), decided(running(), answer, at), at);
const resumedAt = (answer: CalendarAnswer, at: number): ExecutionState => {
  const paused = pausedWith(answer);
  return after(paused, decideExecution(graph, paused, resume(), at), at);
};

describe('a drill with calendars', () => {
  it('starts nothing until they have been asked', () => {
    expect(decided(running())).toEqual([]);
    expect(awaitsCalendars(graph, running(), start)).toBe(true);
    expect(typesOf(decided(running(), { isOpen: true }))).toEqual(['WaveStarted']);
  });

  it('is paused before its next wave by one that is closed, which is named with when it opens again', () => {
    const facts = decided(running(), closed);
    expect(facts).toEqual([
      {
        type: 'ExecutionPaused',
        data: {
          ...{ decisionId: 'calendar:0', by: 'Change Calendar freeze', calendars: ['freeze'] },
          reason: 'the calendar freeze is closed until 2026-01-01T00:30:00.000Z',
          opensAt: '2026-01-01T00:30:00.000Z',
        },
      },
    ]);
    const paused = after(running(), facts, start);
    expect(paused.status).toBe('PAUSED');
    expect(decided(paused, closed)).toEqual([]);
  });

  it('concludes a wave that has ended, and holds back what follows it', () => {
    const open = after(running(), decided(running(), { isOpen: true }), start);
    const input: ExecutionInput = {
      type: 'WaveSettled',
      wave: { waveId: 'first', attempt: 1, outcome: 'COMPLETED', reasons: [], servers: [] },
    };
    expect(typesOf(decideExecution(graph, open, input, minutes(1)))).toEqual(['WaveCompleted']);
    expect(typesOf(decideExecution(graph, open, input, minutes(1), new Set(), closed))).toEqual([
      'WaveCompleted',
      'ExecutionPaused',
    ]);
  });

  it('asks nothing while no wave could start', () => {
    const open = after(running(), decided(running(), { isOpen: true }), start);
    expect(awaitsCalendars(graph, open, start)).toBe(false);
    expect(decided(open, closed)).toEqual([]);
  });

  it.each([
    ['until the calendar opens again', closed, 30],
    ['for an hour where nobody knows when that is', unknown, 65],
  ])('that somebody resumes goes on %s', (_how, answer, lasts) => {
    const resumed = resumedAt(answer, minutes(5));
    expect(typesOf(decideExecution(graph, pausedWith(answer), resume(), minutes(5)))).toEqual([
      'ExecutionResumed',
      'WaveStarted',
    ]);
    const waiting = { ...resumed, waves: {} };
    expect(awaitsCalendars(graph, waiting, minutes(lasts) - 1)).toBe(false);
    expect(awaitsCalendars(graph, waiting, minutes(lasts))).toBe(true);
  });

  it('asks as ever after a pause by a person', () => {
    const pause: ExecutionInput = {
      type: 'Decision',
      decision: { decision: 'pause', decisionId: 'p', by: 'ada', reason: '' },
    };
    const paused = after(running(), decideExecution(graph, running(), pause, start), start);
    const facts = decideExecution(graph, paused, resume(), minutes(1));
    expect(typesOf(facts)).toEqual(['ExecutionResumed']);
    expect(awaitsCalendars(graph, after(paused, facts, minutes(1)), minutes(1))).toBe(true);
  });

  it('has another number for each pause, also where somebody has taken one', () => {
    const taken = deepFreeze({ ...running(), decisions: ['a', 'calendar:2'] });
    expect(decided(taken, closed)).toMatchObject([{ data: { decisionId: 'calendar:3' } }]);
  });
});

describe('a real recovery', () => {
  it('waits for no calendar', () => {
    const recovery = running('RECOVERY');
    expect(awaitsCalendars(graph, recovery, start)).toBe(false);
    expect(typesOf(decided(recovery, closed))).toEqual(['WaveStarted']);
  });
});

describe('the audit', () => {
  const [pause] = decided(running(), closed);
  it.each([
    ['a pause by a calendar of the drill', running(), undefined],
    ['a pause of a real recovery', running('RECOVERY'), 'no calendar pauses a real recovery'],
    ['a pause by a calendar of others', running('DRILL', ['other']), 'it has no calendar freeze'],
  ])('judges %s', (_what, state, verdict) => {
    if (pause === undefined) throw new Error('there is no pause');
    expect(illegalInExecution(state, pause, start)).toBe(verdict);
  });
});

describe('the calendars of a drill that they have paused', () => {
  const opened: ExecutionFact = { type: 'CalendarsOpened', data: { calendars: ['freeze'] } };
  const open: CalendarAnswer = { isOpen: true };

  it('are asked until they are open, which is said once and resumes nothing', () => {
    const paused = pausedWith(closed);
    expect(awaitsCalendars(graph, paused, minutes(5))).toBe(true);
    expect(decided(paused, closed, minutes(5))).toEqual([]);
    expect(decided(paused, undefined, minutes(5))).toEqual([]);
    expect(decided(paused, open, minutes(31))).toEqual([opened]);
    const told = after(paused, [opened], minutes(31));
    expect([told.status, told.paused?.openedAt]).toEqual(['PAUSED', minutes(31)]);
    expect(awaitsCalendars(graph, told, minutes(32))).toBe(false);
    expect(decided(told, open, minutes(32))).toEqual([]);
  });

  it('are asked again by whoever resumes after they were open: they may have closed since', () => {
    const told = after(pausedWith(unknown), [opened], minutes(31));
    const resumed = after(told, decideExecution(graph, told, resume(), minutes(40)), minutes(40));
    expect(awaitsCalendars(graph, resumed, minutes(40))).toBe(true);
    expect(typesOf(decided(resumed, closed, minutes(40)))).toEqual(['ExecutionPaused']);
  });

  it('say so in no other state, by the audit', () => {
    const paused = pausedWith(closed);
    expect(illegalInExecution(paused, opened, minutes(31))).toBeUndefined();
    const why = 'no calendar of these had paused it, or it was said before';
    expect(illegalInExecution(running(), opened, minutes(31))).toBe(why);
    expect(illegalInExecution(after(paused, [opened], minutes(31)), opened, minutes(32))).toBe(why);
    const other: ExecutionFact = { type: 'CalendarsOpened', data: { calendars: ['another'] } };
    expect(illegalInExecution(paused, other, minutes(31))).toBe(why);
  });
});

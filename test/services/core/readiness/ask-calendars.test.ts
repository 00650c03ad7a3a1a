import { describe, expect, it } from 'vitest';
import { unacceptedWarnings } from '../../../../services/core/domain/acceptance.ts';
import {
  askCalendars,
  calendarFindings,
  calendarNames,
} from '../../../../services/core/readiness/ask-calendars.ts';
import { aWave } from '../../../support/frozen-wave.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';

const noon = Date.parse('2026-01-01T12:00:00Z');
const one = Date.parse('2026-01-01T13:00:00Z');

describe('calendars', () => {
  it('that are all open take one question', async () => {
    const asked: string[][] = [];
    const reader = {
      read: async (names: readonly string[]) => {
        asked.push([...names]);
        return { isOpen: true, changesAt: noon };
      },
    };
    expect(await askCalendars(reader, ['a', 'b'])).toEqual({ isOpen: true });
    expect(asked).toEqual([['a', 'b']]);
  });

  it('of which some are closed are named, and open again with the last of these', async () => {
    const states = {
      freeze: { isOpen: false, changesAt: noon },
      open: { isOpen: true, changesAt: one + 1 },
      peak: { isOpen: false, changesAt: one },
    };
    const reader = createMemoryCalendarReader((name) => states[name as keyof typeof states]);
    expect(await askCalendars(reader, ['freeze', 'open', 'peak'])).toEqual({
      ...{ isOpen: false, calendars: ['freeze', 'peak'], opensAt: one },
      message:
        'the calendar freeze is closed until 2026-01-01T12:00:00.000Z; the calendar peak is closed until 2026-01-01T13:00:00.000Z',
    });
  });

  it('of which one never opens again give no time', async () => {
    const reader = createMemoryCalendarReader((name) => ({
      isOpen: false,
      ...(name === 'freeze' && { changesAt: noon }),
    }));
    const answer = await askCalendars(reader, ['freeze', 'closed']);
    expect(answer).not.toHaveProperty('opensAt');
    expect(answer).toMatchObject({ isOpen: false, calendars: ['freeze', 'closed'] });
  });

  it('that have opened between two questions are open', async () => {
    let questions = 0;
    const reader = { read: async () => ({ isOpen: questions++ > 0 }) };
    expect(await askCalendars(reader, ['freeze'])).toEqual({ isOpen: true });
  });

  it('of which SSM knows nothing are told of in its words', async () => {
    const fault = new Error('ssm answered 400: {"__type":"InvalidDocument","message":"There is none."}');
    fault.name = 'InvalidDocument';
    const reader = { read: async () => Promise.reject(fault) };
    expect(await askCalendars(reader, ['freeze'])).toMatchObject({
      message: 'the calendars freeze cannot be asked: InvalidDocument: There is none.',
    });
  });

  it('that cannot be asked count as closed', async () => {
    const reader = { read: async () => Promise.reject(new Error('Rate exceeded')) };
    expect(await askCalendars(reader, ['freeze', 'peak'])).toEqual({
      ...{ isOpen: false, calendars: ['freeze', 'peak'] },
      message: 'the calendars freeze, peak cannot be asked: Error: Rate exceeded',
    });
  });
});

describe('before a start', () => {
  const waves = [aWave('database'), aWave('web')];
  const closed = createMemoryCalendarReader(() => ({ isOpen: false, changesAt: noon }));

  it('calendars of the plan and of whoever asks are asked, each once', () => {
    expect(calendarNames({ calendars: ['a', 'b'] }, { calendars: ['b', 'c'] })).toEqual(['a', 'b', 'c']);
    expect(calendarNames({}, {})).toEqual([]);
  });

  it('one that is closed is told of, and refuses nothing', async () => {
    const told = await calendarFindings(closed, ['freeze'], waves, 'RECOVERY');
    expect(told).toEqual([
      {
        ...{ level: 'warning', name: 'calendar-closed', waveId: 'database' },
        message:
          'Change Calendars freeze: closed, and the next change is at 2026-01-01T12:00:00.000Z; a real recovery waits for none',
      },
    ]);
    const [ofDrill] = await calendarFindings(closed, ['freeze'], waves, 'DRILL');
    expect(ofDrill?.message).toMatch(/; a drill pauses before its next wave$/);
    for (const mode of ['DRILL', 'RECOVERY'] as const)
      expect(unacceptedWarnings(await calendarFindings(closed, ['freeze'], waves, mode), mode)).toEqual([]);
  });

  it('one that cannot be asked is told of, after a single call however many there are', async () => {
    let calls = 0;
    const silent = { read: async () => Promise.reject(new Error(`no answer to call ${++calls}`)) };
    const told = await calendarFindings(silent, ['freeze', 'peak'], waves, 'RECOVERY');
    expect(told.map(({ message }) => message)).toEqual([
      'Change Calendars freeze, peak: SSM does not say whether they are open (Error: no answer to call 1); a real recovery waits for none',
    ]);
    expect(calls).toBe(1);
  });

  it('no calendar is asked where there is none, and one that is open is not told of', async () => {
    const never = { read: async () => Promise.reject(new Error('asked')) };
    expect(await calendarFindings(never, [], waves, 'DRILL')).toEqual([]);
    expect(await calendarFindings(createMemoryCalendarReader(), ['freeze'], waves, 'DRILL')).toEqual([]);
  });
});

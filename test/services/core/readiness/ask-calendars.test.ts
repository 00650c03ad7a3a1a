import { describe, expect, it } from 'vitest';
import { askCalendars } from '../../../../services/core/readiness/ask-calendars.ts';
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

import { CreateDocumentCommand, GetCalendarStateCommand, UpdateDocumentCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { parseCalendar, stateAt } from '../../../../infra/simulated-aws/ssm/calendar.ts';
import { ssmFixture } from './fixture.ts';

const calendarOf = (kind: 'OPEN' | 'CLOSED', ...lines: readonly string[]): string =>
  [
    ...['BEGIN:VCALENDAR', 'PRODID:-//AWS//Change Calendar 1.0//EN', 'VERSION:2.0'],
    ...[`X-CALENDAR-TYPE:DEFAULT_${kind}`, 'X-WR-CALDESC:', 'BEGIN:VTODO', 'UID:holder', 'END:VTODO'],
    ...(lines.length === 0 ? [] : ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Freeze', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');

const at = (text: string, time: string) => {
  const { isOpen, changesAt } = stateAt([parseCalendar(text)], Date.parse(time));
  return [isOpen, changesAt === undefined ? undefined : new Date(changesAt).toISOString()];
};

describe('a Change Calendar', () => {
  const freeze = calendarOf('OPEN', 'DTSTART:20261220T000000Z', 'DTEND:20270104T000000Z');

  it('is open but for its events, and tells when that changes', () => {
    expect(at(freeze, '2026-12-01T00:00:00Z')).toEqual([true, '2026-12-20T00:00:00.000Z']);
    expect(at(freeze, '2026-12-20T00:00:00Z')).toEqual([false, '2027-01-04T00:00:00.000Z']);
    expect(at(freeze, '2027-01-04T00:00:00Z')).toEqual([true, undefined]);
  });

  it('is closed but for its events where it is closed by default', () => {
    const window = calendarOf('CLOSED', 'DTSTART:20260301T020000Z', 'DURATION:PT3H');
    expect(at(window, '2026-03-01T01:00:00Z')).toEqual([false, '2026-03-01T02:00:00.000Z']);
    expect(at(window, '2026-03-01T04:59:59Z')).toEqual([true, '2026-03-01T05:00:00.000Z']);
  });

  it('keeps the time on the wall of an event that comes back, over a daylight-saving change', () => {
    const fridays = calendarOf(
      'OPEN',
      'DTSTART;TZID=Europe/Berlin:20260320T180000',
      'DTEND;TZID=Europe/Berlin:20260321T060000',
      'RRULE:FREQ=WEEKLY;BYDAY=FR',
      'EXDATE;TZID=Europe/Berlin:20260403T180000',
    );
    expect(at(fridays, '2026-03-26T00:00:00Z')).toEqual([true, '2026-03-27T17:00:00.000Z']);
    expect(at(fridays, '2026-03-29T00:00:00Z')).toEqual([true, '2026-04-10T16:00:00.000Z']);
  });

  it('ends a rule with its count or its last day', () => {
    const twice = calendarOf('OPEN', 'DTSTART:20260101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2');
    expect(at(twice, '2026-01-02T00:30:00Z')).toEqual([false, '2026-01-02T01:00:00.000Z']);
    expect(at(twice, '2026-01-02T01:00:00Z')).toEqual([true, undefined]);
    const until = calendarOf(
      'OPEN',
      'DTSTART;VALUE=DATE:20260101',
      'RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260105',
    );
    expect(at(until, '2026-01-05T12:00:00Z')).toEqual([false, '2026-01-06T00:00:00.000Z']);
    expect(at(until, '2026-01-06T00:00:00Z')).toEqual([true, undefined]);
  });

  it('is open with others only while all are', () => {
    const other = calendarOf('CLOSED', 'DTSTART:20261215T000000Z', 'DTEND:20261231T000000Z');
    const both = [parseCalendar(freeze), parseCalendar(other)];
    expect(stateAt(both, Date.parse('2026-12-16T00:00:00Z'))).toEqual({
      isOpen: true,
      changesAt: Date.parse('2026-12-20T00:00:00Z'),
    });
    expect(stateAt(both, Date.parse('2026-12-01T00:00:00Z')).isOpen).toBe(false);
  });

  it.each([
    ['RRULE:FREQ=YEARLY', 'FREQ=YEARLY'],
    ['RRULE:FREQ=DAILY;BYSETPOS=1', 'BYSETPOS'],
    ['RECURRENCE-ID:20260101T000000Z', 'RECURRENCE-ID'],
    ['DURATION:PT0S', 'ends before it begins'],
  ])('refuses %s by name', (line, name) => {
    const text = calendarOf(
      'OPEN',
      'DTSTART:20260101T000000Z',
      line,
      ...(line.startsWith('DUR') ? [] : ['DURATION:PT1H']),
    );
    expect(() => parseCalendar(text)).toThrow(name);
  });
});

describe('GetCalendarState', () => {
  const text = calendarOf('OPEN', 'DTSTART:20261220T000000Z', 'DTEND:20270104T000000Z');
  const document = { Name: 'freeze', DocumentType: 'ChangeCalendar', DocumentFormat: 'TEXT' } as const;

  it('answers for documents by name or ARN, as they were last written', async () => {
    const { client } = ssmFixture();
    await client.send(new CreateDocumentCommand({ ...document, Content: text }));
    const ask = () =>
      client.send(
        new GetCalendarStateCommand({
          CalendarNames: ['arn:aws:ssm:eu-west-1:111122223333:document/freeze'],
          AtTime: '2026-12-24T00:00:00Z',
        }),
      );
    expect(await ask()).toMatchObject({ State: 'CLOSED', NextTransitionTime: '2027-01-04T00:00:00Z' });
    await client.send(new UpdateDocumentCommand({ Name: 'freeze', Content: calendarOf('OPEN') }));
    const { State, NextTransitionTime } = await ask();
    expect([State, NextTransitionTime]).toEqual(['OPEN', undefined]);
  });

  it('refuses what is no calendar, and what is not there', async () => {
    const { client } = ssmFixture();
    await expect(
      client.send(new CreateDocumentCommand({ ...document, Content: 'no calendar' })),
    ).rejects.toMatchObject({
      name: 'InvalidDocumentContent',
    });
    const ask = (name: string) => client.send(new GetCalendarStateCommand({ CalendarNames: [name] }));
    await expect(ask('nothing')).rejects.toMatchObject({ name: 'InvalidDocument' });
    await expect(ask('AWS-RunShellScript')).rejects.toThrow();
    await expect(ask('Groundswell-HealthCheck')).rejects.toMatchObject({ name: 'InvalidDocumentType' });
  });
});

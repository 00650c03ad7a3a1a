import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../../../infra/simulated-aws/scheduler/expression.ts';
import { scheduleSchema } from '../../../../../contracts/schedule.ts';
import {
  isOccurrence,
  nextOccurrences,
  scheduleFaults,
} from '../../../../../services/core/domain/schedules/occurrences.ts';
import {
  blockedAt,
  closedFor,
  lateBy,
  nextTimes,
} from '../../../../../services/core/domain/schedules/verdict.ts';

const scheduleOf = (more: object = {}) =>
  scheduleSchema.parse({
    ...{ scheduleId: 'quarterly', planId: 'shop', cron: '30 2 * * ? *', zone: 'Europe/Berlin' },
    ...more,
  });
const at = Date.parse;

describe('the next times of a schedule', () => {
  it('show the one that the clocks leave out in spring, which is skipped', () => {
    expect(nextTimes(scheduleOf(), at('2026-03-28T12:00:00Z'), 2)).toEqual([
      { local: '2026-03-29 02:30', skipped: 'the clocks go forward: this time does not exist' },
      { local: '2026-03-30 02:30', at: '2026-03-30T00:30:00.000Z' },
    ]);
  });

  it('have the one that comes twice in autumn once, before the shift', () => {
    expect(nextTimes(scheduleOf(), at('2026-10-24T12:00:00Z'), 2)).toEqual([
      { local: '2026-10-25 02:30', at: '2026-10-25T00:30:00.000Z' },
      { local: '2026-10-26 02:30', at: '2026-10-26T01:30:00.000Z' },
    ]);
    // Between the first and the second half past two.
    expect(nextTimes(scheduleOf(), at('2026-10-25T01:00:00Z'), 1)).toEqual([
      { local: '2026-10-26 02:30', at: '2026-10-26T01:30:00.000Z' },
    ]);
  });

  it('are those at which the simulated Scheduler invokes', () => {
    const field = (most: number, least = 0) => fc.integer({ min: least, max: most }).map(String);
    const cron = fc.oneof(
      fc.tuple(field(59), field(23)).map(([m, h]) => `${m} ${h} * * ? *`),
      fc.tuple(field(59), field(23), field(7, 1)).map(([m, h, d]) => `${m} ${h} ? * ${d} *`),
      fc.tuple(field(59), field(23), field(28, 1)).map(([m, h, d]) => `${m} ${h} ${d} 1/3 ? *`),
      fc.tuple(field(59), field(23), field(4, 1)).map(([m, h, n]) => `${m} ${h} ? * SAT#${n} *`),
    );
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    );
    const after = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
    fc.assert(
      fc.property(cron, zone, after, (expression, inZone, from) => {
        const read = parseExpression(`cron(${expression})`, inZone);
        const ours = nextOccurrences({ cron: expression, zone: inZone }, from, 6).flatMap(
          (each) => each.at ?? [],
        );
        let known = from;
        for (const each of ours) {
          known = read?.next(known, 0) ?? NaN;
          expect(new Date(each).toISOString()).toBe(new Date(known).toISOString());
          expect(isOccurrence({ cron: expression, zone: inZone }, each)).toBe(true);
          expect(isOccurrence({ cron: expression, zone: inZone }, each + 60_000)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a schedule', () => {
  it.each([
    ['30 2 * * * *', /no cron expression/],
    ['30 2 * * ? 2020', /never due again/],
    ['0/5 * * * ? *', /more often than every 15 minutes/],
  ])('is refused with the cron %s', (cron, message) => {
    expect(scheduleFaults(scheduleOf({ cron }), at('2026-03-01T00:00:00Z'))).toMatchObject([
      { path: 'cron', message: expect.stringMatching(message) as string },
    ]);
  });

  it('is refused when its flexible window outlasts its start window', () => {
    const faults = scheduleFaults(scheduleOf({ flexibleMinutes: 60 }), 0);
    expect(faults).toMatchObject([{ path: 'flexibleMinutes' }]);
  });

  it('of real recoveries there is none', () => {
    expect(scheduleSchema.safeParse({ ...scheduleOf(), mode: 'RECOVERY' }).success).toBe(false);
  });
});

describe('a start', () => {
  it('is blocked on dates and in windows of the week, on the clocks of the zone', () => {
    const schedule = scheduleOf({ blockedDates: ['2026-12-24'], blockedWindows: ['Fri:22:00-Mon:06:00'] });
    // Half past eleven in the evening of the 23rd in UTC is the 24th in Berlin.
    expect(blockedAt(schedule, at('2026-12-23T23:30:00Z'))?.reason).toBe('blocked-date');
    expect(blockedAt(schedule, at('2026-12-23T22:30:00Z'))).toBeUndefined();
    // A Friday, a Saturday, a Monday.
    expect(blockedAt(schedule, at('2026-07-03T19:59:00Z'))).toBeUndefined();
    expect(blockedAt(schedule, at('2026-07-03T20:00:00Z'))?.reason).toBe('blocked-window');
    expect(blockedAt(schedule, at('2026-07-04T12:00:00Z'))?.reason).toBe('blocked-window');
    expect(blockedAt(schedule, at('2026-07-06T03:59:00Z'))?.reason).toBe('blocked-window');
    expect(blockedAt(schedule, at('2026-07-06T04:00:00Z'))).toBeUndefined();
  });

  it('is too late after its start window, and not before', () => {
    const due = at('2026-03-27T01:30:00Z');
    expect(lateBy(scheduleOf(), due, due + 60 * 60_000)).toBeUndefined();
    expect(lateBy(scheduleOf(), due, due + 61 * 60_000)?.reason).toBe('late');
  });

  it('needs calendars that stay open for as long as it should take', () => {
    const now = at('2026-03-27T01:30:00Z');
    expect(closedFor({ isOpen: true }, now, 90)).toBeUndefined();
    expect(closedFor({ isOpen: true, changesAt: now + 90 * 60_000 }, now, 90)).toBeUndefined();
    expect(closedFor({ isOpen: true, changesAt: now + 89 * 60_000 }, now, 90)?.reason).toBe(
      'calendar-closed',
    );
    expect(closedFor({ isOpen: false, changesAt: now + 60_000 }, now, 90)?.reason).toBe('calendar-closed');
  });
});

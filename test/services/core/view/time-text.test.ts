import { describe, expect, it } from 'vitest';
import { dateTimeAndLocal, localText } from '../../../../services/core/view/time-text.ts';

const late = Date.parse('2026-11-23T23:30:00Z');

describe('the time on the clocks of whoever reads', () => {
  it.each([
    ['Europe/Berlin', '2026-11-24 00:30 CET'],
    ['America/New_York', '18:30 GMT-5'],
    ['Asia/Kolkata', '2026-11-24 05:00 GMT+5:30'],
    ['Europe/London', ''],
    ['UTC', ''],
  ])('is in %s %j', (zone, text) => {
    expect(localText(late, zone)).toBe(text);
  });

  it('stands beside UTC where it differs', () => {
    expect(dateTimeAndLocal(late, 'America/New_York')).toBe('2026-11-23 23:30 UTC (18:30 GMT-5)');
    expect(dateTimeAndLocal(late, 'UTC')).toBe('2026-11-23 23:30 UTC');
  });
});

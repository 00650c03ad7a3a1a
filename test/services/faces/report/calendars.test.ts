import { expect, it } from 'vitest';
import { calendarText } from '../../../../services/core/view/words.ts';
import { calendarsText } from '../../../../services/faces/report/sentences.ts';

it.each([
  ['DRILL', 'freeze, peak, asked before each wave', 'calendars asked before each wave: freeze, peak'],
  [
    'RECOVERY',
    'freeze, peak, not asked: a real recovery waits for none',
    'calendars not asked: freeze, peak',
  ],
])('of the calendars of a %s it is said whether they were asked', (mode, inReport, inLine) => {
  expect(calendarsText(['freeze', 'peak'], { mode })).toBe(inReport);
  expect(calendarText(mode, ['freeze', 'peak'])).toBe(inLine);
});

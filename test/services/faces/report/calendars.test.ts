import { expect, it } from 'vitest';
import { calendarsText } from '../../../../services/core/view/words.ts';

it.each([
  ['DRILL', 'freeze, peak, asked before each wave'],
  ['RECOVERY', 'freeze, peak, for which a real recovery does not wait'],
])('of the calendars of a %s it is said whether they were asked', (mode, said) => {
  expect(calendarsText(mode, ['freeze', 'peak'])).toBe(said);
});

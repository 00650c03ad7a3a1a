import { expect, it } from 'vitest';
import { greenText, waveTimesText } from '../../../../services/faces/report/sentences.ts';

const minute = 60_000;

it.each([
  [{ isGated: false }, 'none', 'nothing was launched; no alarms are waited for', ''],
  [
    { isGated: false, launchMs: minute },
    'none',
    'launched after 1m 00s; no alarms are waited for',
    'launched after 1m 00s',
  ],
  [
    { isGated: true, launchMs: minute },
    'not green',
    'launched after 1m 00s; not every alarm is OK',
    'launched after 1m 00s, not green',
  ],
  [
    { isGated: true, launchMs: minute, greenMs: 6 * minute },
    '6m 00s',
    'launched after 1m 00s',
    'launched after 1m 00s, green after 6m 00s',
  ],
])('the time to green of %j is said in words', (times, value, note, ofWave) => {
  expect(greenText(times)).toMatchObject({ value, note });
  expect(waveTimesText(times)).toBe(ofWave);
});

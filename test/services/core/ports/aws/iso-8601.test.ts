import { describe, expect, it } from 'vitest';
import {
  durationSeconds,
  instantOf,
  UnreadableAnswerError,
} from '../../../../../services/core/ports/aws/iso-8601.ts';

describe('a duration', () => {
  it.each([
    ['P0D', 0],
    ['PT4M30S', 270],
    ['P2DT1H32M12.136909S', 178_332.136909],
    ['P1W', 604_800],
    ['PT0.5S', 0.5],
  ])('%s has %d seconds', (text, seconds) => {
    expect(durationSeconds(text)).toBeCloseTo(seconds, 6);
  });

  it.each(['', '5 minutes', 'PT5', 'P1M'])('is not read from "%s"', (text) => {
    expect(durationSeconds(text)).toBeUndefined();
  });
});

describe('an instant', () => {
  it('is read with microseconds and an offset, as DRS writes it', () => {
    const at = Date.parse('2022-12-07T19:15:38.846Z');
    expect(instantOf('creationDateTime', '2022-12-07T19:15:38.846723+00:00')).toBe(at);
    expect(instantOf('creationDateTime', '2022-12-07T19:15:38.846Z')).toBe(at);
  });

  it.each([undefined, 'soon'])('is refused by name when it is %s', (text) => {
    expect(() => instantOf('creationDateTime', text)).toThrow(UnreadableAnswerError);
  });
});

import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { patternText } from './constraint.ts';
import { invalidParameter, invalidPattern, limitExceeded } from './errors.ts';
import { isJsonObject, parseJson } from './json.ts';
import { operation } from './operation.ts';
import type { Pattern } from './pattern.ts';
import { compilePattern, leavesOf } from './pattern-match.ts';
import { parsePattern } from './pattern-parse.ts';
import { PatternRefusal, PatternTooLarge } from './pattern-refusal.ts';

/** Parses a pattern that a caller handed in, or throws what AWS answers to a bad one. */
export const readPattern = (text: string): Pattern => {
  try {
    return parsePattern(text);
  } catch (error) {
    if (error instanceof PatternRefusal) throw invalidPattern(error.message);
    if (error instanceof PatternTooLarge) throw limitExceeded();
    throw error;
  }
};

// The documentation also names `resources`, but AWS takes events without it.
const requiredOfEvent = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export const patternOperations = (): Operations => ({
  TestEventPattern: operation(
    z.object({ EventPattern: patternText, Event: z.string() }),
    ({ EventPattern, Event }) => {
      const pattern = readPattern(EventPattern);
      const event = parseJson(Event)?.value;
      if (!isJsonObject(event) || !requiredOfEvent.every((name) => Object.hasOwn(event, name)))
        throw invalidParameter('Event');
      return { Result: compilePattern(pattern)(leavesOf(event)) };
    },
  ),
});

import type { Fault } from '../../../contracts/execution-events.ts';
import { pathText } from '../../../contracts/faults.ts';
import { keyFaults } from './json-keys.ts';

/** Stands where a character was lost when the text was decoded. */
export const lostCharacter = '\uFFFD';

/** What JSON.parse would ignore silently. The text has to be valid JSON. */
export const jsonMisreadings = (text: string): readonly Fault[] => [
  ...(text.includes(lostCharacter)
    ? [{ path: '', message: 'holds characters that are lost (U+FFFD)', expected: 'text in UTF-8' }]
    : []),
  ...keyFaults(text).map(({ path, problem }) => ({
    path: pathText(path),
    ...(problem === 'repeated'
      ? { message: 'stands there twice', expected: 'each name once in an object' }
      : { message: 'cannot be kept', expected: 'another name' }),
  })),
];

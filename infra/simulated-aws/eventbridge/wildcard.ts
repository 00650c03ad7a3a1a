import { PatternRefusal } from './pattern-refusal.ts';

/** The literal pieces between the asterisks: one more piece than there are asterisks. */
export type Wildcard = readonly string[];

// AWS limits the work that a wildcard can cause without saying how it counts; its documentation
// shows six asterisks in one expression as the example of a refusal.
const asterisksMax = 5;

/** AWS counts positions in UTF-8 bytes and after an opening quote. */
const positionOf = (text: string, index: number): number => Buffer.byteLength(text.slice(0, index)) + 1;

/** Reads `*` as any run of characters, `\*` and `\\` as themselves. */
export const parseWildcard = (text: string): Wildcard => {
  const pieces: string[] = [];
  let piece = '';
  for (let index = 0; index < text.length; index++) {
    const [character, next] = [text.charAt(index), text.charAt(index + 1)];
    if (character === '*') {
      if (next === '*')
        throw new PatternRefusal(`Consecutive wildcard characters at pos ${positionOf(text, index)}`);
      pieces.push(piece);
      piece = '';
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\')
        throw new PatternRefusal(`Invalid escape character at pos ${positionOf(text, index)}`);
      piece += next;
      index++;
    } else piece += character;
  }
  if (pieces.length > asterisksMax)
    throw new PatternRefusal(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  return [...pieces, piece];
};

/** Whether the pieces occur in order, the first at the start and the last at the end; linear in the text. */
export const matchesWildcard = (pieces: Wildcard, text: string): boolean => {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
};
